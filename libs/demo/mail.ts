import { downloads } from './business.ts';
import { day, hour, minute, second } from './calendar.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';

/** A mail of a campaign, and when it goes out. Epoch ms. */
export interface Mailing {
  readonly template: string;
  readonly campaign: string;
  readonly at: number;
}

/** A fact about a mail, before it has an id. */
export interface MailFact {
  readonly at: number;
  readonly type:
    | 'EmailSent'
    | 'EmailDelivered'
    | 'EmailBounced'
    | 'EmailOpened'
    | 'LinkClicked'
    | 'EmailUnsubscribed'
    | 'EmailComplained'
    | 'ContentDownloaded';
  readonly fields: Readonly<Record<string, string>>;
}

/** The three mails that greet a new subscriber. */
export const welcome = (captured: number): readonly Mailing[] => [
  { template: 'welcome-1', campaign: 'welcome', at: captured + 5 * minute },
  { template: 'welcome-2', campaign: 'welcome', at: captured + 3 * day },
  { template: 'welcome-3', campaign: 'welcome', at: captured + 10 * day },
];

/** A newsletter, named by its month: `newsletter-2026-03`. */
export const newsletter = (at: number): Mailing => ({
  template: `newsletter-${new Date(at).toISOString().slice(0, 7)}`,
  campaign: 'newsletter',
  at,
});

/**
 * What becomes of a person's mails, in order of sending, until one bounces for good or the person has enough.
 * About one address in seventy is dead; four in a thousand readers unsubscribe.
 */
export const mailFacts = (random: Random, who: Person, mailings: readonly Mailing[]): readonly MailFact[] => {
  const facts: MailFact[] = [];
  const dead = random.chance(0.014);
  for (const mailing of mailings) {
    const lives = oneMail(random, who, mailing, dead, facts);
    if (!lives) break;
  }
  return facts;
};

const oneMail = (
  random: Random,
  who: Person,
  mailing: Mailing,
  dead: boolean,
  facts: MailFact[],
): boolean => {
  const mail = {
    messageId: `${mailing.template}-${who.id}`,
    template: mailing.template,
    campaign: mailing.campaign,
    channel: 'email',
  };
  const add = (type: MailFact['type'], at: number, fields: Readonly<Record<string, string>> = {}): void => {
    facts.push({ type, at: Math.round(at), fields: { ...mail, ...fields } });
  };
  add('EmailSent', mailing.at);
  const arrives = mailing.at + random.int(1, 40) * second;
  if (dead || random.chance(0.004)) {
    add('EmailBounced', arrives, { status: dead ? '5.1.1' : '4.2.2' });
    return !dead;
  }
  add('EmailDelivered', arrives);
  if (!random.chance(who.interest)) return true;
  const opens = arrives + minute + random.exponential(9 * hour);
  add('EmailOpened', opens);
  if (random.chance(0.28)) {
    const clicks = opens + random.int(5, 240) * second;
    add('LinkClicked', clicks, { url: `https://www.example.com/${mailing.campaign}/${mailing.template}` });
    if (random.chance(0.25)) {
      facts.push({
        type: 'ContentDownloaded',
        at: Math.round(clicks + random.int(20, 300) * second),
        fields: { campaign: mailing.campaign, channel: 'web', content: random.pick(downloads) },
      });
    }
  }
  const enough = random.next();
  if (enough < 0.001) add('EmailComplained', opens + minute);
  else if (enough < 0.012) add('EmailUnsubscribed', opens + minute);
  return enough >= 0.012;
};
