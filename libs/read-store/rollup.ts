import type { Addition, Coordinate } from './deltas.ts';

/**
 * The grain of a stored total: `all` adds up everything of one day dimension (or of none); `none` holds the contributions
 * whose day is null, beside `all`.
 */
export type CellGrain = 'all' | 'none' | 'year' | 'month' | 'day';

/** What a batch adds to one stored total. */
export interface RolledAddition {
  readonly on: number;
  readonly grain: CellGrain;
  /** `2018`, `2018-02`, `2018-02-03`; empty for `all` and `none`. */
  readonly bucket: string;
  readonly plain: readonly Coordinate[];
  readonly adds: number[];
}

/**
 * Adds the additions up and rolls them up by day, month, year and all. What cancels out is left out. A total comes in
 * several parts when one would leave the safe integers, so that no sum is ever rounded.
 */
export const rollUp = (additions: Iterable<Addition>): readonly RolledAddition[] => {
  const finest = new Sums();
  for (const { on, day, plain, adds } of additions) {
    const grain = on < 0 ? 'all' : day === null ? 'none' : 'day';
    finest.add(on, grain, day ?? '', plain, keyOf(plain), adds);
  }
  const sums = new Sums();
  for (const { on, grain, bucket, plain, key, adds } of finest.nonZero()) {
    sums.add(on, grain, bucket, plain, key, adds);
    if (grain === 'day') {
      sums.add(on, 'month', bucket.slice(0, 7), plain, key, adds);
      sums.add(on, 'year', bucket.slice(0, 4), plain, key, adds);
    }
    if (grain !== 'all') sums.add(on, 'all', '', plain, key, adds);
  }
  return sums.nonZero();
};

type Sum = RolledAddition & { readonly key: string };

class Sums {
  readonly #byKey = new Map<string, Sum>();
  readonly #sums: Sum[] = [];

  add(
    on: number,
    grain: CellGrain,
    bucket: string,
    plain: readonly Coordinate[],
    key: string,
    adds: readonly number[],
  ): void {
    const fullKey = `${on}${grain}${bucket}/${key}`;
    const sum = this.#byKey.get(fullKey);
    if (sum !== undefined && addInto(sum.adds, adds)) return;
    const fresh = { on, grain, bucket, plain, key, adds: adds.slice() };
    this.#byKey.set(fullKey, fresh);
    this.#sums.push(fresh);
  }

  nonZero(): readonly Sum[] {
    return this.#sums.filter(({ adds }) => adds.some(add => add !== 0));
  }
}

/** Whether it could: all of the sums stay safe integers, or none is touched. */
const addInto = (sums: number[], adds: readonly number[]): boolean => {
  for (let at = 0; at < adds.length; at++)
    if (!Number.isSafeInteger((sums[at] ?? 0) + (adds[at] ?? 0))) return false;
  for (let at = 0; at < adds.length; at++) sums[at] = (sums[at] ?? 0) + (adds[at] ?? 0);
  return true;
};

/** One text per combination of values: lengths keep neighbours apart. */
const keyOf = (plain: readonly Coordinate[]): string => {
  let key = '';
  for (const value of plain)
    key += typeof value === 'string' ? `t${value.length}:${value}` : value === undefined ? '-' : `${value};`;
  return key;
};
