import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addUpTo, fold, pointsAt, tallyOf, withEarlier, withMarks, type Folded, type Kept } from './marks.ts';
import { engagementAt, scoreAt } from './points.ts';
import { rulesOf } from './rules.ts';
import { smallModel } from './testing.ts';

const rules = rulesOf(smallModel);
const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const [page, form, demo, meeting] = [0, 1, 2, 3];
const [acme, noBoss, boss, poor, rich] = [-1, -4, -3, -6, -5];

interface Mark {
  readonly at: number;
  readonly code: number;
}

/** Codes of all rules, at whole days and odd milliseconds. */
const mark: fc.Arbitrary<Mark> = fc.record({
  at: fc.oneof(
    fc.integer({ min: 0, max: 30 }).map(days => start + days * day),
    fc.integer({ min: 0, max: 30 * day }).map(ms => start + ms),
  ),
  code: fc.constantFrom(page, form, demo, meeting, acme, boss, noBoss, poor, rich),
});
const history = fc.array(mark, { minLength: 1, maxLength: 20 });
const keptOf = (marks: readonly Mark[]): Kept => ({
  marks: marks.reduce<readonly number[]>((all, { at, code }) => withMarks(all, at, [code]), []),
});

/** Sums per rule at an instant: every touchpoint by itself, halved as often as its age says. */
const plainSums = (marks: readonly Mark[], instant: number): readonly number[] =>
  smallModel.engagement.map(({ points, halfLifeDays }, rule) =>
    marks
      .filter(({ at, code }) => code === rule && at <= instant)
      .reduce((sum, { at }) => sum + points * 0.5 ** ((instant - at) / day / halfLifeDays), 0),
  );

/** Which fit rules hold: each by what was said last, in order of time. */
const plainFit = (marks: readonly Mark[], instant: number): readonly boolean[] =>
  smallModel.fit.map((_, rule) => {
    const told = marks
      .filter(({ at, code }) => at <= instant && (code === -1 - 2 * rule || code === -2 - 2 * rule))
      .sort((a, b) => a.at - b.at);
    return told.at(-1)?.code === -1 - 2 * rule;
  });

const fitPoints = (holds: readonly boolean[]): number => {
  const [company = false, isBoss = false, budget = false] = holds;
  return Math.min(22, (company ? 10 : 0) + (isBoss ? 15 : 0)) + (budget ? 9 : 0);
};

const near = (found: readonly number[], expected: readonly number[]): void => {
  expect(found).toHaveLength(expected.length);
  for (const [n, value] of expected.entries())
    expect(Math.abs(found[n]! - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, value));
};

describe('what marks come to', () => {
  it('is, per rule, the sum of its touchpoints, each halved by its own age', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 90 * day }), (marks, after) => {
        const points = pointsAt(rules, keptOf(marks), start + after);
        near(points.sums, plainSums(marks, start + after));
        expect(points.fit).toBe(fitPoints(plainFit(marks, start + after)));
      }),
      { numRuns: 400 },
    );
  });

  it('is exact where ages are whole half-lives', () => {
    const kept = keptOf([
      { at: start, code: page },
      { at: start + 2 * day, code: page },
    ]);
    expect(pointsAt(rules, kept, start + 2 * day).sums[page]).toBe(4.5 + 9);
    expect(pointsAt(rules, kept, start + 4 * day).sums[page]).toBe(2.25 + 4.5);
    expect(pointsAt(rules, kept, start + 6 * day).sums[page]).toBe(1.125 + 2.25);
  });

  it('counts a mark at its very instant, and not a millisecond before', () => {
    const kept = keptOf([{ at: start + day, code: meeting }]);
    expect(pointsAt(rules, kept, start + day).sums[meeting]).toBe(30);
    expect(pointsAt(rules, kept, start + day - 1).sums[meeting]).toBe(0);
  });

  it('is told of the instant of the last mark when asked for one before', () => {
    const kept = keptOf([{ at: start + day, code: meeting }]);
    expect(pointsAt(rules, kept, start)).toMatchObject({ at: start + day, sums: [0, 0, 0, 0] });
    expect(pointsAt(rules, { marks: [] }, start).at).toBe(start);
  });

  it('is the same to the last bit wherever else one looks in between', () => {
    const looks = fc.array(fc.integer({ min: 0, max: 40 * day }), { maxLength: 8 });
    fc.assert(
      fc.property(history, looks, fc.integer({ min: 0, max: 40 * day }), (marks, places, last) => {
        const kept = keptOf(marks);
        const tally = tallyOf(rules, kept);
        const ends = places.filter(place => place < last).sort((a, b) => a - b);
        for (const place of ends) addUpTo(rules, kept, tally, start + place);
        expect(addUpTo(rules, kept, tally, start + last)).toEqual(pointsAt(rules, kept, start + last));
      }),
      { numRuns: 300 },
    );
  });

  it('gives points that later marks do not change', () => {
    const kept = keptOf([
      { at: start, code: page },
      { at: start + day, code: page },
    ]);
    const tally = tallyOf(rules, kept);
    const first = addUpTo(rules, kept, tally, start);
    addUpTo(rules, kept, tally, start + day);
    expect(first.sums).toEqual([9, 0, 0, 0]);
  });
});

describe('marks that were folded', () => {
  it('come to the same numbers from then on', () => {
    fc.assert(
      fc.property(history, fc.nat(40), fc.integer({ min: 0, max: 60 * day }), (marks, days, after) => {
        const kept = keptOf(marks);
        const cut = start + days * day;
        const folded = fold(rules, kept, cut, 0);
        const later = Math.max(start + after, folded.folded!.at);
        const [before, behind] = [pointsAt(rules, kept, later), pointsAt(rules, folded, later)];
        near(behind.sums, before.sums);
        expect(behind.fit).toBe(before.fit);
      }),
      { numRuns: 400 },
    );
  });

  it('leave those after the instant as they are', () => {
    fc.assert(
      fc.property(history, fc.nat(40), (marks, days) => {
        const cut = start + days * day;
        const kept = keptOf(marks);
        const { marks: left } = fold(rules, kept, cut, 2);
        const expected = marks
          .filter(({ at }) => at > cut)
          .toSorted((a, b) => a.at - b.at)
          .flatMap(({ at, code }) => [at, code]);
        expect(left).toEqual(expected);
        expect(kept.marks.length).toBe(2 * marks.length);
      }),
    );
  });

  it('may be folded step by step', () => {
    fc.assert(
      fc.property(history, fc.uniqueArray(fc.nat(40), { maxLength: 5 }), (marks, cuts) => {
        const kept = cuts
          .toSorted((a, b) => a - b)
          .reduce((all, days) => fold(rules, all, start + days * day, 0), keptOf(marks));
        const end = start + 60 * day;
        const [stepwise, straight] = [pointsAt(rules, kept, end), pointsAt(rules, keptOf(marks), end)];
        near(stepwise.sums, straight.sums);
        expect(stepwise.fit).toBe(straight.fit);
      }),
    );
  });

  it('keep the band in force and the instants of what was stated', () => {
    const kept = keptOf([
      { at: start, code: acme },
      { at: start + day, code: boss },
      { at: start + 2 * day, code: noBoss },
    ]);
    expect(fold(rules, kept, start + 2 * day, 1).folded).toEqual({
      at: start + 2 * day,
      sums: [0, 0, 0, 0],
      fit: [
        [start, true],
        [start + 2 * day, false],
        [null, false],
      ],
      level: 1,
    });
  });
});

describe('an event from before what was folded', () => {
  const folded: Folded = {
    at: start + 10 * day,
    sums: [1, 2, 0, 4],
    fit: [
      [start + 5 * day, true],
      [null, false],
      [start, false],
    ],
    level: 1,
  };

  it('adds what is left of its points at that instant', () => {
    const { sums } = withEarlier(rules, folded, start + 8 * day, [page]);
    expect(sums).toEqual([1 + 4.5, 2, 0, 4]);
    expect(withEarlier(rules, folded, start, [form, demo]).sums).toEqual([1, 2 + 10, 4.25, 4]);
    expect(folded.sums).toEqual([1, 2, 0, 4]);
  });

  it.each<[string, number, number, number]>([
    ['gives way to what was stated later', 4, -2, 10],
    ['counts where it was stated later', 6, -2, 0],
    ['counts at the same instant, as it comes after', 5, -2, 0],
    ['counts where nothing was stated', 1, boss, 22],
    ['counts once more where it holds already', 7, acme, 10],
  ])('%s', (_, days, code, fit) => {
    const earlier = withEarlier(rules, folded, start + days * day, [code]);
    expect(pointsAt(rules, { marks: [], folded: earlier }, folded.at).fit).toBe(fit);
  });

  it('comes to what it would have come to in time', () => {
    fc.assert(
      fc.property(history, mark, (marks, late) => {
        const cut = start + 30 * day;
        // At one instant of two statements the one that was recorded last counts: it is the late one here too.
        const straight = pointsAt(rules, keptOf([...marks, late]), cut);
        const kept = fold(rules, keptOf(marks), cut, 0);
        if (late.at >= kept.folded!.at) return;
        const earlier = withEarlier(rules, kept.folded!, late.at, [late.code]);
        const points = pointsAt(rules, { marks: kept.marks, folded: earlier }, cut);
        near(points.sums, straight.sums);
        expect(points.fit).toBe(straight.fit);
        expect(scoreAt(rules, points, cut)).toBeCloseTo(scoreAt(rules, straight, cut), 9);
        expect(engagementAt(rules, points, cut)).toBeCloseTo(engagementAt(rules, straight, cut), 9);
      }),
      { numRuns: 300 },
    );
  });
});
