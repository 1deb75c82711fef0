import { describe, expect, it } from '@jest/globals';
import { benchmark } from './mongo-commit.bench.ts';

describe('the benchmark of MongoDB', () => {
  it('measures commits of what is new, and of what was there', async () => {
    const results = await benchmark.run({ quick: true, log: () => undefined });
    expect(results.map(({ name }) => name)).toEqual(['mongo-commit-new', 'mongo-commit-again']);
    for (const { value, limit, unit, target } of results) {
      expect([unit, target]).toEqual(['documents/s', 'ratio ≥ 0.8']);
      expect(value).toBeGreaterThan(0);
      expect(limit).toBeGreaterThan(0);
    }
  }, 120_000);
});
