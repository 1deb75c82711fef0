import { downloads, lostReasons, pages, teams } from './business.ts';
import { day, hour, minute, second, workday } from './calendar.ts';
import { mailFacts, newsletter, welcome, type Mailing } from './mail.ts';
import { orders } from './orders.ts';
import { person, type Person } from './person.ts';
import { randomFrom, type Random } from './random.ts';
import type { Action, Step } from './step.ts';

/** The time that a history covers. Epoch ms. */
export interface Period {
  readonly from: number;
  readonly end: number;
  readonly arrival: (random: Random) => number;
  readonly newsletters: readonly number[];
}

type Note = (at: number, action: Action) => void;
type Fact = (at: number, type: string, fields: Readonly<Record<string, unknown>>, noted?: number) => void;

/** All that happens with the nth lead, from the first visit on, in no order; nothing after the period's end. */
export const journey = (seed: string, number: number, period: Period): readonly Step[] => {
  const random = randomFrom('demo', seed, number);
  const who = person(random, number);
  const captured = period.arrival(random);
  const steps: Step[] = [];
  const note: Note = (at, action) => {
    if (at < period.end) steps.push({ at, leadId: who.id, ...action });
  };
  let facts = 0;
  const fact: Fact = (at, type, fields, noted = at) => {
    const id = `${who.id}-${++facts}`;
    const command = { id, type, leadId: who.id, occurredAt: at, ...fields };
    note(noted, { do: 'recordTouchpoint', command });
  };
  visits(random, who, captured, period, fact);
  capture(random, who, captured, note, fact);
  if (who.consents) mails(random, who, captured, period, fact);
  const won = sales(random, who, captured, note, fact);
  if (won !== null) buys(randomFrom('demo-orders', seed, number), who, won, period.end, note);
  return steps;
};

const page = (path: string): string => `https://www.example.com/${path}`;

const visits = (random: Random, who: Person, captured: number, period: Period, fact: Fact): void => {
  const web = { channel: 'web', ...(who.campaign === null ? {} : { campaign: who.campaign }) };
  for (let left = random.int(0, 4); left > 0; left--) {
    const at = Math.round(captured - 2 * minute - random.exponential(4 * day));
    // Noted with the capture: only then it is known whose visit it was.
    if (at >= period.from) fact(at, 'PageViewed', { ...web, url: page(random.pick(pages)) }, captured + 1);
  }
  for (let left = random.int(0, 3); left > 0; left--) {
    const at = Math.round(captured + 10 * second + random.exponential(5 * day));
    fact(at, 'PageViewed', { channel: 'web', url: page(random.pick(pages)) });
  }
};

const capture = (random: Random, who: Person, captured: number, note: Note, fact: Fact): void => {
  const landing = random.pick(pages);
  const source = who.campaign === null ? '' : `?utm_campaign=${who.campaign}`;
  const consents = [{ purpose: 'marketing', channel: 'email', textVersion: '2' }];
  note(captured, {
    do: 'captureLead',
    command: {
      id: who.id,
      occurredAt: captured,
      email: who.email,
      name: who.name,
      jobTitle: who.jobTitle,
      country: who.country,
      landingPage: page(landing) + source,
      attributes: { employees: who.employees },
      ...(who.phone === null ? {} : { phone: who.phone }),
      ...(who.company === null ? {} : { company: who.company }),
      ...(who.origin.name === null ? {} : { origin: who.origin.name }),
      ...(who.campaign === null ? {} : { campaign: who.campaign }),
      ...(who.consents ? { consents } : {}),
    },
  });
  fact(captured + 1, 'FormSubmitted', { channel: 'web', form: 'contact', url: page(landing) });
  if (!random.chance(0.06)) return;
  const again = workday(random, captured, random.int(10, 90));
  note(again, {
    do: 'captureLead',
    command: { email: who.email, occurredAt: again, origin: 'trade_fair', campaign: 'autumn-fair' },
  });
};

const mails = (random: Random, who: Person, captured: number, period: Period, fact: Fact): void => {
  const mailings: readonly Mailing[] = [
    ...welcome(captured),
    ...period.newsletters.filter(at => at > captured + hour).map(newsletter),
  ].sort((one, other) => one.at - other.at);
  for (const { at, type, fields } of mailFacts(random, who, mailings)) fact(at, type, fields);
};

/** Answers when the lead became a customer, epoch ms, or null. */
const sales = (random: Random, who: Person, captured: number, note: Note, fact: Fact): number | null => {
  const { origin } = who;
  const wait = (median: number): number => random.around(median, 0.8) * origin.pace;
  if (!random.chance(origin.mql)) return null;
  const owner = random.pick(teams);
  const qualified = workday(random, captured, wait(4));
  fact(qualified - 10 * minute, 'ContentDownloaded', { channel: 'web', content: random.pick(downloads) });
  stage(note, who, qualified, 'mql');
  if (!random.chance(origin.sql)) return null;
  const called = workday(random, qualified, wait(3));
  fact(called, 'CallMade', { channel: 'phone', owner, outcome: 'interested' });
  stage(note, who, called + 15 * minute, 'sql');
  if (!random.chance(origin.opportunity)) return null;
  const met = workday(random, called, wait(7));
  fact(met, 'MeetingHeld', { channel: 'meeting', owner });
  return deal(random, who, met + hour, owner, wait, note, fact);
};

const stage = (note: Note, who: Person, at: number, name: string): void =>
  note(at, { do: 'changeStage', command: { id: who.id, stage: name, occurredAt: at } });

/** Answers when it was won, epoch ms, or null. */
const deal = (
  random: Random,
  who: Person,
  opened: number,
  owner: string,
  wait: (median: number) => number,
  note: Note,
  fact: Fact,
): number | null => {
  const id = `${who.id}-deal`;
  const hundreds = Math.max(3, Math.round(random.around(18 + 3 * Math.sqrt(who.employees), 0.6)));
  const amount = { amount: hundreds * 10_000, currency: who.currency };
  const name = `Licences for ${who.employees}`;
  note(opened, {
    do: 'openOpportunity',
    command: { id, leadId: who.id, amount, name, owner, occurredAt: opened },
  });
  const proposed = workday(random, opened, wait(5));
  move(note, id, proposed, 'proposal', 0.4);
  let closed = workday(random, proposed, wait(9));
  if (random.chance(0.5)) {
    move(note, id, closed, 'negotiation', 0.7);
    fact(closed + minute, 'CallMade', { channel: 'phone', owner, outcome: 'negotiating' });
    closed = workday(random, closed, wait(5));
  }
  if (!random.chance(who.origin.won)) {
    const reason = random.pick(lostReasons);
    note(closed, { do: 'loseOpportunity', command: { id, reason, occurredAt: closed } });
    if (!random.chance(0.08)) return null;
    const again = workday(random, closed, wait(30));
    note(again, {
      do: 'reopenOpportunity',
      command: { id, reason: 'asked for a new quote', occurredAt: again },
    });
    closed = workday(random, again, wait(10));
  }
  const paid = random.chance(0.3) ? { ...amount, amount: Math.round(hundreds * 0.9) * 10_000 } : amount;
  note(closed, { do: 'winOpportunity', command: { id, amount: paid, occurredAt: closed } });
  if (random.chance(0.15)) stage(note, who, workday(random, closed, 60), 'advocate');
  return closed;
};

const buys = (random: Random, who: Person, won: number, end: number, note: Note): void => {
  for (const { placed, cancelled } of orders(random, who, won, end)) {
    note(placed.occurredAt, { do: 'placeOrder', command: placed });
    if (cancelled !== null) note(cancelled.occurredAt, { do: 'cancelOrder', command: cancelled });
  }
};

const move = (note: Note, id: string, at: number, name: string, probability: number): void =>
  note(at, { do: 'moveOpportunity', command: { id, stage: name, probability, occurredAt: at } });
