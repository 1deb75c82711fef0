import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextAttempt, paceOf, patienceMs, waits } from './retry.ts';

/** All attempts of a delivery that never succeeds, in ms after the first. */
const attempts = (chance: () => number): readonly number[] => {
  const made = [0];
  for (;;) {
    const at = nextAttempt(made.length, 0, made.at(-1)!, chance());
    if (at === null) return made;
    made.push(at);
  }
};

describe('a delivery that fails', () => {
  it('is tried again after 5 s, then after twice as long each time', () => {
    const waits = attempts(() => 0).map((at, n, all) => at - (all[n - 1] ?? 0));
    expect(waits.slice(1, 6)).toEqual([5_000, 10_000, 20_000, 40_000, 80_000]);
    expect(Math.max(...waits)).toBe(43_200_000);
    expect(waits.length).toBeGreaterThan(15);
    expect(waits.length).toBeLessThan(25);
  });

  it('is tried for three days, and for the last time when they are over', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), chances => {
        const made = attempts(() => chances.next().value as number);
        expect(made.at(-1)).toBe(patienceMs);
        for (const [n, at] of made.entries()) expect(at).toBeGreaterThan(made[n - 1] ?? -1);
      }),
    );
  });
});

describe('a receiver that says when to come again', () => {
  it('is not tried before, and later where the back-off says so', () => {
    expect(nextAttempt(1, 0, 1_000, 0, 61_000)).toBe(61_000);
    expect(nextAttempt(1, 0, 1_000, 0, 2_000)).toBe(6_000);
    expect(nextAttempt(5, 0, 1_000, 0, 61_000)).toBe(81_000);
    expect(nextAttempt(1, 0, 1_000, 0, null)).toBe(6_000);
  });

  it('makes no attempt later than the last one', () => {
    expect(nextAttempt(1, 0, patienceMs - 1, 0, patienceMs + waits.longestMs)).toBe(patienceMs);
    expect(nextAttempt(1, 0, patienceMs, 0, patienceMs + 5)).toBeNull();
  });

  it('never makes a wait shorter', () => {
    const times = fc.nat(patienceMs - 1);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        times,
        times,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (...given) => {
          const [failed, now, asked, chance] = given;
          const own = nextAttempt(failed, 0, now, chance)!;
          const next = nextAttempt(failed, 0, now, chance, asked)!;
          expect(next).toBeGreaterThanOrEqual(own);
          expect(next).toBeGreaterThanOrEqual(asked);
          expect(next).toBeLessThanOrEqual(patienceMs);
        },
      ),
    );
  });
});

describe('a webhook that fails', () => {
  it('gets a few failures for free', () => {
    expect(paceOf(0, 8)).toEqual({ atOnce: 8, pauseMs: 0 });
    expect(paceOf(2, 8)).toEqual({ atOnce: 8, pauseMs: 0 });
  });

  it('then gets one delivery now and then, at least each minute', () => {
    expect(paceOf(3, 8)).toEqual({ atOnce: 1, pauseMs: 5_000 });
    expect(paceOf(4, 8)).toEqual({ atOnce: 1, pauseMs: 10_000 });
    expect(paceOf(1_000, 8)).toEqual({ atOnce: 1, pauseMs: 60_000 });
  });
});
