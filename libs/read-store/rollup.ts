import type { Addition, Coordinate } from './deltas.ts';

/**
 * The grain of a stored total: `all` adds up everything of one day dimension (or of none); `none` holds the contributions
 * whose day is null, which are in `all` too.
 */
export type CellGrain = 'all' | 'none' | 'year' | 'month' | 'day';

/** What a batch adds to one stored total. */
export interface RolledAddition {
  /** Place of the day dimension among the shape's days; −1 for contributions that hold none. */
  readonly on: number;
  readonly grain: CellGrain;
  /** `2018`, `2018-02`, `2018-02-03`; empty for `all` and `none`. */
  readonly bucket: string;
  /** In the order of the shape. */
  readonly plain: readonly Coordinate[];
  /** In the order of the shape's measures. */
  readonly adds: readonly number[];
}

/**
 * Adds the additions up and rolls them up by day, month, year and all. What cancels out is left out. A total comes in
 * several parts where one would leave the safe integers, so that no sum is ever rounded.
 *
 * @param finest `month` leaves the totals of single days out
 */
export const rollUp = (
  additions: Iterable<Addition>,
  finest: 'day' | 'month' = 'day',
): readonly RolledAddition[] => {
  const roots = new Map<number, Node>();
  for (const { on, day, plain, adds } of additions) {
    let place = step(roots, on);
    for (const value of plain) place = step((place.next ??= new Map<Coordinate, Node>()), value);
    place.plain ??= plain;
    addTo((place.days ??= new Map<string | null, Parts>()), day, adds);
  }
  const rolled: RolledAddition[] = [];
  const grains = finest === 'day' ? grainNames : grainNames.filter(grain => grain !== 'day');
  for (const [on, root] of roots) collect(on, root, on < 0 ? ['all'] : grains, rolled);
  return rolled;
};

/** Where one sum would leave the safe integers, another part is begun. */
type Parts = number[][];
type Sums<Bucket> = Map<Bucket, Parts>;

/** A dimension's value leads from a node to the next; the last node holds the sums by day. */
interface Node {
  next?: Map<Coordinate, Node>;
  /** The values that lead here. */
  plain?: readonly Coordinate[];
  days?: Sums<string | null>;
}

const step = <K>(next: Map<K, Node>, value: K): Node => {
  const known = next.get(value);
  if (known) return known;
  const fresh: Node = {};
  next.set(value, fresh);
  return fresh;
};

const addTo = <Bucket>(sums: Sums<Bucket>, bucket: Bucket, adds: readonly number[]): void => {
  const parts = sums.get(bucket);
  const last = parts?.at(-1);
  if (parts === undefined) sums.set(bucket, [adds.slice()]);
  else if (last === undefined || !addInto(last, adds)) parts.push(adds.slice());
};

/** Whether it could: either all of the sums stay safe integers, or none is touched. */
const addInto = (sums: number[], adds: readonly number[]): boolean => {
  for (let at = 0; at < adds.length; at++)
    if (!Number.isSafeInteger((sums[at] ?? 0) + (adds[at] ?? 0))) return false;
  for (let at = 0; at < adds.length; at++) sums[at] = (sums[at] ?? 0) + (adds[at] ?? 0);
  return true;
};

const isZero = (adds: readonly number[]): boolean => adds.every(add => add === 0);

const collect = (
  on: number,
  { next, days, plain = [] }: Node,
  grains: readonly CellGrain[],
  into: RolledAddition[],
): void => {
  if (next) for (const child of next.values()) collect(on, child, grains, into);
  if (!days) return;
  for (const grain of grains)
    for (const [bucket, parts] of totals(grain, days))
      for (const adds of parts) if (!isZero(adds)) into.push({ on, grain, bucket, plain, adds });
};

/** Sums of days by the buckets of a grain. Most often there is but one day. */
const totals = (
  grain: CellGrain,
  days: Sums<string | null>,
): Iterable<readonly [bucket: string, parts: Parts]> => {
  if (days.size === 1) {
    for (const [day, parts] of days) {
      const bucket = bucketOf(grain, day);
      return bucket === null ? [] : [[bucket, parts]];
    }
  }
  const sums: Sums<string> = new Map();
  for (const [day, parts] of days) {
    const bucket = bucketOf(grain, day);
    if (bucket !== null) for (const adds of parts) addTo(sums, bucket, adds);
  }
  return sums;
};

/** Null where the grain has none for the day. */
const bucketOf = (grain: CellGrain, day: string | null): string | null => {
  switch (grain) {
    case 'all':
      return '';
    case 'none':
      return day === null ? '' : null;
    case 'year':
      return day?.slice(0, 4) ?? null;
    case 'month':
      return day?.slice(0, 7) ?? null;
    case 'day':
      return day;
  }
};

const grainNames: readonly CellGrain[] = ['all', 'none', 'year', 'month', 'day'];
