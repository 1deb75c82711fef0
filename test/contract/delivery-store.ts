import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  InvalidDeliveryCursor,
  type Delivery,
  type DeliveryStore,
} from '../../libs/lifecycle/webhooks/port.ts';

/** Stores over the same place, as several processes have them. */
export interface DeliverySubject {
  readonly store: DeliveryStore;
  readonly second: () => Promise<DeliveryStore>;
  readonly dispose: () => Promise<void>;
}

export const aDelivery = (place: number, change: Partial<Delivery> = {}): Delivery => ({
  webhookId: 'w1',
  id: `event-${place}`,
  position: place,
  ordinal: 0,
  leadId: `l${place % 3}`,
  type: 'leadfold.order.placed',
  stream: `order-${place}`,
  revision: 2,
  status: 'pending',
  attempts: [],
  dueAt: 1_000,
  doneAt: null,
  askedAt: null,
  ...change,
});

const delivered = (place: number, doneAt: number, change: Partial<Delivery> = {}): Delivery =>
  aDelivery(place, { status: 'delivered', dueAt: null, doneAt, ...change });

const idsOf = (deliveries: readonly Delivery[]): readonly string[] => deliveries.map(({ id }) => id);

/** What every adapter of the port promises. @param open over a new, empty place */
export const deliveryStoreContract = (adapter: string, open: () => Promise<DeliverySubject>): void => {
  describe(`deliveries: ${adapter}`, () => {
    let subject: DeliverySubject;
    let store: DeliveryStore;

    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.dispose());

    it('gives back what it was given', async () => {
      const whole = aDelivery(1, {
        position: Number.MAX_SAFE_INTEGER - 1,
        ordinal: 1,
        attempts: [
          { at: 5, ms: 3, status: null, error: 'timeout', byHand: true },
          { at: 8, ms: 3, status: 503, error: 'status', retryAt: 9_000, byHand: false },
        ],
        askedAt: 7,
      });
      await store.add([whole]);
      expect(await store.find('w1', 'event-1')).toEqual(whole);
      expect(await store.find('w1', 'event-2')).toBeNull();
      expect(await store.find('w2', 'event-1')).toBeNull();
    });

    it('keeps what it has when that is added again', async () => {
      expect(await store.add([aDelivery(1)])).toEqual(new Set(['event-1']));
      await store.save(delivered(1, 9));
      expect(await store.add([aDelivery(1), aDelivery(2)])).toEqual(new Set(['event-2']));
      expect((await store.find('w1', 'event-1'))!.status).toBe('delivered');
      expect(idsOf(await store.pending('w1', 10))).toEqual(['event-2']);
      expect(await store.add([])).toEqual(new Set());
    });

    it('has the same event once for each webhook', async () => {
      await store.add([aDelivery(1), aDelivery(1, { webhookId: 'w2' })]);
      await store.save(delivered(1, 9));
      expect(idsOf(await store.pending('w2', 10))).toEqual(['event-1']);
    });

    it('tells what is pending in the order of the log, so many at a time', async () => {
      const twice = aDelivery(5, { id: 'event-5b', ordinal: 1 });
      await store.add([aDelivery(9), twice, aDelivery(5), aDelivery(2), delivered(1, 4)]);
      expect(idsOf(await store.pending('w1', 10))).toEqual(['event-2', 'event-5', 'event-5b', 'event-9']);
      expect(idsOf(await store.pending('w1', 2))).toEqual(['event-2', 'event-5']);
    });

    it('keeps what became of a delivery', async () => {
      await store.add([aDelivery(1)]);
      const attempts = [{ at: 5, ms: 3, status: 503, error: 'status', byHand: false }];
      await store.save(aDelivery(1, { attempts, dueAt: 77 }));
      expect(await store.find('w1', 'event-1')).toEqual(aDelivery(1, { attempts, dueAt: 77 }));
      await store.save(aDelivery(8));
      expect(await store.find('w1', 'event-8')).toBeNull();
    });

    it('takes requests for another attempt, and forgets those that were answered', async () => {
      await store.add([delivered(1, 9), aDelivery(2)]);
      const other = await subject.second();
      expect(await other.ask('w1', 'event-1', 50)).toEqual(delivered(1, 9, { askedAt: 50 }));
      expect(await other.ask('w1', 'event-7', 50)).toBeNull();
      expect(idsOf(await store.asked('w1'))).toEqual(['event-1']);
      expect(await store.asked('w2')).toEqual([]);
      // One that came while another attempt was under way stays.
      await store.save(delivered(1, 60));
      expect(idsOf(await store.asked('w1'))).toEqual(['event-1']);
      await store.save(delivered(1, 60, { askedAt: 50 }));
      expect(await store.asked('w1')).toEqual([]);
      expect((await store.find('w1', 'event-1'))!.askedAt).toBeNull();
    });

    it('lists the latest first, page by page, of one status or all', async () => {
      const all = Array.from({ length: 25 }, (_, n) => (n % 4 === 0 ? delivered(n, 9) : aDelivery(n)));
      all.push(aDelivery(7, { id: 'event-7b', ordinal: 1 }));
      await store.add(all);
      const listed = async (status?: Delivery['status']): Promise<readonly string[]> => {
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.list('w1', {
            limit: 4,
            ...(status === undefined ? {} : { status }),
            ...(cursor === undefined ? {} : { cursor }),
          });
          expect(page.deliveries.length).toBeLessThanOrEqual(4);
          ids.push(...idsOf(page.deliveries));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        return ids;
      };
      const inOrder = all
        .toSorted((a, b) => b.position - a.position || b.ordinal - a.ordinal)
        .map(({ id, status }) => ({ id, status }));
      expect(await listed()).toEqual(inOrder.map(({ id }) => id));
      for (const status of ['pending', 'delivered', 'failed'] as const)
        expect(await listed(status)).toEqual(
          inOrder.filter(each => each.status === status).map(({ id }) => id),
        );
      await expect(store.list('w1', { limit: 4, cursor: 'x' })).rejects.toThrow(InvalidDeliveryCursor);
    });

    it('knows when a delivery succeeded last', async () => {
      expect(await store.lastDelivered('w1')).toBeNull();
      await store.add([
        delivered(1, 90),
        delivered(2, 70),
        aDelivery(3, { status: 'failed', dueAt: null, doneAt: 99 }),
        delivered(4, 95, { webhookId: 'w2' }),
      ]);
      expect(await store.lastDelivered('w1')).toBe(90);
    });

    it('forgets a webhook that is gone, and what was done long ago', async () => {
      await store.add([aDelivery(1), delivered(2, 10), delivered(3, 20), aDelivery(4, { webhookId: 'w2' })]);
      await store.prune(20);
      expect(idsOf((await store.list('w1', { limit: 10 })).deliveries)).toEqual(['event-3', 'event-1']);
      await store.drop('w1');
      expect((await store.list('w1', { limit: 10 })).deliveries).toEqual([]);
      expect(await store.pending('w2', 10)).toHaveLength(1);
    });

    it('takes what several processes do at once', async () => {
      const other = await subject.second();
      await other.pending('w1', 1);
      const each = Array.from({ length: 40 }, (_, n) => aDelivery(n));
      await store.pending('w1', 1);
      // One of two that add the same at the same moment may fail; it does so again.
      await Promise.allSettled([store.add(each), other.add(each.toReversed())]);
      await store.add(each);
      await Promise.all(
        each.map(({ position }, n) => (n % 2 === 0 ? store : other).save(delivered(position, 9))),
      );
      expect(await store.pending('w1', 100)).toEqual([]);
      expect((await other.list('w1', { limit: 100 })).deliveries).toHaveLength(40);
    });
  });
};
