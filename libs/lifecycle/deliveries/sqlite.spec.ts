import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aDelivery } from '../../../test/contract/delivery-store.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { InvalidDeliveryCursor, type Delivery, type DeliveryStore } from '../webhooks/port.ts';
import { decodePlace, encodePlace } from './cursor.ts';
import { openSqliteDeliveries } from './sqlite.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: DeliveryStore;
beforeEach(() => {
  folder = temporaryFolder();
  store = openSqliteDeliveries({ file: join(folder.path, 'relay.sqlite') });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

/** Deliveries in a plain list, looked through each time. */
const plainDeliveries = () => {
  let all: readonly Delivery[] = [];
  const is =
    (webhookId: string, id?: string) =>
    (one: Delivery): boolean =>
      one.webhookId === webhookId && (id === undefined || one.id === id);
  const inOrder = (list: readonly Delivery[]): readonly Delivery[] =>
    list.toSorted((a, b) => a.position - b.position || a.ordinal - b.ordinal);
  return {
    add: (given: readonly Delivery[]): ReadonlySet<string> => {
      const taken = new Set<string>();
      for (const one of given)
        if (!all.some(is(one.webhookId, one.id))) {
          all = [...all, one];
          taken.add(one.id);
        }
      return taken;
    },
    save: (given: Delivery): void => {
      all = all.map(one => {
        if (!is(given.webhookId, given.id)(one)) return one;
        const { status, attempts, dueAt, doneAt } = given;
        const askedAt = one.askedAt === given.askedAt ? null : one.askedAt;
        return { ...one, status, attempts, dueAt, doneAt, askedAt };
      });
    },
    ask: (webhookId: string, id: string, at: number): Delivery | null => {
      all = all.map(one => (is(webhookId, id)(one) ? { ...one, askedAt: at } : one));
      return all.find(is(webhookId, id)) ?? null;
    },
    drop: (webhookId: string): void => {
      all = all.filter(one => !is(webhookId)(one));
    },
    prune: (before: number): void => {
      all = all.filter(({ doneAt }) => doneAt === null || doneAt >= before);
    },
    pending: (webhookId: string, limit: number): readonly Delivery[] =>
      inOrder(all.filter(one => is(webhookId)(one) && one.status === 'pending')).slice(0, limit),
    asked: (webhookId: string): readonly Delivery[] =>
      inOrder(all.filter(one => is(webhookId)(one) && one.askedAt !== null)),
    latest: (webhookId: string, status?: Delivery['status']): readonly Delivery[] =>
      inOrder(all.filter(one => is(webhookId)(one) && (status ?? one.status) === one.status)).toReversed(),
    lastDelivered: (webhookId: string): number | null => {
      const done = all.filter(one => is(webhookId)(one) && one.status === 'delivered');
      return done.length === 0 ? null : Math.max(...done.map(({ doneAt }) => doneAt ?? 0));
    },
  };
};

const webhook = fc.constantFrom('w1', 'w2');
const place = fc.integer({ min: 1, max: 6 });
const instant = fc.integer({ min: 0, max: 20 });
const status = fc.constantFrom('pending' as const, 'delivered' as const, 'failed' as const);
/** Two lifecycle events may share a position; their ordinals tell them apart. */
const delivery = fc
  .record({ webhook, place, ordinal: fc.nat(1), status, at: instant, askedAt: fc.option(instant) })
  .map(({ webhook: webhookId, place: position, ordinal, status: given, at, askedAt }) =>
    aDelivery(position, {
      ...{ webhookId, ordinal, id: `event-${position}-${ordinal}`, status: given, askedAt },
      ...(given === 'pending' ? { dueAt: at, doneAt: null } : { dueAt: null, doneAt: at }),
    }),
  );
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), given: fc.array(delivery, { maxLength: 4 }) }),
  fc.record({ do: fc.constant('save' as const), given: delivery }),
  fc.record({ do: fc.constant('ask' as const), given: delivery, at: instant }),
  fc.record({ do: fc.constant('prune' as const), at: instant }),
  fc.record({ do: fc.constant('drop' as const), webhook }),
);

/** All pages of a list, and how long each was. */
const listed = async (of: string, limit: number, only?: Delivery['status']) => {
  const found: Delivery[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await store.list(of, {
      limit,
      ...(only === undefined ? {} : { status: only }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.deliveries);
    if (page.nextCursor === null) return found;
    // A page that another follows is full.
    expect(page.deliveries).toHaveLength(limit);
    cursor = page.nextCursor;
  }
};

describe('deliveries in SQLite', () => {
  it('are what a plain list would hold, whatever is done in whatever order', async () => {
    const run = fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, limit) => {
        const plain = plainDeliveries();
        for (const each of ['w1', 'w2']) await store.drop(each);
        for (const one of steps) {
          if (one.do === 'add') expect(await store.add(one.given)).toEqual(plain.add(one.given));
          else if (one.do === 'save') {
            plain.save(one.given);
            await store.save(one.given);
          } else if (one.do === 'ask') {
            const { webhookId, id } = one.given;
            expect(await store.ask(webhookId, id, one.at)).toEqual(plain.ask(webhookId, id, one.at));
          } else if (one.do === 'prune') {
            plain.prune(one.at);
            await store.prune(one.at);
          } else {
            plain.drop(one.webhook);
            await store.drop(one.webhook);
          }
        }
        for (const each of ['w1', 'w2']) {
          expect(await store.pending(each, limit)).toEqual(plain.pending(each, limit));
          expect(new Set(await store.asked(each))).toEqual(new Set(plain.asked(each)));
          expect(await store.lastDelivered(each)).toBe(plain.lastDelivered(each));
          for (const only of [undefined, 'pending', 'delivered', 'failed'] as const)
            expect(await listed(each, limit, only)).toEqual(plain.latest(each, only));
        }
      },
    );
    await fc.assert(run, { numRuns: 60 });
  });

  it('have pages that go on where the last one ended, though newer ones come meanwhile', async () => {
    await store.add([1, 2, 3, 4, 5].map(n => aDelivery(n)));
    const first = await store.list('w1', { limit: 2 });
    await store.add([aDelivery(9)]);
    const second = await store.list('w1', { limit: 9, cursor: first.nextCursor! });
    expect([...first.deliveries, ...second.deliveries].map(({ position }) => position)).toEqual([
      5, 4, 3, 2, 1,
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('are kept in the file', async () => {
    await store.add([
      aDelivery(3, { attempts: [{ at: 1, ms: 2, status: 500, error: 'status', byHand: true }] }),
    ]);
    const before = await store.find('w1', 'event-3');
    await store.close();
    store = openSqliteDeliveries({ file: join(folder.path, 'relay.sqlite') });
    expect(await store.find('w1', 'event-3')).toEqual(before);
  });

  it('reject, and do not throw, where the file is closed', async () => {
    await store.close();
    const calls = [
      () => store.add([aDelivery(1)]),
      () => store.pending('w1', 1),
      () => store.list('w1', { limit: 1 }),
      () => store.prune(1),
    ];
    for (const call of calls) {
      const answer = call();
      await expect(answer).rejects.toThrow(/not open/);
    }
    store = openSqliteDeliveries({ file: join(folder.path, 'relay.sqlite') });
  });
});

describe('the cursor of a page', () => {
  it('is read back as the place that it was made of', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(9), (position, ordinal) => {
        expect(decodePlace(encodePlace({ position, ordinal }))).toEqual({ position, ordinal });
      }),
    );
  });

  it.each(['', '7', '7.', '.1', '-7.0', '7.10', '7.0 ', '7.0x', '0x7.0', '7,0', '12345678901234567.0'])(
    '%j is refused with a sentence',
    async cursor => {
      const message = 'the cursor is not one that a page has given out; start again without it';
      expect(() => decodePlace(cursor)).toThrow(new InvalidDeliveryCursor(message));
      await expect(store.list('w1', { limit: 1, cursor })).rejects.toThrow(message);
    },
  );
});
