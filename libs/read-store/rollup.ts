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
 */
export const rollUp = (additions: Iterable<Addition>): readonly RolledAddition[] => {
  const roots = new Map<number, Node>();
  for (const { on, day, plain, adds } of additions) {
    let place = step(roots, on);
    for (const value of plain) place = step(place.next, value);
    addTo(place.days, day, adds);
  }
  return [...roots].flatMap(([on, root]) => [...collect(on, root, [])]);
};

/** Sums by bucket; where one would leave the safe integers, another part is begun. */
type Sums<Bucket> = Map<Bucket, number[][]>;

/** A dimension's value leads from a node to the next; the last node holds the sums by day. */
interface Node {
  readonly next: Map<Coordinate, Node>;
  readonly days: Sums<string | null>;
}

const step = <K>(next: Map<K, Node>, value: K): Node => {
  const known = next.get(value);
  if (known) return known;
  const fresh: Node = { next: new Map(), days: new Map() };
  next.set(value, fresh);
  return fresh;
};

const addTo = <Bucket>(sums: Sums<Bucket>, bucket: Bucket, adds: readonly number[]): void => {
  const parts = sums.get(bucket);
  const last = parts?.at(-1);
  if (parts === undefined) sums.set(bucket, [[...adds]]);
  else if (last && adds.every((add, at) => Number.isSafeInteger((last[at] ?? 0) + add)))
    adds.forEach((add, at) => (last[at] = (last[at] ?? 0) + add));
  else parts.push([...adds]);
};

const isZero = (adds: readonly number[]): boolean => adds.every(add => add === 0);

function* collect(on: number, { next, days }: Node, plain: readonly Coordinate[]): Generator<RolledAddition> {
  for (const [value, child] of next) yield* collect(on, child, [...plain, value]);
  const grains = rollDays(on, days);
  for (const grain of grainNames)
    for (const [bucket, parts] of grains[grain])
      for (const adds of parts) if (!isZero(adds)) yield { on, grain, bucket, plain, adds };
}

const grainNames = ['all', 'none', 'year', 'month', 'day'] as const;

const rollDays = (on: number, days: Node['days']): Record<CellGrain, Sums<string>> => {
  const none = (): Sums<string> => new Map();
  const sums = { all: none(), none: none(), year: none(), month: none(), day: none() };
  for (const [day, parts] of days)
    for (const adds of parts) {
      if (isZero(adds)) continue;
      addTo(sums.all, '', adds);
      if (on < 0) continue;
      if (day === null) {
        addTo(sums.none, '', adds);
        continue;
      }
      addTo(sums.day, day, adds);
      addTo(sums.month, day.slice(0, 7), adds);
      addTo(sums.year, day.slice(0, 4), adds);
    }
  return sums;
};
