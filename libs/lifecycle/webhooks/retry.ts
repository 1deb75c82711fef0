import { backOff } from '../policy.ts';

const hour = 3_600_000;

/** How long a delivery is tried, and how long a webhook may fail altogether, ms. */
export const patienceMs = 72 * hour;

/** Between two attempts of a delivery. */
export const waits = { firstMs: 5_000, longestMs: 12 * hour };

/**
 * When a delivery is tried again, epoch ms; null when it was tried for three days. Waits double from 5 s up to twelve hours, and are up to a
 * tenth longer, so that what failed together doesn't come again together.
 *
 * @param failed how many attempts failed, from 1
 * @param since when the first of them was made, epoch ms
 * @param chance 0 to 1
 * @param notBefore when the receiver wants to be tried again, epoch ms; null where it doesn't say
 */
export const nextAttempt = (
  failed: number,
  since: number,
  now: number,
  chance: number,
  notBefore: number | null = null,
): number | null => {
  const last = since + patienceMs;
  if (now >= last) return null;
  const wait = Math.max(backOff(waits, failed), (notBefore ?? now) - now);
  // The last one is made when the time is up, whatever the wait.
  return Math.min(last, Math.round(now + wait * (1 + chance / 10)));
};

/** How a webhook is treated that has failed so many times in a row, whichever deliveries these were. */
export interface Pace {
  /** Deliveries under way at the same time. */
  readonly atOnce: number;
  /** From the last failure to the next attempt, ms. */
  readonly pauseMs: number;
}

const pauses = { firstMs: 5_000, longestMs: 60_000 };
const harmless = 2;

/**
 * One that answers gets deliveries for several leads at once. One that doesn't is tried with a single delivery now and then, a minute
 * apart at most, so that it is neither flooded when it comes back nor keeps others waiting where it refuses but one.
 */
export const paceOf = (failuresInARow: number, atOnce: number): Pace =>
  failuresInARow <= harmless
    ? { atOnce, pauseMs: 0 }
    : { atOnce: 1, pauseMs: backOff(pauses, failuresInARow - harmless) };
