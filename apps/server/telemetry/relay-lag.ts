import type { SubscriptionStatus } from '../../../libs/lifecycle/port.ts';

/**
 * How far a subscriber is behind the log's head, in positions; null where this process doesn't know, because another one delivers or the
 * log is away.
 */
export const relayLag = (
  { state, position }: Pick<SubscriptionStatus, 'state' | 'position'>,
  head: number | null,
): number | null =>
  head === null || state === 'standby' || state === 'stopped' ? null : Math.max(0, head - position);
