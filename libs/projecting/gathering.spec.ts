import { describe, expect, it } from '@jest/globals';
import { createGathering, restAfter } from './gathering.ts';

const never = new AbortController().signal;

const timed = async (work: Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work;
  return performance.now() - start;
};

describe('gathering', () => {
  it('rests for the time given while nobody waits', async () => {
    expect(await timed(createGathering().rest(60, never))).toBeGreaterThanOrEqual(55);
  });

  it('does not rest while somebody waits, and rests again afterwards', async () => {
    const gathering = createGathering();
    let arrive = (): void => undefined;
    const wait = gathering.waiting(() => new Promise<void>(resolve => (arrive = resolve)));
    expect(await timed(gathering.rest(5_000, never))).toBeLessThan(1_000);
    arrive();
    await wait;
    expect(await timed(gathering.rest(60, never))).toBeGreaterThanOrEqual(55);
  });

  it('wakes from its rest when somebody comes to wait', async () => {
    const gathering = createGathering();
    const resting = timed(gathering.rest(5_000, never));
    expect(await gathering.waiting(() => Promise.resolve('what came'))).toBe('what came');
    expect(await resting).toBeLessThan(1_000);
  });

  it('forgets a wait that failed', async () => {
    const gathering = createGathering();
    await expect(gathering.waiting(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await timed(gathering.rest(60, never))).toBeGreaterThanOrEqual(55);
  });

  it('ends its rest when it is told to stop', async () => {
    const stop = new AbortController();
    const resting = timed(createGathering().rest(5_000, stop.signal));
    stop.abort();
    expect(await resting).toBeLessThan(1_000);
    expect(await timed(createGathering().rest(5_000, stop.signal))).toBeLessThan(1_000);
  });

  it('tells of everybody who begins to wait, until it is told not to', async () => {
    const gathering = createGathering();
    let told = 0;
    const stop = gathering.onWaiting(() => told++);
    await gathering.waiting(() => Promise.resolve());
    await gathering.waiting(() => Promise.resolve());
    stop();
    await gathering.waiting(() => Promise.resolve());
    expect(told).toBe(2);
  });

  it.each([
    [0, 40],
    [4, 40],
    [12, 120],
    [25, 250],
    [3_000, 250],
  ])('lets a batch of %d ms be followed by a rest of %d ms', (took, rest) => {
    expect(restAfter(took)).toBe(rest);
  });
});
