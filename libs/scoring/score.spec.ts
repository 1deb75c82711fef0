import { describe, expect, it } from '@jest/globals';
import { rulesOf } from './rules.ts';
import { announced, dueAt, happen, noScore, scoreNow, toAnnounce, type Score } from './score.ts';
import { smallModel } from './testing.ts';

const rules = rulesOf(smallModel);
const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const on = (days: number): number => start + days * day;
const [page, form, demo, meeting, company, boss] = [0, 1, 2, 3, -1, -3];

/** A lead to whom this happened, in the order of its coming. */
const lead = (...facts: readonly (readonly [days: number, ...codes: readonly number[]])[]): Score =>
  facts.reduce((score, [days, ...codes]) => happen(rules, score, on(days), codes), noScore(rules));

/** When 30 points of a meeting, of half-life 20.5 days, are below 20. */
const meetingSinks = Math.ceil(20.5 * day * Math.log2(30 / 20));

describe('a score of nothing', () => {
  it('is none, in the lowest band, and never due', () => {
    expect(noScore(rules)).toEqual({ marks: [], band: 'cold', score: 0 });
    expect(dueAt(noScore(rules))).toBeNull();
    expect(toAnnounce(rules, noScore(rules))).toBeNull();
    expect(scoreNow(rules, noScore(rules), start)).toEqual({
      ...{ score: 0, fit: 0, engagement: 0, band: 'cold', nextCrossing: null },
    });
  });

  it('stays the very same where what happens does not count', () => {
    const score = lead([0, meeting]);
    expect(happen(rules, score, on(1), [])).toBe(score);
  });
});

describe('what happens', () => {
  it('keeps the score of then, rounded down to fives', () => {
    expect(lead([0, page]).score).toBe(5);
    expect(lead([0, form]).score).toBe(20);
    expect(lead([0, form], [0, page]).score).toBe(25);
    expect(lead([0, form], [10, page]).score).toBe(15);
    expect(lead([0, meeting], [0, meeting], [0, form], [0, demo], [0, company], [0, boss]).score).toBe(100);
  });

  it('brings the lead into a band, from which it is due to be told', () => {
    const score = lead([0, meeting]);
    expect(score).toMatchObject({ band: 'warm', unsaid: [start, 1], next: start + meetingSinks });
    expect(dueAt(score)).toBe(start);
    expect(toAnnounce(rules, score)).toEqual({ at: start, from: null, to: 'warm' });
  });

  it('may bring it up two bands at once, which is one change', () => {
    const score = lead([0, meeting, form, demo]);
    expect(score).toMatchObject({ band: 'hot', unsaid: [start, 2] });
    expect(toAnnounce(rules, score)).toEqual({ at: start, from: null, to: 'hot' });
  });

  it('at one instant is one change, whether it comes in one piece or several', () => {
    expect(lead([0, meeting], [0, form, demo])).toEqual(lead([0, meeting, form, demo]));
    expect(lead([0, meeting], [0, form], [0, demo]).unsaid).toEqual([start, 2]);
  });

  it('judges what the lead had sunk to in between', () => {
    const score = lead([0, meeting], [60, meeting]);
    expect(score.unsaid).toEqual([start, 1, start + meetingSinks, 0, on(60), 1]);
  });

  it('at the millisecond at which the lead would sink counts first', () => {
    const score = lead([0, meeting]);
    expect(happen(rules, score, score.next!, [page])).toMatchObject({ band: 'warm', unsaid: [start, 1] });
    const later = happen(rules, score, score.next! + 1, [page]);
    expect(later.unsaid).toEqual([start, 1, start + meetingSinks, 0, start + meetingSinks + 1, 1]);
  });

  it('leaves no member behind that says nothing any more', () => {
    const warm = announced(rules, lead([0, meeting]), 'warm', start);
    expect(Object.keys(warm)).not.toContain('unsaid');
    const cold = announced(rules, warm, 'cold', warm.next!);
    expect(Object.keys(cold).sort()).toEqual(['band', 'marks', 'said', 'score']);
  });

  it('keeps other members of a state that holds a score', () => {
    const state = { ...noScore(rules), name: 'Ann' };
    expect(happen(rules, state, start, [meeting])).toMatchObject({ name: 'Ann', band: 'warm' });
    expect(announced(rules, state, 'warm', start)).toMatchObject({ name: 'Ann' });
  });
});

describe('what comes late', () => {
  it('has the bands judged anew from its time on', () => {
    const late = lead([10, form], [0, meeting]);
    expect(late).toEqual(lead([0, meeting], [10, form]));
    expect(late.unsaid).toEqual([start, 1]);
  });

  it('at the same instant comes after what is there', () => {
    expect(lead([0, company], [0, -2]).score).toBe(0);
    expect(lead([0, -2], [0, company]).score).toBe(10);
  });

  it('puts right what was announced, at the instant at which it was', () => {
    const told = announced(rules, lead([5, meeting, form]), 'warm', on(5));
    // It was hot by then, as one learns now.
    const late = happen(rules, told, on(4), [demo, form]);
    expect(toAnnounce(rules, late)).toMatchObject({ from: 'warm' });
    expect(late.unsaid).toEqual([on(5), 2]);
  });
});

describe('an announcement', () => {
  const warm = lead([0, meeting]);

  it('is counted, and takes its change from what is to be told', () => {
    const told = announced(rules, warm, 'warm', start);
    expect(told.said).toEqual({ band: 'warm', at: start, count: 1 });
    expect(told.unsaid).toBeUndefined();
    expect(dueAt(told)).toBe(start + meetingSinks);
  });

  it('is followed by what decay brings, from the band that was told', () => {
    const told = announced(rules, warm, 'warm', start);
    const next = toAnnounce(rules, told)!;
    expect(next).toEqual({ at: start + meetingSinks, from: 'warm', to: 'cold' });
    const cold = announced(rules, told, 'cold', next.at);
    expect(cold).toMatchObject({ band: 'cold', said: { band: 'cold', at: next.at, count: 2 } });
    expect(toAnnounce(rules, cold)).toBeNull();
  });

  it('that is older than the last one only counts', () => {
    const told = announced(rules, announced(rules, warm, 'warm', start), 'cold', start + meetingSinks);
    const older = announced(rules, told, 'hot', start);
    expect(older.said).toEqual({ band: 'cold', at: start + meetingSinks, count: 3 });
    expect(toAnnounce(rules, older)).toBeNull();
  });

  it('of the same instant takes the place of the last', () => {
    const wrong = announced(rules, warm, 'hot', start);
    expect(toAnnounce(rules, wrong)).toEqual({ at: start, from: 'hot', to: 'warm' });
    expect(announced(rules, wrong, 'warm', start).unsaid).toBeUndefined();
  });

  it('of a band that the model has no more is put right', () => {
    expect(toAnnounce(rules, announced(rules, warm, 'glowing', start))).toEqual({
      ...{ at: start, from: 'glowing', to: 'warm' },
    });
  });

  it('leaves changes after it to be told one by one', () => {
    const score = lead([0, meeting], [60, meeting]);
    const first = announced(rules, score, 'warm', start);
    expect(toAnnounce(rules, first)).toEqual({ at: start + meetingSinks, from: 'warm', to: 'cold' });
    const second = announced(rules, first, 'cold', start + meetingSinks);
    expect(toAnnounce(rules, second)).toEqual({ at: on(60), from: 'cold', to: 'warm' });
  });
});

describe('the score at an instant', () => {
  const score = lead([0, meeting], [0, company]);

  it('is told by fit and engagement, with the band and when it is left', () => {
    expect(scoreNow(rules, score, on(20.5))).toEqual({
      ...{ score: 25, fit: 10, engagement: 15, band: 'warm' },
      // Below ten of the meeting's thirty points, with the ten of fit, it is under twenty.
      nextCrossing: start + Math.ceil(20.5 * day * Math.log2(3)),
    });
  });

  it('keeps the lower bound of its band, and loses the band a millisecond later', () => {
    const { nextCrossing } = scoreNow(rules, score, start);
    expect(scoreNow(rules, score, nextCrossing! - 1)).toMatchObject({ band: 'warm', nextCrossing });
    expect(scoreNow(rules, score, nextCrossing!)).toMatchObject({ band: 'cold', nextCrossing: null });
  });

  it('does not know what comes after it', () => {
    const later = lead([0, form], [9, meeting]);
    expect(scoreNow(rules, later, on(9) - 1)).toMatchObject({ band: 'cold', fit: 0 });
    expect(scoreNow(rules, later, on(9) - 1).score).toBeLessThan(20);
    expect(scoreNow(rules, later, on(9)).band).toBe('warm');
  });

  it('is nothing before the first mark', () => {
    expect(scoreNow(rules, score, start - 1)).toMatchObject({ score: 0, band: 'cold', nextCrossing: null });
  });

  it('of nobody but a fitting one never changes', () => {
    const fitting = lead([0, company], [0, boss], [0, -5]);
    expect(scoreNow(rules, fitting, on(9_999))).toEqual({
      ...{ score: 31, fit: 31, engagement: 0, band: 'warm', nextCrossing: null },
    });
  });
});

describe('the marks that are kept', () => {
  const pages = (count: number, most: number): Score =>
    Array.from({ length: count }).reduce<Score>(
      (score, _, n) => happen(rules, score, on(n), [page], most),
      noScore(rules),
    );

  it('are at most so many; of more, the older half is added up', () => {
    expect(pages(10, 10).marks).toHaveLength(20);
    const shortened = pages(11, 10);
    expect(shortened.marks).toHaveLength(10);
    // Six pages a day apart are beyond the rule's cap of 25, where the next band begins.
    expect(shortened.folded).toMatchObject({ at: on(5), level: 1 });
    expect(pages(15, 10).marks).toHaveLength(18);
    expect(pages(17, 10)).toMatchObject({ folded: { at: on(11) } });
  });

  it('are a hundred where nobody says otherwise', () => {
    const score = Array.from({ length: 101 }).reduce<Score>(
      (all, _, n) => happen(rules, all, on(n), [page]),
      noScore(rules),
    );
    expect(score.marks).toHaveLength(100);
  });

  it('stay together where they are of one instant', () => {
    const score = lead([0, page], [1, page, form, demo, meeting]);
    const cut = happen(rules, score, on(2), [page], 4);
    // Half of six would part the marks of the second day.
    expect(cut.marks).toEqual([on(2), page]);
    expect(cut.folded?.at).toBe(on(1));
  });

  it('know the band in force where they were cut', () => {
    const facts = [0, 1, 2, 3].map(days => [days, meeting] as const);
    const score = facts.reduce(
      (all, [days, ...codes]) => happen(rules, all, on(days), codes, 3),
      noScore(rules),
    );
    expect(score.folded?.level).toBe(1);
    // What comes before that can't be judged anew, but counts.
    const late = happen(rules, score, on(-1), [form], 3);
    expect(late.folded!.sums[form]).toBeGreaterThan(15);
    expect(scoreNow(rules, late, on(3)).engagement).toBeGreaterThan(
      scoreNow(rules, score, on(3)).engagement + 15,
    );
  });
});
