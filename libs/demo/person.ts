import {
  countries,
  familyNames,
  firms,
  givenNames,
  jobTitles,
  origins,
  trades,
  type Origin,
} from './business.ts';
import type { Random } from './random.ts';

/** Somebody who never lived. Their address ends in a domain that is reserved for examples (RFC 2606). */
export interface Person {
  /** `demo-00042`; stream and id of the lead. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly company: string | null;
  readonly jobTitle: string;
  readonly country: string;
  readonly currency: string;
  readonly employees: number;
  readonly origin: Origin;
  readonly campaign: string | null;
  /** Whether they agreed to mails. */
  readonly consents: boolean;
  /** Probability of opening a mail. */
  readonly interest: number;
}

const originShares = origins.map(origin => [origin, origin.share] as const);

/** Makes up the nth person of a history; the number keeps addresses apart. */
export const person = (random: Random, number: number): Person => {
  const given = random.pick(givenNames);
  const family = random.pick(familyNames);
  const origin = random.weighted(originShares);
  const country = random.weighted(countries);
  const domain = random.pick(['example.com', 'example.org']);
  return {
    id: `demo-${String(number).padStart(5, '0')}`,
    name: `${given} ${family}`,
    email: `${given}.${family}.${number}@${domain}`.toLowerCase(),
    phone: random.chance(0.3) ? fictional(number) : null,
    company: random.chance(0.75) ? `${random.pick(firms)} ${random.pick(trades)}` : null,
    jobTitle: random.pick(jobTitles),
    country: country.code,
    currency: country.currency,
    employees: Math.max(1, Math.round(random.around(9, 1))),
    origin,
    campaign: origin.campaigns.length > 0 ? random.pick(origin.campaigns) : null,
    consents: random.chance(0.82),
    interest: 0.1 + 0.6 * random.next() ** 1.5,
  };
};

/** +999 is assigned to no country (ITU-T E.164). */
const fictional = (number: number): string => `+999555${String(number).padStart(7, '0')}`;
