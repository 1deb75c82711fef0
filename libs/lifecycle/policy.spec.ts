import { describe, expect, it } from '@jest/globals';
import { backOff, keepTrying } from './policy.ts';

describe('waiting between attempts', () => {
  it('doubles, up to the longest, however many there were', () => {
    const times = { firstMs: 100, longestMs: 1_000 };
    expect([1, 2, 3, 4, 5, 6, 5_000].map(attempt => backOff(times, attempt))).toEqual([
      100, 200, 400, 800, 1_000, 1_000, 1_000,
    ]);
  });

  it('goes on for ever by default', () => {
    const decide = keepTrying();
    for (const attempt of [1, 10, 1_000_000]) {
      const decision = decide({ error: new Error('away'), attempt, events: [] });
      expect(decision).toEqual({ action: 'retry', afterMs: expect.any(Number) });
    }
  });
});
