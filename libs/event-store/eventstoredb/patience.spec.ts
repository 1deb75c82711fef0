import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { StoreUnavailable } from '../errors.ts';
import { createWatch, persist, waitFor, within } from './patience.ts';
import { Away, Hung } from './trouble.ts';

const never = { onGone: () => () => undefined };
const lasting = (ms: number): (() => number) => {
  const end = performance.now() + ms;
  return () => end - performance.now();
};

describe('a watch', () => {
  it('leaves so long from the call, and longer while the server answers others', async () => {
    const watch = createWatch(100);
    const since = performance.now();
    expect(watch.left(since)).toBeLessThanOrEqual(100);
    await pause(60);
    expect(watch.left(since)).toBeLessThan(45);
    watch.answered();
    expect(watch.left(since)).toBeGreaterThan(80);
  });
});

describe('persisting', () => {
  it('tries again while the server is away, and gives what comes then', async () => {
    let tries = 0;
    const answer = await persist(lasting(2_000), true, () =>
      ++tries < 4 ? Promise.reject(new Away('not yet')) : Promise.resolve('done'),
    );
    expect([answer, tries]).toEqual(['done', 4]);
  });

  it.each([true, false])(
    'gives up in time, and says whether something may have been done (%s)',
    async unknown => {
      const since = performance.now();
      const refused = persist(lasting(200), unknown, () => Promise.reject(new Away('gone')));
      await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(refused).rejects.toMatchObject({
        outcomeUnknown: unknown,
        message: expect.stringContaining('gone'),
      });
      expect(performance.now() - since).toBeLessThan(400);
    },
  );

  it('does not try again what is no outage', async () => {
    let tries = 0;
    const refused = persist(lasting(1_000), true, () => {
      tries++;
      return Promise.reject(new RangeError('a bug'));
    });
    await expect(refused).rejects.toThrow(RangeError);
    expect(tries).toBe(1);
  });
});

describe('within a time', () => {
  it('comes what the promise gives', async () => {
    expect(await within(1_000, never, Promise.resolve(7))).toBe(7);
    await expect(within(1_000, never, Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError);
  });

  it('comes the news that it hung, when it takes longer', async () => {
    await expect(within(30, never, pause(10_000, null, { ref: false }))).rejects.toBeInstanceOf(Hung);
  });

  it('comes the news that its client was replaced, once', async () => {
    const listeners = new Set<() => void>();
    const onGone = (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const waiting = within(5_000, { onGone }, pause(10_000, null, { ref: false }));
    for (const tell of listeners) tell();
    await expect(waiting).rejects.toBeInstanceOf(Away);
    expect(listeners.size).toBe(0);
  });
});

describe('waiting for one’s turn', () => {
  it('ends when it comes', async () => {
    await expect(waitFor(pause(20), lasting(1_000))).resolves.toBeUndefined();
  });

  it('ends with nothing sent when the time is over, which may be put off meanwhile', async () => {
    const since = performance.now();
    const watch = createWatch(100);
    const waiting = waitFor(pause(10_000, undefined, { ref: false }), () => watch.left(since));
    await pause(60);
    watch.answered();
    await expect(waiting).rejects.toMatchObject({ name: 'StoreUnavailable', outcomeUnknown: false });
    expect(performance.now() - since).toBeGreaterThan(150);
  });
});
