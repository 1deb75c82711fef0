import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { takeLease } from './lease.ts';
import { memoryCheckpoints } from './testing.ts';

describe('a lease', () => {
  it('is one process’s at a time, and the next one’s when it is given back', async () => {
    const store = memoryCheckpoints();
    const mine = await takeLease(store, 'kafka', 'a', 60_000);
    expect(await takeLease(store, 'kafka', 'b', 60_000)).toBeNull();
    await mine!.release();
    const theirs = await takeLease(store, 'kafka', 'b', 60_000);
    expect(theirs!.lost.aborted).toBe(false);
    await theirs!.release();
  });

  it('is kept for longer than it lasts without being prolonged', async () => {
    const store = memoryCheckpoints();
    const mine = await takeLease(store, 'kafka', 'a', 90);
    await pause(250);
    expect(await takeLease(store, 'kafka', 'b', 90)).toBeNull();
    expect(mine!.lost.aborted).toBe(false);
    await mine!.release();
  });

  it('is lost when it turns out to be another’s', async () => {
    const store = memoryCheckpoints();
    const mine = await takeLease(store, 'kafka', 'a', 90);
    await store.release('kafka', 'a');
    await store.hold('kafka', 'b', 60_000);
    await pause(100);
    expect(mine!.lost.aborted).toBe(true);
    await mine!.release();
    expect(await store.hold('kafka', 'c', 1)).toBe(false);
  });

  it('is lost when the store is away for longer than it lasts', async () => {
    const store = memoryCheckpoints();
    let away = false;
    const hold: typeof store.hold = (...given) =>
      away ? Promise.reject(new Error('away')) : store.hold(...given);
    const mine = await takeLease({ ...store, hold }, 'kafka', 'a', 90);
    away = true;
    await pause(40);
    expect(mine!.lost.aborted).toBe(false);
    await pause(120);
    expect(mine!.lost.aborted).toBe(true);
  });
});
