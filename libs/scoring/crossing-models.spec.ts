import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyModel } from '../../test/support/score-models.ts';
import { crossing } from './crossing.ts';
import type { ScoreModel } from './model.ts';
import { fitOf, scoreAt, type Points } from './points.ts';
import { rulesOf } from './rules.ts';
import { leaving } from './path.ts';

const day = 86_400_000;
const at = Date.UTC(2026, 0, 1);

/** The score of points that are so and so many milliseconds old: each number by its rule's own words. */
const plainScoreAfter = (model: ScoreModel, { sums, fit }: Points, ms: number): number => {
  const groups = new Map<string, number>();
  let alone = 0;
  model.engagement.forEach(({ halfLifeDays, cap, group }, n) => {
    const left = (sums[n] ?? 0) * 0.5 ** (ms / (halfLifeDays * day));
    const counted = cap === undefined ? left : Math.min(left, cap);
    if (group === undefined) alone += counted;
    else groups.set(group, (groups.get(group) ?? 0) + counted);
  });
  for (const [group, points] of groups) alone += Math.min(points, model.groups[group]!);
  return Math.min(100, fit + alone);
};

/** The first millisecond below the bound, by bisection of the plain score; null when it is not below it in a thousand years. */
const bisected = (model: ScoreModel, points: Points, bound: number): number | null => {
  let [low, high] = [0, 365_250 * day];
  if (plainScoreAfter(model, points, high) >= bound) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (plainScoreAfter(model, points, middle) < bound) high = middle;
    else low = middle;
  }
  return at + high;
};

const given = anyModel.chain(model =>
  fc.record({
    model: fc.constant(model),
    sums: fc.tuple(...model.engagement.map(() => fc.integer({ min: 0, max: 150_000 }).map(n => n / 1_000))),
    fit: fc.integer({ min: 0, max: 60 }),
  }),
);

describe('a score of any model', () => {
  it('is that of the rules, the groups and the whole, each with its cap, after any time', () => {
    fc.assert(
      fc.property(given, fc.integer({ min: 0, max: 1_000 * day }), ({ model, sums, fit }, ms) => {
        const [rules, points] = [rulesOf(model), { at, sums, fit }];
        const plain = plainScoreAfter(model, points, ms);
        expect(scoreAt(rules, points, at + ms)).toBeCloseTo(plain, 9);
      }),
      { numRuns: 500 },
    );
  });

  it('crosses each bound of a band at the millisecond that bisection finds', () => {
    fc.assert(
      fc.property(given, ({ model, sums, fit }) => {
        const [rules, points] = [rulesOf(model), { at, sums, fit }];
        for (const [level, { below }] of model.bands.entries()) {
          if (plainScoreAfter(model, points, 0) < below) continue;
          const found = leaving(rules, points, level);
          const expected = level === 0 ? null : bisected(model, points, below);
          if (found === null || expected === null) expect(found).toBe(expected);
          else if (found !== expected) {
            // Where rounding of the two ways to write the sum differs, both are within a rounding of the bound.
            expect(Math.abs(plainScoreAfter(model, points, found - at) - below)).toBeLessThan(1e-10);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('has nothing of fit above the caps of its groups', () => {
    fc.assert(
      fc.property(anyModel, fc.array(fc.boolean(), { maxLength: 6 }), (model, holds) => {
        const counted = model.fit.filter((_, n) => holds[n] === true);
        const sum = (some: typeof counted): number => some.reduce((all, { points }) => all + points, 0);
        const inGroup = sum(counted.filter(({ group }) => group !== undefined));
        const alone = sum(counted.filter(({ group }) => group === undefined));
        expect(
          fitOf(
            rulesOf(model),
            holds.map(each => [0, each] as const),
          ),
        ).toBe(alone + Math.min(inGroup, model.groups.who!));
      }),
    );
  });
});

describe('a crossing of a single rule', () => {
  const single = (halfLifeDays: number, cap?: number): ScoreModel => ({
    ...{ name: 'single', version: 1, groups: {}, fit: [] },
    engagement: [
      { name: 'only', on: 'PageViewed', points: 1, halfLifeDays, ...(cap !== undefined && { cap }) },
    ],
    bands: [
      { name: 'low', from: 0, below: 0 },
      { name: 'high', from: 10, below: 5 },
    ],
  });
  const points = (sum: number, fit = 0): Points => ({ at, sums: [sum], fit });

  it('comes after as many half-lives as the bound was doubled, and a millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 6 }), (days, doublings) => {
        // Exactly at the bound it is not below it yet.
        expect(crossing(rulesOf(single(days)), points(10 * 2 ** doublings), 10)).toBe(
          at + doublings * days * day + 1,
        );
      }),
    );
  });

  it('comes later the more points there are, the slower they decay and the more of fit there is', () => {
    const sum = fc.integer({ min: 10_001, max: 90_000 }).map(n => n / 1_000);
    fc.assert(
      fc.property(sum, sum, fc.integer({ min: 1, max: 100 }), fc.nat(9), (one, other, days, fit) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const at1 = (sums: number, half = days, sure = 0): number =>
          crossing(rulesOf(single(half)), points(sums, sure), 10)!;
        expect(at1(less)).toBeLessThanOrEqual(at1(more));
        expect(at1(less)).toBeLessThanOrEqual(at1(less, days + 1));
        expect(at1(less)).toBeLessThanOrEqual(at1(less, days, fit));
      }),
    );
  });

  it('does not depend on a cap that is above the bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 500 }), fc.integer({ min: 11, max: 80 }), (sum, cap) => {
        const free = crossing(rulesOf(single(7)), points(sum), 10);
        expect(crossing(rulesOf(single(7, cap)), points(sum), 10)).toBe(free);
      }),
    );
  });
});
