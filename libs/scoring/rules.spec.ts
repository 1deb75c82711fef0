import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codesOf, withMarks } from './marks.ts';
import { decayed, engagementAt, fitOf, scoreAt, type Points } from './points.ts';
import { rulesOf } from './rules.ts';
import { smallModel } from './testing.ts';

const rules = rulesOf(smallModel);
const day = 86_400_000;
const page = 0;
const form = 1;
const demo = 2;
const meeting = 3;
const holds = (...which: readonly boolean[]) => which.map(each => [0, each] as const);

describe('rules', () => {
  it('are prepared once for each model', () => {
    expect(rulesOf(smallModel)).toBe(rules);
    expect(rulesOf({ ...smallModel })).not.toBe(rules);
  });

  it('know the engagement rules of a type by their numbers', () => {
    expect(rules.byType.get('FormSubmitted')).toEqual([form, demo]);
    expect(rules.byType.get('EmailOpened')).toBeUndefined();
    expect(rules.engagement[page]).toMatchObject({ halfLifeMs: 2 * day, cap: 25, group: 1 });
    expect(rules.engagement[meeting]).toMatchObject({ cap: 45, group: -1 });
    expect(rules.engagement[form]?.cap).toBe(Infinity);
  });

  it.each<[string, object, readonly number[]]>([
    ['PageViewed', { leadId: 'a' }, [page]],
    ['FormSubmitted', { form: 'demo' }, [form, demo]],
    ['FormSubmitted', { form: ' DEMO ' }, [form, demo]],
    ['FormSubmitted', { form: 'contact' }, [form]],
    ['FormSubmitted', {}, [form]],
    ['EmailOpened', { form: 'demo' }, []],
    ['constructor', {}, []],
  ])('count %s %j by their conditions', (type, data, codes) => {
    expect(codesOf(rules, { type, data })).toEqual(codes);
  });

  it.each<[object, readonly number[]]>([
    [{ company: 'Acme' }, [-1]],
    [{ company: '' }, []],
    [{ company: null }, []],
    [{ personal: { jobTitle: 'Boss' } }, [-3]],
    [{ personal: { jobTitle: 'clerk' } }, [-4]],
    // A job title is personal: elsewhere it is something else of that name.
    [{ jobTitle: 'boss' }, []],
    [{ personal: { attributes: { budget: 'high' } } }, [-5]],
    [{ personal: { attributes: { budget: 'low' } } }, [-6]],
    [{ personal: { attributes: {} } }, []],
    [{ attributes: { budget: 'high' } }, []],
    [{ company: 'Acme', personal: { jobTitle: 'owner', attributes: { budget: 'none' } } }, [-1, -3, -6]],
    [JSON.parse('{"__proto__":{"company":"Acme"}}') as object, []],
  ])('judge a profile of %j', (data, codes) => {
    for (const type of ['LeadCaptured', 'LeadRecaptured', 'LeadProfileUpdated'])
      expect(codesOf(rules, { type, data })).toEqual(codes);
    expect(codesOf(rules, { type: 'ConsentGranted', data })).toEqual([]);
  });
});

describe('fit', () => {
  it.each<[readonly boolean[], number]>([
    [[], 0],
    [[true], 10],
    [[false, true], 15],
    // The group takes 22 at most.
    [[true, true], 22],
    [[true, true, true], 31],
    [[false, false, true], 9],
    [[true, false, true, true, true], 19],
  ])('of rules that hold %j is %d', (which, points) => {
    expect(fitOf(rules, holds(...which))).toBe(points);
  });
});

describe('engagement', () => {
  const at = Date.UTC(2026, 0, 1);
  const points = (sums: readonly number[], fit = 0): Points => ({ at, sums, fit });

  it.each<[string, readonly number[], number, number]>([
    ['is what happened, at once', [9, 0, 0, 0], 0, 9],
    ['is half after a half-life', [18, 0, 0, 0], 2, 9],
    ['takes the cap after decay, not before', [54, 0, 0, 0], 2, 25],
    ['sinks once decay is below the cap', [54, 0, 0, 0], 4, 13.5],
    ['takes the cap of the group after those of its rules', [25, 20, 30, 0], 0, 55],
    ['adds what is in no group', [25, 20, 30, 45], 0, 100],
    ['has a cap without a group too', [0, 0, 0, 90], 0, 45],
    ['each rule by its own half-life', [16, 16, 0, 0], 10, 0.5 + 8],
  ])('%s', (_, sums, days, expected) => {
    expect(engagementAt(rules, points(sums), at + days * day)).toBeCloseTo(expected, 10);
  });

  it('and fit are at most 100 together', () => {
    expect(scoreAt(rules, points([25, 20, 30, 45], 31), at)).toBe(100);
    expect(scoreAt(rules, points([0, 0, 0, 45], 31), at)).toBe(76);
  });

  const sums = fc.tuple(...Array.from({ length: 4 }, () => fc.double({ min: 0, max: 500, noNaN: true })));
  const later = fc.integer({ min: 0, max: 400 * day });

  it('never rises while nothing happens', () => {
    fc.assert(
      fc.property(sums, later, later, (given, one, other) => {
        const [first, second] = one < other ? [one, other] : [other, one];
        const [before, after] = [first, second].map(ms => engagementAt(rules, points(given), at + ms));
        expect(after!).toBeLessThanOrEqual(before!);
      }),
    );
  });

  it('is the same, to nine digits, whether one looks in between or not', () => {
    fc.assert(
      fc.property(sums, later, later, (given, one, other) => {
        const straight = engagementAt(rules, points(given), at + one + other);
        const half = decayed(rules, points(given), at + one);
        const stepwise = engagementAt(rules, half, at + one + other);
        expect(Math.abs(stepwise - straight)).toBeLessThanOrEqual(1e-9 * Math.max(1, straight));
      }),
    );
  });

  it('does not touch the points that it starts from', () => {
    const given = Object.freeze(points(Object.freeze([9, 9, 9, 9])));
    decayed(rules, given, at + day);
    engagementAt(rules, given, at + day);
    expect(given.sums).toEqual([9, 9, 9, 9]);
  });
});

describe('marks', () => {
  it('stand in order of time; those of one instant in the order in which they came', () => {
    const entry = fc.record({
      at: fc.integer({ min: 0, max: 6 }),
      codes: fc.array(fc.nat(9), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 15 }), entries => {
        const marks = entries.reduce<readonly number[]>(
          (all, { at, codes }) => withMarks(all, at, codes),
          [],
        );
        const plain = entries
          .flatMap(({ at, codes }, n) => codes.map(code => ({ at, n, code })))
          .sort((a, b) => a.at - b.at || a.n - b.n)
          .flatMap(({ at, code }) => [at, code]);
        expect(marks).toEqual(plain);
      }),
    );
  });
});
