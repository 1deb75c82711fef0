import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import { recorded, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { codesOf, happen, noScore, rulesOf, scoreLines, scoreNow } from '../../libs/scoring/index.ts';
import { pathTo } from '../../libs/scoring/path.ts';
import { smallModel } from '../../libs/scoring/testing.ts';
import { leadScore, type ScoredLead } from '../../projections/lead-score/lead-score.projection.ts';
import { readModel } from '../../projections/testing.ts';
import { plainBands, plainScore } from '../support/plain-score.ts';

const begin = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const span = 60 * day;

/** Half of the instants are whole days, so that some fall together. */
const instant = fc.oneof(
  fc.integer({ min: 0, max: span }).map(ms => begin + ms),
  fc.integer({ min: 0, max: 60 }).map(days => begin + days * day),
);

const ids = { leadId: 'a', touchpointId: 't' };
const short: fc.Arbitrary<ShortEvent> = fc.oneof(
  { arbitrary: instant.map(at => ({ type: 'PageViewed', data: ids, occurredAt: at }) as const), weight: 4 },
  fc.record({
    type: fc.constant('FormSubmitted' as const),
    data: fc.record({ ...constants(ids), form: fc.constantFrom('demo', 'contact') }),
    occurredAt: instant,
  }),
  instant.map(at => ({ type: 'MeetingHeld', data: ids, occurredAt: at }) as const),
  instant.map(at => ({ type: 'EmailSent', data: ids, occurredAt: at }) as const),
  fc.record({
    type: fc.constantFrom('LeadCaptured' as const, 'LeadRecaptured' as const, 'LeadProfileUpdated' as const),
    data: fc.record(
      {
        leadId: fc.constant('a'),
        company: fc.constant('ACME'),
        personal: fc.record(
          {
            jobTitle: fc.constantFrom('Boss', 'clerk'),
            attributes: fc.record({ budget: fc.constantFrom('high', 'low', 7) }),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['leadId'] },
    ),
    occurredAt: instant,
  }),
);

function constants<T extends object>(values: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fc.constant(value)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  };
}

/** Most in order of time, some of them late: as they come. */
const history = fc
  .tuple(fc.array(short, { minLength: 1, maxLength: 14 }), fc.array(fc.nat(), { maxLength: 6 }))
  .map(([events, late]): readonly RecordedEvent[] => {
    const inTime = [...events].sort((a, b) => Number(a.occurredAt) - Number(b.occurredAt));
    for (const place of late) inTime.push(...inTime.splice(place % inTime.length, 1));
    return inTime.map((event, at) => recorded(event, at + 1));
  });

const context = testContext({ workspace: { ...defaultWorkspace, score: smallModel } });
const rules = rulesOf(smallModel);

const stateOf = (events: readonly RecordedEvent[]): ScoredLead =>
  readModel(leadScore, events, context).entities[0]?.state as unknown as ScoredLead;

/** Equal to 9 significant digits. */
const expectSame = (found: number, expected: number): void =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(expected)));

describe('the score of any lead, at any ten instants', () => {
  const ten = fc.array(fc.integer({ min: -day, max: 3 * span }), { minLength: 10, maxLength: 10 });

  it('is what a plain recomputation from its events says: from the state, and from the log', () => {
    fc.assert(
      fc.property(history, ten, (events, instants) => {
        const state = stateOf(events);
        for (const after of instants) {
          const at = begin + after;
          const plain = plainScore(smallModel, events, at);
          for (const found of [scoreNow(rules, state, at), scoreLines(rules, events, at)]) {
            expectSame(found.score, plain.score);
            expectSame(found.fit, plain.fit);
            expectSame(found.engagement, plain.engagement);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same to nine digits when the oldest marks are added up, whatever comes late', () => {
    fc.assert(
      fc.property(history, ten, (events, instants) => {
        const last = Math.max(...events.map(event => event.occurredAt));
        let score = noScore(rules);
        for (const event of events) score = happen(rules, score, event.occurredAt, codesOf(rules, event), 3);
        expect(score.marks.length).toBeLessThanOrEqual(6);
        for (const after of instants) {
          const at = last + Math.abs(after);
          expectSame(scoreNow(rules, score, at).score, plainScore(smallModel, events, at).score);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has lines that add up to its rules', () => {
    fc.assert(
      fc.property(history, instant, (events, at) => {
        const { lines, rules: totals, fit, engagement } = scoreLines(rules, events, at);
        for (const { rule, kind, points, lines: count } of totals) {
          const own = lines.filter(line => line.rule === rule && line.kind === kind);
          expect(own).toHaveLength(count);
          expectSame(
            own.reduce((sum, line) => sum + line.pointsNow, 0),
            points,
          );
        }
        for (const kind of ['fit', 'engagement'] as const) {
          const groups: Record<string, number> = {};
          for (const { group, counted } of totals.filter(total => total.kind === kind))
            groups[group ?? ''] = (groups[group ?? ''] ?? 0) + counted;
          const sum = Object.entries(groups).reduce(
            (all, [group, points]) => all + Math.min(points, smallModel.groups[group] ?? Infinity),
            0,
          );
          expectSame(sum, kind === 'fit' ? fit : engagement);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the bands of any lead', () => {
  it('change at the very milliseconds that halving finds', () => {
    fc.assert(
      fc.property(history, events => {
        const until = begin + 4 * span;
        const { marks } = stateOf(events);
        const { changes } = pathTo(rules, { marks }, until);
        const found = changes.map(([at, level]) => ({ at, band: smallModel.bands[level]!.name }));
        expect(found).toEqual(plainBands(smallModel, events, until));
        for (const { at, band } of found) {
          const level = smallModel.bands.findIndex(({ name }) => name === band);
          const above = smallModel.bands[level + 1];
          if (above === undefined || events.some(event => event.occurredAt === at)) continue;
          // Fallen by decay: on the bound's one side a millisecond before, on the other then.
          expect(plainScore(smallModel, events, at - 1).score).toBeGreaterThanOrEqual(above.below);
          expect(plainScore(smallModel, events, at).score).toBeLessThan(above.below);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('come out the same, and the same state, in whatever order events of different instants arrive', () => {
    fc.assert(
      fc.property(history, fc.func(fc.integer()), (events, key) => {
        const distinct = [...new Map(events.map(event => [event.occurredAt, event])).values()];
        const shuffled = [...distinct].sort((a, b) => key(a.id) - key(b.id));
        expect(stateOf(shuffled)).toEqual(stateOf(distinct));
      }),
      { numRuns: 300 },
    );
  });

  it('are announced one after the other, in order of time, until all is said', () => {
    fc.assert(
      fc.property(history, fc.nat(8), (events, early) => {
        const until = begin + 4 * span;
        const log: RecordedEvent[] = [];
        const announce = (): void => {
          for (let rounds = 0; ; rounds++) {
            expect(rounds).toBeLessThan(200);
            const lead = log.length === 0 ? undefined : stateOf(log);
            const said = lead === undefined ? null : leadScore.due(lead as never, context);
            if (said === null || said > until) return;
            const to = lead!.unsaid === undefined ? null : smallModel.bands[lead!.unsaid[1]!]!.name;
            const from = lead!.said?.band ?? null;
            const band = to ?? scoreNow(rules, { ...lead! }, said).band;
            expect(band).not.toBe(from ?? 'cold');
            if (lead!.said !== undefined) expect(said).toBeGreaterThanOrEqual(lead!.said.at);
            const data = { leadId: 'a', from, to: band, model: 'small@3' };
            log.push(recorded({ type: 'ScoreBandChanged', data, occurredAt: said }, log.length + 1));
          }
        };
        // Announcements made before the rest of the history arrives may turn out wrong; they are put right.
        for (const [place, event] of events.entries()) {
          log.push({ ...event, position: log.length + 1 });
          if (place === early) announce();
        }
        announce();
        const last = log.filter(event => event.type === 'ScoreBandChanged').at(-1);
        const inForce = plainBands(smallModel, events, until).at(-1)?.band ?? 'cold';
        expect((last?.data as { to?: string } | undefined)?.to ?? 'cold').toBe(inForce);
      }),
      { numRuns: 300 },
    );
  });
});
