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
 * @param places the plain dimensions that the totals go by, by their places in the additions; all of them by default
 */
export const rollUp = (
  additions: readonly Addition[],
  finest: 'day' | 'month' = 'day',
  places?: readonly number[],
): readonly RolledAddition[] => {
  const grains = finest === 'day' ? grainNames : grainNames.filter(grain => grain !== 'day');
  const roots = new Map<number, Step>();
  const rolled: RolledAddition[] = [];
  let last: string | null | undefined;
  let buckets: readonly (string | null)[] = [];
  // Day by day, so that a bucket is done with when the next one comes.
  for (const { on, day, plain, adds } of additions.toSorted(byDay)) {
    if (day !== last) buckets = grains.map(grain => bucketOf(grain, day));
    last = day;
    const node = nodeOf(step(roots, on), plain, places);
    const end = on < 0 ? 1 : grains.length;
    for (let at = 0; at < end; at++) {
      const bucket = buckets[at] ?? null;
      if (bucket === null) continue;
      const total = node.totals[at];
      if (total?.bucket === bucket && addInto(total.adds, adds)) continue;
      const fresh = { on, grain: grains[at] ?? 'all', bucket, plain: node.plain, adds: adds.slice() };
      node.totals[at] = fresh;
      rolled.push(fresh);
    }
  }
  return rolled.filter(({ adds }) => !isZero(adds));
};

const byDay = ({ day: one }: Addition, { day: other }: Addition): number => {
  if (one === other) return 0;
  return one === null || (other !== null && one < other) ? -1 : 1;
};

/** A dimension's value leads from a step to the next; the last one holds the totals. */
interface Step {
  next?: Map<Coordinate, Step>;
  node?: Node;
}

interface Node {
  readonly plain: readonly Coordinate[];
  /** By grain, that of the bucket at hand. */
  readonly totals: (Total | undefined)[];
}

/** A total on its way: where its sums would leave the safe integers, another part is begun. */
type Total = RolledAddition & { readonly adds: number[] };

const step = <K>(next: Map<K, Step>, value: K): Step => {
  const known = next.get(value);
  if (known) return known;
  const fresh: Step = {};
  next.set(value, fresh);
  return fresh;
};

const nodeOf = (root: Step, plain: readonly Coordinate[], places?: readonly number[]): Node => {
  let place = root;
  const length = (places ?? plain).length;
  for (let at = 0; at < length; at++)
    place = step((place.next ??= new Map<Coordinate, Step>()), plain[places?.[at] ?? at]);
  return (place.node ??= { plain: places?.map(at => plain[at]) ?? plain, totals: [] });
};

/** Whether it could: either all of the sums stay safe integers, or none is touched. */
const addInto = (sums: number[], adds: readonly number[]): boolean => {
  for (let at = 0; at < adds.length; at++)
    if (!Number.isSafeInteger((sums[at] ?? 0) + (adds[at] ?? 0))) return false;
  for (let at = 0; at < adds.length; at++) sums[at] = (sums[at] ?? 0) + (adds[at] ?? 0);
  return true;
};

const isZero = (adds: readonly number[]): boolean => adds.every(add => add === 0);

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

/** `all` first: contributions without a day dimension are in it alone. */
const grainNames: readonly CellGrain[] = ['all', 'none', 'year', 'month', 'day'];
