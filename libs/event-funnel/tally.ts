import type { MetricRow } from '../metrics/define.ts';
import { ratio } from '../metrics/numbers.ts';

/** Leads of one group, by how far they came. */
export interface Tally {
  /** Counts a lead by the instants (epoch ms) at which it reached the steps, or by some of a list. */
  readonly add: (instants: ArrayLike<number>, from?: number, to?: number) => void;
  readonly rows: () => readonly MetricRow[];
}

const hourMs = 3_600_000;

/** @param events the types of the steps; null where a step has none of its own */
export const createTally = (events: readonly (string | null)[]): Tally => {
  const counts = events.map(() => 0);
  const gaps: number[][] = events.map(() => []);
  return {
    add: (instants, from = 0, to = instants.length) => {
      for (let k = 0; k < to - from; k++) {
        counts[k] = (counts[k] ?? 0) + 1;
        const at = instants[from + k] ?? 0;
        if (k > 0) gaps[k]?.push(at - (instants[from + k - 1] ?? at));
      }
    },
    rows: () =>
      events.map((event, k): MetricRow => {
        const count = counts[k] ?? 0;
        const stepConversion = k === 0 ? null : ratio(count, counts[k - 1] ?? 0);
        const median = middle(gaps[k] ?? []);
        return {
          step: k + 1,
          event,
          count,
          stepConversion,
          overallConversion: ratio(count, counts[0] ?? 0),
          dropOff: stepConversion === null ? null : 1 - stepConversion,
          medianHoursFromPrevious: median === null ? null : median / hourMs,
        };
      }),
  };
};

/** The median, as `percentile` has it, of many values. */
const middle = (values: readonly number[]): number | null => {
  if (values.length === 0) return null;
  const sorted = new Float64Array(values).sort();
  const place = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(place)] ?? 0) + (sorted[Math.ceil(place)] ?? 0)) / 2;
};
