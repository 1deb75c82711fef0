import type { Attempt, Delivery } from './port.ts';
import { nextAttempt, patienceMs } from './retry.ts';

/** Attempts that are kept of a delivery; there are more only where somebody asks for them. */
const mostAttempts = 100;

/** What an attempt means for its delivery and its webhook. */
export interface Outcome {
  readonly delivery: Delivery;
  /** Why the webhook is given up; null where it isn't. */
  readonly giveUp: 'failing' | 'gone' | null;
}

/** How the webhook stands that was tried. Times are epoch ms. */
export interface Standing {
  /** When the first of the attempts was made that all failed, whichever deliveries they were of. */
  readonly failingSince: number;
  /** When the webhook was registered or enabled last: before that, nobody could have answered. */
  readonly activeSince: number;
}

const withAttempt = (delivery: Delivery, attempt: Attempt): Delivery => ({
  ...delivery,
  attempts: [...delivery.attempts, attempt].slice(-mostAttempts),
});

const ended = (delivery: Delivery, status: 'delivered' | 'failed', now: number): Delivery => ({
  ...delivery,
  status,
  dueAt: null,
  doneAt: now,
});

/**
 * What becomes of a delivery after an attempt. A webhook of which every attempt failed for three days is given up, and its deliveries wait until
 * it is enabled again; where only this one failed, it is given up itself, and its lead's next one goes on.
 *
 * @param chance 0 to 1
 */
export const outcomeOf = (
  before: Delivery,
  attempt: Attempt,
  { failingSince, activeSince }: Standing,
  now: number,
  chance: number,
): Outcome => {
  const delivery = withAttempt(before, attempt);
  if (attempt.error === null) return { delivery: ended(delivery, 'delivered', now), giveUp: null };
  // What the log no longer has, no waiting brings back.
  if (attempt.error === 'event-missing') return { delivery: ended(delivery, 'failed', now), giveUp: null };
  const waiting = { ...delivery, dueAt: now };
  // 410 Gone is the receiver's way to say: never again.
  if (attempt.status === 410) return { delivery: waiting, giveUp: 'gone' };
  if (now - Math.max(failingSince, activeSince) >= patienceMs)
    return { delivery: waiting, giveUp: 'failing' };
  const own = delivery.attempts.filter(({ byHand, at }) => !byHand && at >= activeSince);
  const dueAt = nextAttempt(own.length, own[0]?.at ?? attempt.at, now, chance, attempt.retryAt);
  return dueAt === null
    ? { delivery: ended(delivery, 'failed', now), giveUp: null }
    : { delivery: { ...delivery, dueAt }, giveUp: null };
};

/** What becomes of a delivery that was done and that somebody asked for again: its failure changes nothing else. */
export const outcomeByHand = (before: Delivery, attempt: Attempt, now: number): Delivery => {
  const delivery = withAttempt(before, attempt);
  return attempt.error === null ? ended(delivery, 'delivered', now) : delivery;
};

/**
 * When the attempts began that all failed, from what a process finds that begins; null where the last one that is known succeeded.
 *
 * @param lastDelivered when a delivery succeeded last, epoch ms
 */
export const failingSince = (pending: readonly Delivery[], lastDelivered: number | null): number | null => {
  const failed = pending
    .flatMap(({ attempts }) => attempts)
    .filter(({ at, error }) => error !== null && at > (lastDelivered ?? -Infinity))
    .map(({ at }) => at);
  return failed.length === 0 ? null : Math.min(...failed);
};
