import { describe, expect, it } from '@jest/globals';
import { specify, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { rulesOf, scoreNow } from '../../libs/scoring/index.ts';
import { smallModel } from '../../libs/scoring/testing.ts';
import { bandReminder } from './band-reminder.ts';
import { leadScore, type ScoredLead } from './lead-score.projection.ts';

const context = testContext({ workspace: { ...defaultWorkspace, score: smallModel } });
const rules = rulesOf(smallModel);
const day = 86_400_000;
const begin = Date.UTC(2026, 0, 1);

const touch = (type: 'PageViewed' | 'MeetingHeld' | 'EmailSent', days: number): ShortEvent => ({
  type,
  data: { leadId: 'a', touchpointId: 't' },
  occurredAt: begin + days * day,
});
const form = (name: string, days: number): ShortEvent => ({
  type: 'FormSubmitted',
  data: { leadId: 'a', touchpointId: 't', form: name },
  occurredAt: begin + days * day,
});
const told = (from: string | null, to: string, days: number): ShortEvent => ({
  type: 'ScoreBandChanged',
  data: { leadId: 'a', from, to, model: 'small@3' },
  occurredAt: begin + days * day,
});
const captured = (data: object, days = 0): ShortEvent => ({
  type: 'LeadCaptured',
  data: { leadId: 'a', ...data },
  occurredAt: begin + days * day,
});

const given = (...events: readonly ShortEvent[]): { state: ScoredLead; due: number | null } => {
  let found: { state: ScoredLead; due: number | null } | undefined;
  specify(leadScore, context)
    .given(...events)
    .then(({ states, due, parked }) => {
      expect(parked).toEqual([]);
      found = { state: states.get('a') as unknown as ScoredLead, due: due.get('a') ?? null };
    });
  return found!;
};
const scoreOn = (state: ScoredLead, days: number): number => scoreNow(rules, state, begin + days * day).score;

describe('fit', () => {
  it('is presence and values, each rule once, up to the cap of its group, and does not decay', () => {
    const { state } = given(
      captured({ company: 'ACME', personal: { jobTitle: ' BOSS ', attributes: { budget: 'high' } } }),
      captured({ company: 'ACME 2' }, 1),
    );
    expect([scoreOn(state, -1), scoreOn(state, 0), scoreOn(state, 900)]).toEqual([0, 31, 31]);
  });

  it('goes by what was stated last at the instant, and ends when that no longer counts', () => {
    const { state } = given(
      captured({ personal: { jobTitle: 'clerk' } }, 10),
      captured({ personal: { jobTitle: 'boss' } }, 5),
    );
    expect([4, 5, 9, 10].map(days => scoreOn(state, days))).toEqual([0, 15, 15, 0]);
  });
});

describe('engagement', () => {
  it('halves with each half-life, caps after decay', () => {
    const { state } = given(form('contact', 0));
    expect([0, 10, 20].map(days => scoreOn(state, days))).toEqual([20, 10, 5]);
    // Six page views are 54 points with a cap of 25: a half-life later 27, still capped.
    const many = given(...Array.from({ length: 6 }, () => touch('PageViewed', 0))).state;
    expect([0, 2, 4].map(days => scoreOn(many, days))).toEqual([25, 25, 13.5]);
  });

  it('counts a touchpoint by every rule that its conditions fit', () => {
    expect(scoreOn(given(form('Demo', 0)).state, 0)).toBe(37);
    expect(scoreOn(given(form('other', 0)).state, 0)).toBe(20);
  });

  it('is never more than 100 with fit', () => {
    const { state } = given(
      captured({ company: 'ACME', personal: { jobTitle: 'boss', attributes: { budget: 'high' } } }),
      touch('MeetingHeld', 0),
      touch('MeetingHeld', 0),
      form('demo', 0),
      form('demo', 0),
    );
    expect(scoreOn(state, 0)).toBe(100);
  });

  it('is not what is sent, but that is a touch', () => {
    const { state, due } = given(touch('PageViewed', 0), touch('EmailSent', 3));
    expect([state.marks.length, state.last, due]).toEqual([2, begin + 3 * day, null]);
  });
});

describe('the band', () => {
  it('is due when it was entered, then when decay leaves it, then never', () => {
    const cooled = begin + Math.ceil(20.5 * day * Math.log2(30 / 20));
    expect(given(touch('MeetingHeld', 0))).toMatchObject({ due: begin, state: { band: 'warm' } });
    expect(given(touch('MeetingHeld', 0), told(null, 'warm', 0)).due).toBe(cooled);
    const over = given(
      touch('MeetingHeld', 0),
      told(null, 'warm', 0),
      told('warm', 'cold', (cooled - begin) / day),
    );
    expect(over).toMatchObject({ due: null, state: { band: 'cold', said: { count: 2 } } });
  });

  it('that fit holds is never left', () => {
    const fit = captured({ company: 'ACME', personal: { jobTitle: 'boss' } });
    const { state, due } = given(fit, touch('PageViewed', 0), told(null, 'warm', 0));
    expect([state.band, due]).toEqual(['warm', null]);
    expect(scoreOn(state, 1_000)).toBe(22);
  });

  it('of a lead that stays cold is nothing to tell', () => {
    expect(given(captured({ company: 'ACME' }), touch('PageViewed', 1)).due).toBeNull();
  });

  it('is put right where something late makes wrong what was told', () => {
    const before = [touch('MeetingHeld', 10), told(null, 'warm', 10)];
    const { state, due } = given(...before, touch('MeetingHeld', 9), form('demo', 9));
    expect([state.band, due]).toEqual(['hot', begin + 10 * day]);
    const entity = { id: 'a', state: state as never, due, quality: [] };
    expect(bandReminder.fact(entity, due!, context)).toEqual({
      type: 'ScoreBandChanged',
      data: { leadId: 'a', from: 'warm', to: 'hot', model: 'small@3' },
    });
    expect(bandReminder.taken!(entity)).toBe(1);
    expect(bandReminder.fact(entity, due! + 1, context)).toBeNull();
  });

  it('that another model told is put right by this one', () => {
    expect(given(touch('MeetingHeld', 0), told(null, 'boiling', 0)).state.unsaid).toEqual([begin, 1]);
  });

  it('is told in order, also when several changes are due at once', () => {
    const { state } = given(touch('MeetingHeld', 0), touch('MeetingHeld', 100), form('demo', 100));
    expect(state.unsaid!.filter((_, place) => place % 2 === 1)).toEqual([1, 0, 2]);
  });
});

describe('a state', () => {
  it('stays small, however much happens', () => {
    const { state } = given(
      ...Array.from({ length: 700 }, (_, n) => touch('PageViewed', n / 10)),
      touch('PageViewed', 1),
    );
    expect(state.marks.length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(state).length).toBeLessThan(5_000);
    expect(scoreOn(state, 70)).toBe(25);
  });

  it('of a lead with nothing but a stage or a deal has the lowest band', () => {
    const { state } = given({
      type: 'OpportunityOpened',
      data: { leadId: 'a', opportunityId: 'o' },
      occurredAt: begin,
    });
    expect(state).toMatchObject({ band: 'cold', stage: 'opportunity', origin: null, score: 0, marks: [] });
  });
});
