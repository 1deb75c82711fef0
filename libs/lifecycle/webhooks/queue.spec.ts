import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from './port.ts';
import { createQueue, type Queue, type Work } from './queue.ts';

const work = (position: number, leadId: string, dueAt = 0): Work => ({
  event: null,
  delivery: {
    webhookId: 'w1',
    id: `event-${position}`,
    position,
    ordinal: 0,
    leadId,
    type: 'leadfold.order.placed',
    stream: `order-${position}`,
    revision: 0,
    status: 'pending',
    attempts: [],
    dueAt,
    doneAt: null,
    askedAt: null,
  },
});

const filled = (...works: readonly Work[]): Queue => {
  const queue = createQueue();
  works.forEach(queue.add);
  return queue;
};
const places = (works: readonly Work[]): readonly number[] => works.map(({ delivery }) => delivery.position);

describe('a webhook’s queue', () => {
  it('gives one of each lead, so many at a time', () => {
    const queue = filled(work(1, 'a'), work(2, 'a'), work(3, 'b'), work(4, 'c'));
    expect(places(queue.take(0, 2))).toEqual([1, 3]);
    expect(places(queue.take(0, 9))).toEqual([4]);
    expect(places(queue.take(0, 9))).toEqual([]);
    expect(queue.size()).toBe(4);
  });

  it('gives a lead’s next one when the one before is done, and not while it is being tried again', () => {
    const [first, second] = [work(1, 'a'), work(2, 'a')];
    const queue = filled(first, second);
    const [taken] = queue.take(0, 9);
    queue.settle(taken!, { ...first.delivery, dueAt: 50 });
    expect(queue.nextDue()).toBe(50);
    expect(queue.take(49, 9)).toEqual([]);
    const [again] = queue.take(50, 9);
    expect(places([again!])).toEqual([1]);
    expect(queue.nextDue()).toBeNull();
    queue.settle(again!, null);
    expect(places(queue.take(50, 9))).toEqual([2]);
    expect(queue.size()).toBe(1);
  });

  it('takes each once, and knows what it has', () => {
    const queue = filled(work(1, 'a'), work(1, 'a'));
    expect([queue.size(), queue.has('event-1'), queue.has('event-2')]).toEqual([1, true, false]);
  });

  it('has one that was changed in its own place', () => {
    const queue = filled(work(1, 'a', 900), work(2, 'a', 900), work(3, 'b', 900));
    for (const hastened of [work(1, 'a', 10), work(7, 'a', 10), work(8, 'c', 10)])
      queue.replace(hastened.delivery);
    expect(queue.size()).toBe(3);
    expect(places(queue.take(10, 9))).toEqual([1]);
  });

  it('tells what is waiting, and leaves alone what is out', () => {
    const queue = filled(work(1, 'a'), work(2, 'a'), work(3, 'b'), work(4, 'c', 900));
    expect(queue.waiting().map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    const [first] = queue.take(0, 1);
    expect(queue.waiting().map(({ position }) => position)).toEqual([2, 3, 4]);
    queue.replace({ ...first!.delivery, dueAt: 900 });
    queue.settle(first!, first!.delivery);
    expect(places(queue.take(0, 1))).toEqual([1]);
  });

  it('keeps each lead’s order and forgets nobody, whatever fails and in whatever order it ends', () => {
    const histories = fc.record({
      leads: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 40 }),
      atOnce: fc.integer({ min: 1, max: 5 }),
      choices: fc.infiniteStream(fc.nat(1_000)),
    });
    fc.assert(
      fc.property(histories, ({ leads, atOnce, choices }) => {
        const queue = filled(...leads.map((lead, n) => work(n, lead)));
        const chosen = (below: number): number => (choices.next().value as number) % below;
        const out: Work[] = [];
        const done: Delivery[] = [];
        for (let now = 0; queue.size() > 0; now++) {
          out.push(...queue.take(now, atOnce - out.length));
          const names = out.map(({ delivery }) => delivery.leadId);
          expect(new Set(names).size).toBe(names.length);
          if (out.length === 0) continue;
          const [ended] = out.splice(chosen(out.length), 1);
          const fails = chosen(3) === 0;
          queue.settle(ended!, fails ? { ...ended!.delivery, dueAt: now + chosen(4) } : null);
          if (!fails) done.push(ended!.delivery);
        }
        expect(done).toHaveLength(leads.length);
        for (const lead of new Set(leads)) {
          const order = done.filter(each => each.leadId === lead).map(({ position }) => position);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
