import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyModel } from '../../test/support/score-models.ts';
import { withMarks } from './marks.ts';
import type { ScoreModel } from './model.ts';
import { advance, leaving, pathTo } from './path.ts';
import { pointsAt } from './marks.ts';
import { scoreAt, type Points } from './points.ts';
import { rulesOf } from './rules.ts';
import { smallModel } from './testing.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const rules = rulesOf(smallModel);
const [page, meeting] = [0, 3];
const points = (at: number, sums: readonly number[], fit = 0): Points => ({ at, sums, fit });

const marksOf = (facts: readonly (readonly [days: number, code: number])[]): readonly number[] =>
  facts.reduce<readonly number[]>((all, [days, code]) => withMarks(all, start + days * day, [code]), []);

describe('advance', () => {
  const hot = points(start, [0, 0, 0, 64], 10);

  it('changes nothing where the score stays within its band', () => {
    const to = points(start + day, [0, 0, 0, 64], 10);
    expect(advance(rules, { level: 1, points: hot }, to)).toEqual({ changes: [], level: 1, points: to });
  });

  it('falls through each band at its own millisecond', () => {
    const slow: ScoreModel = {
      ...smallModel,
      engagement: [{ name: 'talk', on: 'CallMade', points: 1, halfLifeDays: 1 }],
    };
    const quick = rulesOf(slow);
    const from = { level: 2, points: points(start, [64]) };
    const to = points(start + 9 * day, [64 / 2 ** 9]);
    const { changes, level } = advance(quick, from, to);
    expect(level).toBe(0);
    expect(changes).toEqual([
      [start + Math.ceil(day * Math.log2(64 / 50)), 1],
      [start + Math.ceil(day * Math.log2(64 / 20)), 0],
    ]);
  });

  it('has the band changed by decay before what happens later, and by what happens at the same millisecond not', () => {
    const from = { level: 1, points: points(start, [0, 0, 0, 30]) };
    const leaves = leaving(rules, from.points, 1)!;
    const again = (at: number) => advance(rules, from, points(at, [0, 0, 0, 30]));
    expect(again(leaves).changes).toEqual([]);
    expect(again(leaves + 1).changes).toEqual([
      [leaves, 0],
      [leaves + 1, 1],
    ]);
  });

  it('takes the instant of leaving where it is known, and never leaves where it is null', () => {
    const from = { level: 1, points: points(start, [0, 0, 0, 30]) };
    const to = points(start + 40 * day, [0, 0, 0, 30]);
    const leaves = leaving(rules, from.points, 1)!;
    expect(advance(rules, from, to, leaves)).toEqual(advance(rules, from, to));
    expect(advance(rules, from, to, null).changes).toEqual([]);
    expect(advance(rules, from, points(leaves, [0, 0, 0, 30]), leaves).changes).toEqual([]);
  });

  it('judges nothing in between without points to start from', () => {
    const to = points(start + 400 * day, [0, 0, 0, 0]);
    expect(advance(rules, { level: 2, points: null }, to).changes).toEqual([[to.at, 0]]);
  });
});

describe('leaving', () => {
  it('is never from the lowest band', () => {
    expect(leaving(rules, points(start, [9, 9, 9, 9]), 0)).toBeNull();
  });

  it('is by the lower bound of the band', () => {
    const of = (level: number) => leaving(rules, points(start, [0, 0, 0, 45], 15), level)!;
    expect(of(2)).toBe(start + Math.ceil(20.5 * day * Math.log2(45 / 35)));
    expect(of(1)).toBe(start + Math.ceil(20.5 * day * Math.log2(45 / 5)));
  });
});

describe('the way of a lead', () => {
  it('begins below, at the first mark', () => {
    const marks = marksOf([
      [0, meeting],
      [3, page],
    ]);
    expect(pathTo(rules, { marks }, start - 1)).toMatchObject({ changes: [], level: 0 });
    expect(pathTo(rules, { marks }, start)).toMatchObject({ changes: [[start, 1]], level: 1 });
  });

  it('judges marks of one instant together', () => {
    const marks = marksOf([
      [0, meeting],
      [0, -1],
      [0, -2],
    ]);
    const fits: ScoreModel = { ...smallModel, fit: [{ name: 'company', field: 'company', points: 99 }] };
    expect(pathTo(rulesOf(fits), { marks }, start + day).changes).toEqual([[start, 1]]);
  });

  it('of any model: at each change the band is the one that the score then has by its bounds', () => {
    const facts = fc.array(fc.tuple(fc.nat(40), fc.nat(5)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anyModel, facts, fc.nat(120), (model, given, until) => {
        const any = rulesOf(model);
        const marks = marksOf(given.map(([days, code]) => [days, code % model.engagement.length]));
        const { changes, level } = pathTo(any, { marks }, start + until * day);
        let [before, last] = [0, -Infinity];
        for (const [at, to] of changes) {
          expect(at).toBeGreaterThan(last);
          expect(to).not.toBe(before);
          const score = scoreAt(any, pointsAt(any, { marks }, at), at);
          const band = model.bands[to]!;
          if (to > before) expect(score).toBeGreaterThanOrEqual(band.from);
          else expect(score).toBeLessThan(model.bands[to + 1]!.below);
          // Wherever it came from, it is not to be left at once. Decay's rounding may differ by where one starts.
          expect(score).toBeGreaterThanOrEqual(band.below - 1e-9);
          [before, last] = [to, at];
        }
        expect(level).toBe(before);
      }),
      { numRuns: 400 },
    );
  });

  it('is a beginning of the way that it takes later', () => {
    const facts = fc.array(fc.tuple(fc.nat(40), fc.nat(5)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anyModel, facts, fc.nat(90), fc.nat(90), (model, given, one, other) => {
        const any = rulesOf(model);
        const marks = marksOf(given.map(([days, code]) => [days, code % model.engagement.length]));
        const [early, late] = [Math.min(one, other), Math.max(one, other)].map(
          days => pathTo(any, { marks }, start + days * day).changes,
        );
        const within = late!.filter(([at]) => at <= start + Math.min(one, other) * day);
        expect(early).toEqual(within);
      }),
      { numRuns: 300 },
    );
  });
});
