import { describe, expect, it } from '@jest/globals';
import { day } from './calendar.ts';
import { mailFacts, newsletter, welcome, type MailFact } from './mail.ts';
import { person, type Person } from './person.ts';
import { randomFrom } from './random.ts';

const start = Date.UTC(2026, 0, 5, 10);
const mailings = [...welcome(start), newsletter(start + 30 * day), newsletter(start + 60 * day)];
const someone: Person = { ...person(randomFrom('someone'), 1), interest: 0.5 };
const stories = (interest: number, count = 1_500): readonly (readonly MailFact[])[] =>
  Array.from({ length: count }, (_, index) =>
    mailFacts(randomFrom('mail', index), { ...someone, interest }, mailings),
  );
const types = (facts: readonly MailFact[]): readonly string[] => facts.map(({ type }) => type);

describe('mailFacts', () => {
  it('sends each mailing at its time, to the same person under one message id', () => {
    const whole =
      stories(0).find(facts => facts.filter(({ type }) => type === 'EmailSent').length === 5) ?? [];
    const sent = whole.filter(({ type }) => type === 'EmailSent');
    expect(sent.map(({ at }) => at)).toEqual(mailings.map(({ at }) => at));
    expect(sent.map(({ fields }) => fields['messageId'])).toEqual(
      mailings.map(({ template }) => `${template}-${someone.id}`),
    );
  });

  it('answers every mail sent by delivered or bounced, within a minute', () => {
    for (const facts of stories(0.5, 200)) {
      const sent = facts.filter(({ type }) => type === 'EmailSent');
      const answered = facts.filter(({ type }) => type === 'EmailDelivered' || type === 'EmailBounced');
      expect(answered.map(({ fields }) => fields['messageId'])).toEqual(
        sent.map(({ fields }) => fields['messageId']),
      );
      answered.forEach(({ at }, index) => expect(at - (sent[index]?.at ?? 0)).toBeLessThan(60_000));
    }
  });

  it('ends at the first mail to a dead address', () => {
    const dead = stories(0.5).filter(facts => facts.some(({ fields }) => fields['status'] === '5.1.1'));
    expect(dead.length).toBeGreaterThan(5);
    for (const facts of dead) expect(types(facts)).toEqual(['EmailSent', 'EmailBounced']);
  });

  it('ends when the person has enough', () => {
    const gone = stories(1).filter(facts =>
      types(facts).some(type => type === 'EmailUnsubscribed' || type === 'EmailComplained'),
    );
    expect(gone.length).toBeGreaterThan(20);
    for (const facts of gone) expect(['EmailUnsubscribed', 'EmailComplained']).toContain(facts.at(-1)?.type);
  });

  it('is never opened by somebody without interest, and nearly always by somebody with', () => {
    expect(
      stories(0)
        .flat()
        .filter(({ type }) => type === 'EmailOpened'),
    ).toEqual([]);
    const keen = stories(1).flat();
    const count = (type: string): number => keen.filter(fact => fact.type === type).length;
    expect(count('EmailOpened')).toBe(count('EmailDelivered'));
    expect(count('LinkClicked') / count('EmailOpened')).toBeCloseTo(0.28, 1);
  });

  it('gives whole milliseconds', () => {
    expect(
      stories(0.7, 300)
        .flat()
        .filter(({ at }) => !Number.isInteger(at)),
    ).toEqual([]);
  });
});

describe('mailings', () => {
  it('greet three times in ten days', () => {
    expect(welcome(start).map(({ at }) => Math.floor((at - start) / day))).toEqual([0, 3, 10]);
  });

  it('are newsletters by month', () => {
    expect(newsletter(Date.UTC(2026, 2, 3, 9))).toMatchObject({
      template: 'newsletter-2026-03',
      campaign: 'newsletter',
    });
  });
});
