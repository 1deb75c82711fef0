import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../domain/event.ts';
import { scoreLines } from './lines.ts';
import { codesOf } from './marks.ts';
import { rulesOf } from './rules.ts';
import { happen, noScore, scoreNow } from './score.ts';
import { smallModel } from './testing.ts';

const rules = rulesOf(smallModel);
const start = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const event = (position: number, type: string, days: number, data: object = {}): RecordedEvent => ({
  ...{ id: `e${position}`, type, version: 1, occurredAt: start + days * day, data },
  ...{ metadata: {}, stream: 'lead-a', revision: position, position, recordedAt: 0 },
});
const explain = (events: readonly RecordedEvent[], days: number) =>
  scoreLines(rules, events, start + days * day);

const kind = fc.constantFrom(
  ['PageViewed', {}],
  ['FormSubmitted', { form: 'demo' }],
  ['MeetingHeld', {}],
  ['LeadCaptured', { company: 'Acme' }],
  ['LeadProfileUpdated', { personal: { jobTitle: 'boss' } }],
  ['LeadProfileUpdated', { personal: { jobTitle: 'clerk' } }],
  ['OpportunityWon', {}],
) as fc.Arbitrary<readonly [string, object]>;
const history = fc
  .array(fc.tuple(kind, fc.integer({ min: 0, max: 60 })), { maxLength: 25 })
  .map(facts => facts.map(([[type, data], days], n) => event(n + 1, type, days, data)));

describe('a score line by line', () => {
  it('tells rule, event, points then and points now, the latest first', () => {
    const { lines } = explain(
      [
        event(1, 'LeadCaptured', 0, { company: 'Acme' }),
        event(2, 'PageViewed', 1),
        event(3, 'MeetingHeld', 3),
      ],
      3,
    );
    expect(lines).toEqual([
      {
        rule: 'meeting',
        kind: 'engagement',
        event: 'e3',
        type: 'MeetingHeld',
        position: 3,
        occurredAt: start + 3 * day,
        pointsThen: 30,
        pointsNow: 30,
      },
      {
        rule: 'page',
        kind: 'engagement',
        event: 'e2',
        type: 'PageViewed',
        position: 2,
        occurredAt: start + day,
        pointsThen: 9,
        pointsNow: 4.5,
      },
      {
        rule: 'company',
        kind: 'fit',
        event: 'e1',
        type: 'LeadCaptured',
        position: 1,
        occurredAt: start,
        pointsThen: 10,
        pointsNow: 10,
      },
    ]);
  });

  it('sums each rule up before and after its own cap, in the order of the model', () => {
    const pages = Array.from({ length: 6 }, (_, n) => event(n + 1, 'PageViewed', 0));
    const { rules: totals, engagement } = explain(
      [...pages, event(9, 'LeadCaptured', 0, { company: 'x' })],
      0,
    );
    expect(totals).toEqual([
      { rule: 'company', kind: 'fit', group: 'who', lines: 1, points: 10, counted: 10 },
      { rule: 'page', kind: 'engagement', group: 'web', lines: 6, points: 54, counted: 25 },
    ]);
    expect(engagement).toBe(25);
  });

  it('has no line of what was taken back, and one of what was stated last, whenever it was recorded', () => {
    const boss = event(5, 'LeadProfileUpdated', 1, { personal: { jobTitle: 'boss' } });
    const clerk = event(2, 'LeadProfileUpdated', 2, { personal: { jobTitle: 'clerk' } });
    expect(explain([boss, clerk], 1).lines.map(({ rule }) => rule)).toEqual(['boss']);
    expect(explain([boss, clerk], 2)).toMatchObject({ lines: [], fit: 0 });
    const owner = event(1, 'LeadProfileUpdated', 3, { personal: { jobTitle: 'owner' } });
    expect(explain([boss, clerk, owner], 4).lines.map(({ event: id }) => id)).toEqual(['e1']);
  });

  it('is nothing before anything happened', () => {
    expect(explain([event(1, 'MeetingHeld', 5)], 4.999)).toMatchObject({
      ...{ score: 0, fit: 0, engagement: 0, band: 'cold', lines: [], rules: [], nextCrossing: null },
    });
  });

  it('comes to the score: the rules after their caps, groups after theirs, 100 at most', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 80 }), (events, days) => {
        const { lines, rules: totals, fit, engagement, score } = explain(events, days);
        for (const total of totals) {
          const own = lines.filter(({ rule, kind: of }) => rule === total.rule && of === total.kind);
          expect(own).toHaveLength(total.lines);
          expect(own.reduce((sum, { pointsNow }) => sum + pointsNow, 0)).toBeCloseTo(total.points, 9);
        }
        const sum = (of: string): number => {
          const groups = new Map<string | null, number>();
          for (const { kind: each, group, counted } of totals)
            if (each === of) groups.set(group, (groups.get(group) ?? 0) + counted);
          return [...groups].reduce(
            (all, [group, points]) =>
              all + Math.min(points, group === null ? Infinity : smallModel.groups[group]!),
            0,
          );
        };
        expect(fit).toBe(sum('fit'));
        expect(engagement).toBeCloseTo(sum('engagement'), 9);
        expect(score).toBeCloseTo(Math.min(100, fit + engagement), 9);
      }),
    );
  });

  it('does not care in which order the events are read', () => {
    const shuffled = history.chain(events =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 0, max: 80 }), ([events, other], days) => {
        expect(explain(other, days)).toEqual(explain(events, days));
      }),
    );
  });

  it('agrees with what is kept of a lead, also where most marks are added up', () => {
    fc.assert(
      fc.property(
        history,
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 60, max: 200 }),
        (events, most, days) => {
          const kept = events
            .toSorted((a, b) => a.occurredAt - b.occurredAt || a.position - b.position)
            .reduce(
              (score, one) => happen(rules, score, one.occurredAt, codesOf(rules, one), most),
              noScore(rules),
            );
          expect(kept.marks.length).toBeLessThanOrEqual(2 * (most + 6));
          const now = scoreNow(rules, kept, start + days * day);
          const told = explain(events, days);
          expect(now.score).toBeCloseTo(told.score, 8);
          expect([now.fit, now.band]).toEqual([told.fit, told.band]);
        },
      ),
    );
  });
});
