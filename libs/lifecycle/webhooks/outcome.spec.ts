import { describe, expect, it } from '@jest/globals';
import { failingSince, outcomeByHand, outcomeOf } from './outcome.ts';
import type { Attempt, Delivery } from './port.ts';

const hour = 3_600_000;
const attempt = (at: number, error: string | null = 'status', change: Partial<Attempt> = {}): Attempt => ({
  at,
  ms: 5,
  status: error === null ? 200 : 500,
  error,
  byHand: false,
  ...change,
});
const pending = (attempts: readonly Attempt[] = []): Delivery => ({
  webhookId: 'w1',
  id: 'e1',
  position: 1,
  ordinal: 0,
  leadId: 'l1',
  type: 'leadfold.order.placed',
  stream: 'order-1',
  revision: 0,
  status: 'pending',
  attempts,
  dueAt: 0,
  doneAt: null,
  askedAt: null,
});
const standing = { failingSince: 0, activeSince: 0 };

describe('an attempt', () => {
  it('that succeeded ends the delivery', () => {
    const { delivery, giveUp } = outcomeOf(pending(), attempt(5, null), standing, 10, 0);
    expect(delivery).toEqual({
      ...pending([attempt(5, null)]),
      status: 'delivered',
      dueAt: null,
      doneAt: 10,
    });
    expect(giveUp).toBeNull();
  });

  it('that failed is made again, later each time', () => {
    const first = outcomeOf(pending(), attempt(0), standing, 10, 0).delivery;
    expect(first).toMatchObject({ status: 'pending', dueAt: 5_010, doneAt: null });
    expect(outcomeOf(first, attempt(5_010), standing, 5_020, 0).delivery.dueAt).toBe(15_020);
  });

  it('that the receiver wants later is made then', () => {
    const busy = attempt(0, 'status', { status: 429, retryAt: 3 * hour });
    expect(outcomeOf(pending(), busy, standing, 10, 0).delivery.dueAt).toBe(3 * hour);
    const nearlyOver = pending([attempt(0)]);
    const late = attempt(71 * hour, 'status', { status: 503, retryAt: 75 * hour });
    const recently = { ...standing, failingSince: 71 * hour };
    expect(outcomeOf(nearlyOver, late, recently, 71 * hour, 0).delivery.dueAt).toBe(72 * hour);
  });

  it('after three days is the last one, where other deliveries succeed', () => {
    const recently = { ...standing, failingSince: 71 * hour };
    const { delivery, giveUp } = outcomeOf(pending([attempt(0)]), attempt(72 * hour), recently, 72 * hour, 0);
    expect(delivery).toMatchObject({ status: 'failed', dueAt: null, doneAt: 72 * hour });
    expect(giveUp).toBeNull();
  });

  it('after three days without any success gives the webhook up, and nothing of what it missed', () => {
    const { delivery, giveUp } = outcomeOf(pending([attempt(0)]), attempt(72 * hour), standing, 72 * hour, 0);
    expect([giveUp, delivery.status]).toEqual(['failing', 'pending']);
  });

  it('begins a new count when the webhook was enabled again', () => {
    const enabled = { failingSince: 0, activeSince: 100 * hour };
    const { delivery, giveUp } = outcomeOf(
      pending([attempt(0)]),
      attempt(100 * hour),
      enabled,
      100 * hour,
      0,
    );
    expect([giveUp, delivery.dueAt]).toEqual([null, 100 * hour + 5_000]);
  });

  it('that is answered by 410 gives the webhook up at once', () => {
    const gone = attempt(0, 'status', { status: 410 });
    expect(outcomeOf(pending(), gone, standing, 1, 0)).toMatchObject({
      giveUp: 'gone',
      delivery: { status: 'pending' },
    });
  });

  it('by hand counts for nothing but itself', () => {
    const byHand = attempt(0, 'status', { byHand: true });
    expect(outcomeOf(pending([byHand, byHand]), attempt(7), standing, 8, 0).delivery.dueAt).toBe(5_008);
    const failed = { ...pending(), status: 'failed', doneAt: 3, dueAt: null } as const;
    expect(outcomeByHand(failed, byHand, 9)).toEqual({ ...failed, attempts: [byHand] });
    const taken = attempt(0, null, { byHand: true });
    expect(outcomeByHand(failed, taken, 9)).toMatchObject({ status: 'delivered', doneAt: 9 });
  });

  it('is one of at most a hundred that are kept', () => {
    const many = Array.from({ length: 100 }, (_, at) => attempt(at, 'status', { byHand: true }));
    const { attempts } = outcomeByHand(pending(many), attempt(777), 9);
    expect([attempts.length, attempts.at(-1)!.at]).toEqual([100, 777]);
  });
});

describe('since when a webhook fails', () => {
  it('is found in what is pending, after the last success', () => {
    const deliveries = [pending([attempt(3), attempt(9)]), pending([attempt(5)]), pending()];
    expect(failingSince(deliveries, null)).toBe(3);
    expect(failingSince(deliveries, 4)).toBe(5);
    expect(failingSince(deliveries, 9)).toBeNull();
    expect(failingSince([], null)).toBeNull();
  });
});
