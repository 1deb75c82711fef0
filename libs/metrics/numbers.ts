/** How often a value occurs. */
export type Count = readonly [value: number, count: number];

/** Of exact counts; all null but `count` when there are none. */
export interface Distribution {
  readonly count: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly p90: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** numerator / denominator; null when the denominator is zero. */
export const ratio = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : numerator / denominator;

/**
 * The p-th percentile of n values, given as counts in any order: interpolated linearly between the order statistics
 * around (n − 1)·p, counted from 0. Null of nothing.
 *
 * @param p from 0 to 1
 * @example percentile([[1, 3], [5, 1]], 0.9) // 3.8: of 1, 1, 1, 5
 */
export const percentile = (counts: readonly Count[], p: number): number | null =>
  percentileOf(ordered(counts), p);

/** Mean, median, 90th percentile, smallest and largest of exact counts. */
export const distribution = (counts: readonly Count[]): Distribution => {
  const sorted = ordered(counts);
  let n = 0;
  let sum = 0;
  for (const [value, count] of sorted) {
    n += count;
    sum += value * count;
  }
  return {
    count: n,
    mean: ratio(sum, n),
    median: percentileOf(sorted, 0.5),
    p90: percentileOf(sorted, 0.9),
    min: sorted[0]?.[0] ?? null,
    max: sorted.at(-1)?.[0] ?? null,
  };
};

const ordered = (counts: readonly Count[]): readonly Count[] =>
  counts.filter(([, count]) => count > 0).sort(([a], [b]) => a - b);

const percentileOf = (sorted: readonly Count[], p: number): number | null => {
  const n = sorted.reduce((total, [, count]) => total + count, 0);
  if (n === 0) return null;
  const place = (n - 1) * p;
  const low = valueAt(sorted, Math.floor(place));
  const high = valueAt(sorted, Math.ceil(place));
  return low + (high - low) * (place - Math.floor(place));
};

/** The value at a place of the order, from 0. */
const valueAt = (sorted: readonly Count[], place: number): number => {
  let before = 0;
  for (const [value, count] of sorted) {
    before += count;
    if (place < before) return value;
  }
  return sorted.at(-1)?.[0] ?? NaN;
};
