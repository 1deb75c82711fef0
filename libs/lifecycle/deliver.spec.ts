import { describe, expect, it } from '@jest/globals';
import { deliverAll, type Delivering } from './deliver.ts';
import type { ErrorDecision, LifecycleEvent } from './port.ts';
import { recordedAt, testMapping } from './testing.ts';

const events = [1, 2, 3, 4].flatMap(position =>
  testMapping(recordedAt(position, 'OrderPlaced', { leadId: 'l1' })),
);

/** A destination that refuses whatever holds one of these positions, so many times. */
const destination = (refused: ReadonlyMap<number, number>, decision: ErrorDecision) => {
  const left = new Map(refused);
  const taken: number[] = [];
  const attempts: number[] = [];
  const skipped: number[] = [];
  const stop = new AbortController();
  const delivering: Delivering = {
    deliver: given => {
      for (const { position } of given) {
        const times = left.get(position) ?? 0;
        if (times === 0) continue;
        left.set(position, times - 1);
        return Promise.reject(new Error(`no ${position}`));
      }
      taken.push(...given.map(({ position }) => position));
      return Promise.resolve();
    },
    onError: () => decision,
    failed: (_, attempt) => attempts.push(attempt),
    skipped: ({ position }: LifecycleEvent) => skipped.push(position),
    signal: stop.signal,
  };
  return { delivering, taken, attempts, skipped, stop };
};

describe('delivering events', () => {
  it('is done at once where there are none', async () => {
    const { delivering, taken } = destination(new Map(), { action: 'stop' });
    expect(await deliverAll(delivering, [])).toBe('done');
    expect(taken).toEqual([]);
  });

  it('gives all of them again until they are taken', async () => {
    const { delivering, taken, attempts } = destination(new Map([[3, 2]]), { action: 'retry', afterMs: 0 });
    expect(await deliverAll(delivering, events)).toBe('done');
    expect([taken, attempts]).toEqual([
      [1, 2, 3, 4],
      [1, 2],
    ]);
  });

  it('leaves out those alone that fail by themselves', async () => {
    const { delivering, taken, skipped } = destination(
      new Map([
        [2, 99],
        [4, 99],
      ]),
      { action: 'skip' },
    );
    expect(await deliverAll(delivering, events)).toBe('done');
    expect([taken, skipped]).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it('stops where the policy says so', async () => {
    const { delivering, taken } = destination(new Map([[1, 1]]), { action: 'stop' });
    expect(await deliverAll(delivering, events)).toBe('stopped');
    expect(taken).toEqual([]);
  });

  it('can be interrupted while it waits to try again', async () => {
    const { delivering, stop } = destination(new Map([[1, 99]]), { action: 'retry', afterMs: 60_000 });
    const delivered = deliverAll(delivering, events);
    setTimeout(() => stop.abort(), 10);
    expect(await delivered).toBe('interrupted');
  });
});
