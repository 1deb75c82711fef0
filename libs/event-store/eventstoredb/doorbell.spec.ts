import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Held, Line } from './line.ts';

/** Pauses before a subscription is opened again: they are noted, and over at once, or when a test says so. */
const pauses: number[] = [];
let hold = false;
const held: (() => void)[] = [];
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: (ms: number, _: unknown, { signal }: { readonly signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      pauses.push(ms);
      if (signal.aborted) reject(signal.reason as Error);
      else if (hold) held.push(resolve);
      else resolve();
    }),
  setImmediate: turn,
}));
const { createDoorbell } = await import('./doorbell.ts');

/** A client's subscription, played by hand. */
const subscriptionOf = () => {
  const emitter = new EventEmitter();
  const unsubscribe = jest.fn(() => Promise.resolve());
  return Object.assign(emitter, { unsubscribe });
};

/** A line, the subscriptions that were opened on it, and a way to replace its client. */
const lineOf = () => {
  const opened: ReturnType<typeof subscriptionOf>[] = [];
  const leave = new Set<() => void>();
  const subscribeToAll = jest.fn(() => {
    const subscription = subscriptionOf();
    opened.push(subscription);
    return subscription;
  });
  const client = { subscribeToAll } as unknown as Held['client'];
  const line: Line = {
    held: () =>
      Promise.resolve({
        client,
        onGone: listener => {
          leave.add(listener);
          return () => leave.delete(listener);
        },
        worked: () => undefined,
      }),
    hung: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const replace = (): void => {
    for (const tell of leave) tell();
  };
  return { line, opened, subscribeToAll, replace };
};

const turns = async (count = 5): Promise<void> => {
  for (let n = 0; n < count; n++) await turn();
};

describe('the doorbell of EventStoreDB', () => {
  let made: ReturnType<typeof lineOf>;
  let bell: ReturnType<typeof createDoorbell>;
  beforeEach(() => {
    [pauses.length, held.length, hold] = [0, 0, false];
    made = lineOf();
    bell = createDoorbell(made.line);
  });
  afterEach(() => bell.close());

  const listening = async (): Promise<jest.Mock> => {
    const ring = jest.fn();
    bell.listen(ring);
    await turns();
    return ring;
  };

  it('subscribes when somebody listens, once for all, from the log’s end and without events of the system', async () => {
    expect(made.opened).toHaveLength(0);
    bell.listen(() => undefined);
    bell.listen(() => undefined);
    await turns();
    expect(made.subscribeToAll.mock.calls).toEqual([
      [{ fromPosition: 'end', filter: expect.objectContaining({ filterOn: 'eventType' }) }],
    ]);
  });

  it('rings when the subscription begins, since something may have come before, and for each that comes', async () => {
    const ring = await listening();
    expect(ring).not.toHaveBeenCalled();
    made.opened[0]!.emit('confirmation');
    await turns();
    expect(ring).toHaveBeenCalledTimes(1);
    made.opened[0]!.emit('data', {});
    await turns();
    expect(ring).toHaveBeenCalledTimes(2);
  });

  it('rings once for all that comes in one turn', async () => {
    const ring = await listening();
    for (let n = 0; n < 100; n++) made.opened[0]!.emit('data', {});
    bell.ring();
    await turns();
    expect(ring).toHaveBeenCalledTimes(1);
  });

  it('rings all who listen, and nobody who has left since', async () => {
    const [one, leaver] = [await listening(), jest.fn()];
    const stop = bell.listen(leaver);
    bell.ring();
    await turn();
    stop();
    await turns();
    expect([one.mock.calls.length, leaver.mock.calls.length]).toEqual([1, 0]);
  });

  it.each(['error', 'end', 'close'])('opens the subscription again when it is lost by %s', async name => {
    const ring = await listening();
    made.opened[0]!.emit('confirmation');
    made.opened[0]!.emit(name, new Error('gone'));
    await turns();
    expect(made.opened).toHaveLength(2);
    expect(made.opened[0]!.unsubscribe).toHaveBeenCalledTimes(1);
    made.opened[1]!.emit('confirmation');
    await turns();
    expect(ring).toHaveBeenCalledTimes(2);
  });

  it('opens it again when its client was replaced', async () => {
    await listening();
    made.replace();
    await turns();
    expect(made.opened).toHaveLength(2);
  });

  it('waits ever longer between attempts that fail, five seconds at most, and shortly again after one that began', async () => {
    await listening();
    for (let n = 0; n < 10; n++) {
      made.opened.at(-1)!.emit('error', new Error('gone'));
      await turns();
    }
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
    made.opened.at(-1)!.emit('confirmation');
    made.opened.at(-1)!.emit('error', new Error('gone'));
    await turns();
    expect(pauses.slice(10)).toEqual([50]);
  });

  it('goes on where no client can be had for a while', async () => {
    const { held: give } = made.line;
    let failures = 3;
    bell = createDoorbell({
      ...made.line,
      held: () => (failures-- > 0 ? Promise.reject(new Error('no client')) : give()),
    });
    await listening();
    expect([pauses, made.opened.length]).toEqual([[50, 100, 200], 1]);
  });

  it('survives an error that comes when nobody waits for the subscription any more', async () => {
    await listening();
    made.opened[0]!.emit('end');
    await turns();
    expect(() => made.opened[0]!.emit('error', new Error('late'))).not.toThrow();
    made.opened[1]!.unsubscribe.mockImplementation(() => Promise.reject(new Error('gone already')));
    made.opened[1]!.emit('end');
    await turns();
    expect(made.opened).toHaveLength(3);
  });

  it('is let go of when the last one leaves, and opened anew for the next', async () => {
    const [stop, stopOther] = [bell.listen(() => undefined), bell.listen(() => undefined)];
    await turns();
    stop();
    await turns();
    expect(made.opened[0]!.unsubscribe).not.toHaveBeenCalled();
    stopOther();
    await turns();
    expect(made.opened[0]!.unsubscribe).toHaveBeenCalledTimes(1);
    await listening();
    expect(made.opened).toHaveLength(2);
  });

  it('opens nothing any more once it is closed, also while it pauses or waits for a client', async () => {
    const ring = await listening();
    hold = true;
    made.opened[0]!.emit('error', new Error('gone'));
    await turns();
    bell.close();
    for (const resume of held) resume();
    bell.ring();
    await turns();
    expect([made.opened.length, ring.mock.calls.length]).toEqual([1, 0]);
    bell.listen(() => undefined);
    bell.close();
    await turns();
    expect(made.opened).toHaveLength(1);
  });
});
