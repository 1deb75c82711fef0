import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../event-store/port.ts';
import { openSqliteEventStore } from '../event-store/sqlite/index.ts';
import { followLifecycle, type Follow, type Following } from './follow.ts';
import type { LifecycleEvent } from './port.ts';
import { appendTo, memoryCheckpoints, testMapping, until } from './testing.ts';

let events: EventStore;
let checkpoints: ReturnType<typeof memoryCheckpoints>;
let started: Following[];
let taken: number[];
let append: ReturnType<typeof appendTo>;

beforeEach(() => {
  events = openSqliteEventStore({ file: ':memory:' });
  checkpoints = memoryCheckpoints();
  started = [];
  taken = [];
  append = appendTo(events);
});
afterEach(async () => {
  await Promise.all(started.map(each => each.stop()));
  await events.close();
});

const take = (given: readonly LifecycleEvent[]): Promise<void> => {
  taken.push(...given.map(({ position }) => position));
  return Promise.resolve();
};

const follow = (change: Partial<Follow> = {}): Following => {
  const following = followLifecycle({
    subscriber: 'test',
    events,
    checkpoints,
    toLifecycle: testMapping,
    deliver: take,
    owner: 'a',
    ...change,
  });
  following.start();
  started.push(following);
  return following;
};

describe('following the log', () => {
  it('delivers what is there and what comes, and leaves out what is no lifecycle event', async () => {
    await append('LeadCaptured', 'PageViewed');
    const following = follow();
    await until(() => following.status().position === 2);
    await append('OrderPlaced');
    await until(() => taken.length === 2);
    expect(taken).toEqual([1, 3]);
    await until(() => checkpoints.saves.at(-1) === 3);
    expect(following.status()).toEqual({
      subscriber: 'test',
      state: 'following',
      position: 3,
      delivered: 2,
      failures: 0,
      lastError: null,
    });
  });

  it('hears of what is appended long before it looks by itself', async () => {
    const following = follow();
    await until(() => following.status().state === 'following');
    const began = performance.now();
    await append('OrderPlaced');
    await until(() => taken.length === 1);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('may begin after what is there', async () => {
    await append('LeadCaptured');
    const following = follow({ from: 'head' });
    await until(() => following.status().state === 'following');
    await append('OrderPlaced');
    await until(() => taken.length === 1);
    expect(taken).toEqual([2]);
  });

  it('goes on from its checkpoint', async () => {
    await append('LeadCaptured', 'OrderPlaced');
    await checkpoints.save('test', 1);
    follow();
    await until(() => taken.length === 1);
    expect(taken).toEqual([2]);
  });

  it('moves the checkpoint only after the acknowledgement', async () => {
    await append('OrderPlaced');
    let acknowledge = (): void => undefined;
    follow({ deliver: () => new Promise(resolve => (acknowledge = resolve)) });
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(checkpoints.saves).toEqual([]);
    acknowledge();
    await until(() => checkpoints.saves.length === 1);
    expect(checkpoints.saves).toEqual([1]);
  });

  it('tries again, tells what is wrong meanwhile, and goes on where it stood', async () => {
    await append('OrderPlaced');
    let away = true;
    const following = follow({
      deliver: given => (away ? Promise.reject(new TypeError('away')) : take(given)),
      onError: () => ({ action: 'retry', afterMs: 1 }),
    });
    await until(() => following.status().failures > 2);
    expect(following.status()).toMatchObject({ state: 'retrying', position: 0, lastError: 'TypeError' });
    away = false;
    await until(() => taken.length === 1);
    await until(() => following.status().state === 'following');
    expect(following.status().lastError).toBeNull();
  });

  it('leaves an event out, or ends, where the policy says so', async () => {
    await append('OrderPlaced', 'OrderPlaced');
    const lines: string[] = [];
    const following = follow({
      deliver: given =>
        given.some(({ position }) => position === 1) ? Promise.reject(new Error()) : take(given),
      onError: () => ({ action: 'skip' }),
      log: (level, message) => lines.push(`${level} ${message}`),
    });
    await until(() => following.status().position === 2);
    expect(taken).toEqual([2]);
    expect(lines).toContain('error an event is left out for good');

    const ending = follow({
      subscriber: 'other',
      deliver: () => Promise.reject(new Error()),
      onError: () => ({ action: 'stop' }),
    });
    await until(() => ending.status().failures === 1 && ending.status().state === 'stopped');
    expect(await checkpoints.load('other')).toBeNull();
  });

  it('is one process’s at a time; the next goes on from the checkpoint', async () => {
    await append('OrderPlaced');
    const first = follow();
    await until(() => taken.length === 1);
    const second = follow({ owner: 'b' });
    await until(() => second.status().state === 'standby');
    await first.stop();
    await append('OrderPlaced');
    await until(() => second.status().position === 2);
    expect(taken).toEqual([1, 2]);
  });

  it('survives that log and checkpoints are away', async () => {
    await append('OrderPlaced', 'OrderPlaced');
    let failures = 3;
    const readAll: EventStore['readAll'] = (after, limit) =>
      failures-- > 0 ? Promise.reject(new Error('away')) : events.readAll(after, limit);
    const following = follow({ events: { ...events, readAll } });
    await until(() => following.status().position === 2);
    expect(taken).toEqual([1, 2]);
  });

  it('rests longer and longer while the log is away, however often it rings', async () => {
    let [tries, rings] = [0, 0];
    const ringing = new Set<() => void>();
    const bell = setInterval(() => {
      rings++;
      for (const ring of ringing) ring();
    }, 5);
    try {
      const readAll = (): Promise<never> => {
        tries++;
        return Promise.reject(new Error('away'));
      };
      const onAppended: EventStore['onAppended'] = ring => {
        ringing.add(ring);
        return () => ringing.delete(ring);
      };
      follow({ events: { ...events, readAll, onAppended } });
      await until(() => rings >= 100);
      expect(tries).toBeGreaterThan(0);
      expect(tries).toBeLessThan(10);
    } finally {
      clearInterval(bell);
    }
  });

  it('stops while a delivery is being retried', async () => {
    await append('OrderPlaced');
    const following = follow({
      deliver: () => Promise.reject(new Error()),
      onError: () => ({ action: 'retry', afterMs: 60_000 }),
    });
    await until(() => following.status().failures === 1);
    await following.stop();
    expect(following.status().state).toBe('stopped');
    expect(await checkpoints.hold('test', 'b', 1_000)).toBe(true);
  });
});
