import { describe, expect, it } from '@jest/globals';
import { touchpoints } from '../domain/touchpoint/events.ts';
import { defaultWorkspace } from '../projecting/workspace.ts';
import { makeHistory } from './history.ts';
import type { Step } from './step.ts';

const end = new Date('2026-05-01T00:00:00Z');
const history = makeHistory({ leads: 1_500, seed: 'spec', end });
const { steps } = history;

type Of<K extends Step['do']> = Extract<Step, { do: K }>;
const all = <K extends Step['do']>(kind: K): readonly Of<K>[] =>
  steps.filter((step): step is Of<K> => step.do === kind);
const facts = (type: string): readonly Of<'recordTouchpoint'>[] =>
  all('recordTouchpoint').filter(({ command }) => command.type === type);
const firstCaptures = all('captureLead').filter(({ command }) => command.id !== undefined);
const leadsOf = (found: readonly Step[]): ReadonlySet<string> => new Set(found.map(({ leadId }) => leadId));
const inStage = (stage: string): ReadonlySet<string> =>
  leadsOf(all('changeStage').filter(({ command }) => command.stage === stage));
const shareOf = (part: number, whole: number): number => part / whole;

describe('makeHistory', () => {
  it('makes the same history of the same options, and another of another seed or end', () => {
    const small = { leads: 50, seed: 'a', end };
    expect(makeHistory(small)).toEqual(makeHistory({ ...small }));
    expect(makeHistory({ ...small, seed: 'b' }).steps).not.toEqual(makeHistory(small).steps);
    const later = makeHistory({ ...small, end: new Date('2026-06-01T00:00:00Z') });
    expect(later.steps).not.toEqual(makeHistory(small).steps);
  });

  it('makes as many leads as asked for, each captured once under its own address', () => {
    expect(firstCaptures).toHaveLength(1_500);
    expect(leadsOf(firstCaptures).size).toBe(1_500);
    expect(new Set(firstCaptures.map(({ command }) => command.email)).size).toBe(1_500);
    expect(makeHistory({ leads: 0, seed: 'a', end }).steps).toEqual([]);
  });

  it('gives a lead the same history, however many others there are', () => {
    const alone = makeHistory({ leads: 1, seed: 'spec', end }).steps;
    expect(alone).toEqual(steps.filter(({ leadId }) => leadId === 'demo-00001'));
  });

  it('covers twelve months, stays within them, and is in the order in which it was noted', () => {
    expect(new Date(history.from).toISOString()).toBe('2025-05-01T00:00:00.000Z');
    expect(new Set(firstCaptures.map(({ at }) => new Date(at).toISOString().slice(0, 7))).size).toBe(12);
    const occurred = steps.map(({ command }) => command.occurredAt ?? NaN);
    expect(occurred.filter(at => !Number.isInteger(at) || at < history.from || at >= history.end)).toEqual(
      [],
    );
    expect(steps.filter(({ at }, index) => at < (steps[index - 1]?.at ?? history.from))).toEqual([]);
  });

  it('notes nothing of a lead before its capture', () => {
    const known = new Set<string>();
    const early = steps.filter(step => {
      if (step.do === 'captureLead') known.add(step.leadId);
      return !known.has(step.leadId);
    });
    expect(early).toEqual([]);
  });

  it('has visits that happened before the capture, noted afterwards', () => {
    const early = facts('PageViewed').filter(({ at, command }) => (command.occurredAt ?? at) < at);
    expect(early.length).toBeGreaterThan(1_000);
  });

  it('names every fact once, by an id that the log takes', () => {
    const ids = all('recordTouchpoint').map(({ command }) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter(id => !/^[A-Za-z0-9_-]{1,64}$/.test(id))).toEqual([]);
  });

  it('holds every kind of touchpoint but complaints by chance, and every command', () => {
    const kinds = new Set(all('recordTouchpoint').map(({ command }) => command.type));
    const known = touchpoints.map(({ type }) => type as string).filter(type => type !== 'EmailComplained');
    expect([...kinds].filter(type => type !== 'EmailComplained').toSorted()).toEqual(known.toSorted());
    expect(new Set(steps.map(step => step.do)).size).toBe(10);
  });
});

describe('its people', () => {
  it('have addresses in domains and a country code that belong to nobody', () => {
    const odd = firstCaptures.filter(
      ({ command: { email = '', phone = '+999' } }) =>
        !/^[a-z]+\.[a-z]+\.\d+@example\.(com|org)$/.test(email) || !phone.startsWith('+999'),
    );
    expect(odd).toEqual([]);
  });

  it('are named nowhere but where an event keeps personal data', () => {
    const others = JSON.stringify(steps.filter(step => step.do !== 'captureLead'));
    expect(others).not.toMatch(/@|\+999/);
    const names = firstCaptures.slice(0, 40).map(({ command }) => command.name ?? '');
    expect(names.filter(name => others.includes(name))).toEqual([]);
  });
});

describe('its funnel', () => {
  const [mql, sql] = [inStage('mql'), inStage('sql')];
  const [opened, won] = [all('openOpportunity'), all('winOpportunity')];
  const subset = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean => part.isSubsetOf(whole);

  it('narrows from stage to stage, and skips none', () => {
    expect(subset(sql, mql)).toBe(true);
    expect(subset(leadsOf(opened), sql)).toBe(true);
    expect(subset(leadsOf(won), leadsOf(opened))).toBe(true);
    expect(subset(inStage('advocate'), leadsOf(won))).toBe(true);
    const sizes = [1_500, mql.size, sql.size, opened.length, won.length, inStage('advocate').size];
    expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
  });

  it('closes about one lead in twelve', () => {
    const rate = shareOf(won.length, 1_500);
    expect(rate).toBeGreaterThan(0.05);
    expect(rate).toBeLessThan(0.13);
  });

  it('does better with referrals than with social media', () => {
    const rate = (origin: string): number => {
      const leads = leadsOf(firstCaptures.filter(({ command }) => command.origin === origin));
      return shareOf([...leadsOf(won)].filter(id => leads.has(id)).length, leads.size);
    };
    expect(rate('referral')).toBeGreaterThan(2 * rate('social'));
  });

  it('moves through stages that every workspace has by default', () => {
    const known = defaultWorkspace.stages.map(({ name }) => name);
    for (const { command } of all('changeStage')) expect(known).toContain(command.stage);
  });

  it('wins and loses only deals that are open then', () => {
    const open = new Map<string, boolean>();
    for (const step of steps) {
      if (step.do === 'openOpportunity') open.set(step.command.id ?? '', true);
      if (step.do === 'reopenOpportunity') {
        expect(open.get(step.command.id)).toBe(false);
        open.set(step.command.id, true);
      }
      if (step.do !== 'winOpportunity' && step.do !== 'loseOpportunity' && step.do !== 'moveOpportunity')
        continue;
      expect(open.get(step.command.id)).toBe(true);
      if (step.do !== 'moveOpportunity') open.set(step.command.id, false);
    }
    expect([...open.values()].filter(Boolean).length).toBeGreaterThan(5);
  });
});

describe('its mails', () => {
  const by = (type: string): ReadonlySet<unknown> =>
    new Set(facts(type).map(({ command }) => command.messageId));

  it('arrive before they are opened and are opened before they are clicked', () => {
    expect(by('EmailDelivered').isSubsetOf(by('EmailSent'))).toBe(true);
    expect(by('EmailOpened').isSubsetOf(by('EmailDelivered'))).toBe(true);
    expect(by('LinkClicked').isSubsetOf(by('EmailOpened'))).toBe(true);
    expect(by('EmailDelivered').isDisjointFrom(by('EmailBounced'))).toBe(true);
  });

  it('go only to those who agreed, and end with a dead address or an unsubscription', () => {
    const agreed = leadsOf(firstCaptures.filter(({ command }) => command.consents !== undefined));
    expect(leadsOf(facts('EmailSent')).isSubsetOf(agreed)).toBe(true);
    const gone = new Map(facts('EmailUnsubscribed').map(({ leadId, at }) => [leadId, at]));
    const after = facts('EmailSent').filter(({ leadId, at }) => at > (gone.get(leadId) ?? Infinity));
    // A mail that was read late may be followed by one that was under way already.
    expect(after.length).toBeLessThanOrEqual(3);
    const dead = facts('EmailBounced').filter(({ command }) => command['status'] === '5.1.1');
    expect(dead.length).toBeGreaterThan(5);
    const ended = new Map(dead.map(({ leadId, at }) => [leadId, at]));
    expect(facts('EmailSent').filter(({ leadId, at }) => at > (ended.get(leadId) ?? Infinity))).toEqual([]);
  });

  it('are opened and clicked at plausible rates', () => {
    const opened = shareOf(by('EmailOpened').size, by('EmailDelivered').size);
    expect(opened).toBeGreaterThan(0.2);
    expect(opened).toBeLessThan(0.5);
    expect(shareOf(by('EmailBounced').size, by('EmailSent').size)).toBeLessThan(0.02);
  });
});
