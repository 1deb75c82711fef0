import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crossing } from './crossing.ts';
import type { ScoreModel } from './model.ts';
import { scoreAt, type Points } from './points.ts';
import { rulesOf } from './rules.ts';
import { smallModel } from './testing.ts';

const rules = rulesOf(smallModel);
const at = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const points = (sums: readonly number[], fit = 0): Points => ({ at, sums, fit });

describe('crossing', () => {
  it('of one rule is its half-life times the logarithm', () => {
    expect(crossing(rules, points([0, 40, 0, 0]), 20)).toBe(at + 10 * day + 1);
    expect(crossing(rules, points([0, 0, 0, 30]), 20)).toBe(at + Math.ceil(20.5 * day * Math.log2(30 / 20)));
  });

  it('begins to count when the cap is reached, not before', () => {
    // 50 points with a cap of 25 stand for one half-life of 2 days, then they sink below 20.
    expect(crossing(rules, points([50, 0, 0, 0]), 20)).toBe(at + Math.ceil(2 * day * Math.log2(50 / 20)));
  });

  it('is never where fit alone holds the band', () => {
    expect(crossing(rules, points([9, 0, 0, 0], 20), 20)).toBeNull();
    expect(crossing(rules, points([0, 0, 0, 0], 22), 20)).toBeNull();
  });

  it('is the next millisecond where the score is at the bound to the last bit', () => {
    const found = crossing(rules, points([0, 20, 0, 0]), 20)!;
    expect(found - at).toBeLessThanOrEqual(2);
    expect(scoreAt(rules, points([0, 20, 0, 0]), found)).toBeLessThan(20);
  });

  it('is found also very far away', () => {
    const slow: ScoreModel = {
      ...smallModel,
      groups: {},
      fit: [],
      engagement: [{ name: 'a', on: 'MeetingHeld', points: 100, halfLifeDays: 3_650 }],
    };
    const found = crossing(rulesOf(slow), points([100], 19.999_999), 20)!;
    expect(scoreAt(rulesOf(slow), points([100], 19.999_999), found)).toBeLessThan(20);
    expect(scoreAt(rulesOf(slow), points([100], 19.999_999), found - 1)).toBeGreaterThanOrEqual(20);
    expect(new Date(found).getUTCFullYear()).toBeGreaterThan(2_200);
  });

  it('is the very millisecond for any points, half-lives and caps', () => {
    const rule = fc.record({
      points: fc.constant(1),
      halfLifeDays: fc.integer({ min: 1, max: 4_000 }).map(n => n / 10),
      cap: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      group: fc.option(fc.constantFrom('web', 'talk'), { nil: undefined }),
      sum: fc.double({ min: 0, max: 200, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 90 }),
        (given, fit, bound) => {
          const model: ScoreModel = {
            ...smallModel,
            groups: { web: 30, talk: 45 },
            fit: [],
            engagement: given.map(({ points: each, halfLifeDays, cap, group }, n) => ({
              name: `r${n}`,
              on: 'PageViewed' as const,
              points: each,
              halfLifeDays,
              ...(cap !== undefined && { cap }),
              ...(group !== undefined && { group }),
            })),
          };
          const [any, of] = [
            rulesOf(model),
            points(
              given.map(({ sum }) => sum),
              fit,
            ),
          ];
          if (scoreAt(any, of, at) < bound) return;
          const found = crossing(any, of, bound);
          if (fit >= bound) expect(found).toBeNull();
          else {
            expect(scoreAt(any, of, found!)).toBeLessThan(bound);
            expect(scoreAt(any, of, found! - 1)).toBeGreaterThanOrEqual(bound);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
