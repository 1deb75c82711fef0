import { describe, expect, it } from '@jest/globals';
import { randomFrom } from './random.ts';

const draw = <T>(times: number, one: () => T): readonly T[] => Array.from({ length: times }, one);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('randomFrom', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    const random = randomFrom('1', 'lead', 42);
    expect(draw(3, random.next)).toEqual(draw(3, randomFrom('1', 'lead', 42).next));
    expect(randomFrom('fixed').int(0, 1_000_000_000)).toMatchInlineSnapshot(`624884878`);
  });

  it('gives other numbers for seeds that differ in one part, or in where the parts are cut', () => {
    const seeds = [
      ['1', 'lead', 1],
      ['1', 'lead', 2],
      ['2', 'lead', 1],
      ['1', 'lea', 'd1'],
      ['1lead1'],
    ] as const;
    const firsts = seeds.map(seed => randomFrom(...seed).next());
    expect(new Set(firsts).size).toBe(seeds.length);
  });

  it('spreads evenly over [0, 1)', () => {
    const random = randomFrom('even');
    const values = draw(20_000, random.next);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => values.filter(value => Math.floor(value * 10) === tenth).length,
    );
    for (const hits of tenths) expect(Math.abs(hits - 2_000)).toBeLessThan(200);
  });

  it('draws whole numbers with both ends', () => {
    const random = randomFrom('int');
    expect(new Set(draw(200, () => random.int(3, 5)))).toEqual(new Set([3, 4, 5]));
    expect(random.int(7, 7)).toBe(7);
  });

  it('draws values in proportion to their weights, and never one of weight 0', () => {
    const random = randomFrom('weights');
    const values = draw(10_000, () =>
      random.weighted([
        ['often', 3],
        ['never', 0],
        ['seldom', 1],
      ]),
    );
    expect(values.filter(value => value === 'often').length / values.length).toBeCloseTo(0.75, 1);
    expect(values).not.toContain('never');
  });

  it('refuses to choose from nothing', () => {
    expect(() => randomFrom('none').pick([])).toThrow(RangeError);
  });

  it('has the chances, means and medians that were asked for', () => {
    const random = randomFrom('shapes');
    const hits = draw(10_000, () => random.chance(0.3)).filter(Boolean).length;
    expect(hits / 10_000).toBeCloseTo(0.3, 1);
    expect(mean(draw(20_000, () => random.exponential(5)))).toBeCloseTo(5, 0);
    const around = draw(9_999, () => random.around(12, 0.8)).toSorted((one, other) => one - other);
    expect(around[4_999]).toBeGreaterThan(11);
    expect(around[4_999]).toBeLessThan(13);
    expect(around[0]).toBeGreaterThan(0);
  });
});
