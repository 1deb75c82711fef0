import type { Delivery } from './port.ts';
import type { Webhook } from './registry.ts';

/**
 * Until when the receiver wants to be left alone, epoch ms, from what a process finds that begins; 0 where it doesn't. What was answered from another
 * address, or before the webhook was enabled, counts no more.
 */
export const latestHold = (
  pending: readonly Delivery[],
  { urlSince, statusSince }: Pick<Webhook, 'urlSince' | 'statusSince'>,
): number =>
  pending
    .flatMap(({ attempts }) => attempts)
    .filter(({ at }) => at >= Math.max(urlSince, statusSince))
    .reduce((latest, { retryAt = 0 }) => Math.max(latest, retryAt), 0);

/** Whether an attempt of the delivery holds its webhook's deliveries back. */
export const holds = ({ attempts }: Delivery, now: number): boolean =>
  attempts.some(({ retryAt = 0 }) => retryAt > now);

/** A delivery that holds nothing back any more; when it is due itself stays as it is. */
export const released = (delivery: Delivery): Delivery => ({
  ...delivery,
  attempts: delivery.attempts.map(({ at, ms, status, error, byHand }) => ({ at, ms, status, error, byHand })),
});
