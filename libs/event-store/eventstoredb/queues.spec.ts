import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createQueues, createSlots, type Turn } from './queues.ts';

const turnOfLoop = () => new Promise(resolve => setImmediate(resolve));

/** Whether the turn has come by now. */
const isReady = async ({ ready }: Turn): Promise<boolean> => {
  let came = ready === null;
  void ready?.then(() => {
    came = true;
  });
  await turnOfLoop();
  return came;
};

describe('queues', () => {
  it('let one after the other into a stream, and others at once', async () => {
    const queues = createQueues();
    const [first, second, other] = [queues.enter(['a']), queues.enter(['a']), queues.enter(['b'])];
    expect([await isReady(first), await isReady(second), await isReady(other)]).toEqual([true, false, true]);
    first.leave();
    expect(await isReady(second)).toBe(true);
  });

  it('hold a place in several streams at once', async () => {
    const queues = createQueues();
    const [a, both, b] = [queues.enter(['a']), queues.enter(['a', 'b']), queues.enter(['b'])];
    expect([await isReady(both), await isReady(b)]).toEqual([false, false]);
    a.leave();
    expect([await isReady(both), await isReady(b)]).toEqual([true, false]);
    both.leave();
    expect(await isReady(b)).toBe(true);
  });

  it('keep those behind from overtaking when one leaves before its turn', async () => {
    const queues = createQueues();
    const [first, impatient, last] = [queues.enter(['a']), queues.enter(['a']), queues.enter(['a'])];
    impatient.leave();
    expect(await isReady(last)).toBe(false);
    first.leave();
    expect(await isReady(last)).toBe(true);
  });

  it('let everybody through in the order of the calls, whatever the streams', async () => {
    const calls = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(calls, async list => {
        const queues = createQueues();
        const order = new Map<string, number[]>();
        const busy = new Set<string>();
        await Promise.all(
          list.map(async (streams, n) => {
            const turn = queues.enter(streams);
            await turn.ready;
            for (const stream of streams) {
              expect(busy.has(stream)).toBe(false);
              busy.add(stream);
              order.set(stream, [...(order.get(stream) ?? []), n]);
            }
            await turnOfLoop();
            for (const stream of streams) busy.delete(stream);
            turn.leave();
          }),
        );
        for (const numbers of order.values()) expect(numbers).toEqual([...numbers].sort((x, y) => x - y));
      }),
      { numRuns: 30 },
    );
  });
});

describe('slots', () => {
  it('let in as many as there are, then the others in their order', async () => {
    const slots = createSlots(2);
    const [one, two, three, four] = [slots.take(), slots.take(), slots.take(), slots.take()];
    expect([await isReady(one), await isReady(two), await isReady(three)]).toEqual([true, true, false]);
    two.leave();
    expect([await isReady(three), await isReady(four)]).toEqual([true, false]);
    three.leave();
    expect(await isReady(four)).toBe(true);
  });

  it('pass over one who left before', async () => {
    const slots = createSlots(1);
    const [one, impatient, last] = [slots.take(), slots.take(), slots.take()];
    impatient.leave();
    one.leave();
    expect(await isReady(last)).toBe(true);
    last.leave();
    expect(await isReady(slots.take())).toBe(true);
  });

  it('are given back once, however often they are left', async () => {
    const slots = createSlots(1);
    const [one, two, three] = [slots.take(), slots.take(), slots.take()];
    one.leave();
    one.leave();
    expect([await isReady(two), await isReady(three)]).toEqual([true, false]);
  });
});
