import { RuleViolation } from './errors.ts';

const day = 86_400_000;
const earliest = Date.UTC(1900, 0, 1);

/** Why something can't have happened at that time, or null when it can. Both epoch ms. */
export const implausibleTime = (occurredAt: number, now: number): RuleViolation | null => {
  if (!Number.isSafeInteger(occurredAt))
    return new RuleViolation('occurred-at-invalid', 'the time is not a whole number of milliseconds');
  if (occurredAt > now + day)
    return new RuleViolation('occurred-in-the-future', 'the time is more than a day ahead');
  if (occurredAt < earliest) return new RuleViolation('occurred-too-early', 'the time is before 1900');
  return null;
};

/**
 * When a command's events happened: the time given, or now.
 *
 * @throws RuleViolation `occurred-in-the-future` when more than a day ahead, `occurred-too-early` before 1900
 */
export const occurredAt = (given: number | undefined, now: number): number => {
  if (given === undefined) return now;
  const violation = implausibleTime(given, now);
  if (violation !== null) throw violation;
  return given;
};
