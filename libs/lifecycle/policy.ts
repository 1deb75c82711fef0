import type { ErrorPolicy } from './port.ts';

/** How long to wait after each failure. Times in ms. */
export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * The wait after the n-th failure in a row: doubled each time, up to the longest.
 *
 * @param attempt from 1
 */
export const backOff = ({ firstMs, longestMs }: BackOff, attempt: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 50));

/** Tries again for ever: a destination that is away stops its subscription, which goes on where it stood. */
export const keepTrying =
  (times: BackOff = { firstMs: 100, longestMs: 30_000 }): ErrorPolicy =>
  ({ attempt }) => ({ action: 'retry', afterMs: backOff(times, attempt) });
