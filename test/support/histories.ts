import fc from 'fast-check';
import { recorded, type ShortEvent } from '../../libs/projecting/testing.ts';

/** What an event says; made into one of the catalogue's below. */
export interface Fact {
  readonly kind: (typeof kinds)[number];
  readonly lead: string;
  readonly deal: string;
  readonly at: number;
  readonly word: string | undefined;
  readonly stage: string;
  readonly amount: number | undefined;
  readonly probability: number | undefined;
}

export const kinds = [
  'LeadCaptured',
  'LeadRecaptured',
  'LeadProfileUpdated',
  'LeadStageChanged',
  'PageViewed',
  'EmailOpened',
  'OpportunityOpened',
  'OpportunityStageChanged',
  'OpportunityWon',
  'OpportunityLost',
  'OpportunityReopened',
  'OrderPlaced',
  'OrderCancelled',
] as const;
export const hour = 3_600_000;
export const start = Date.UTC(2018, 2, 1);

export const fact = fc.record({
  kind: fc.constantFrom(...kinds),
  lead: fc.constantFrom('a', 'b'),
  deal: fc.constantFrom('x', 'constructor'),
  at: fc.integer({ min: 0, max: 24 * 60 }).map(hours => start + hours * hour),
  word: fc.option(fc.constantFrom('ads', 'mail', 'fair'), { nil: undefined }),
  stage: fc.constantFrom('visitor', 'lead', 'mql', 'sql', 'opportunity', 'customer', 'no-stage'),
  amount: fc.option(fc.integer({ min: -500, max: 1_200_000_000 }), { nil: undefined }),
  probability: fc.option(fc.constantFrom(0, 0.05, 0.33, 1), { nil: undefined }),
});
/** Facts of distinct instants, so that time alone orders them. */
export const distinct = fc.uniqueArray(fact, { selector: ({ at }) => at, maxLength: 40 });
export const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York');

export const eventOf = ({ kind, lead, deal, at, word, stage, amount, probability }: Fact): ShortEvent => {
  const said = word === undefined ? {} : { origin: word, campaign: `${word}-1`, country: word };
  const worked = word === undefined ? {} : { owner: word, segment: word };
  const priced = amount === undefined ? {} : { amount: { amount, currency: 'EUR' } };
  const data = {
    LeadCaptured: said,
    LeadRecaptured: said,
    LeadProfileUpdated: said,
    LeadStageChanged: { stage },
    PageViewed: { touchpointId: 't' },
    EmailOpened: { touchpointId: 't' },
    OpportunityOpened: { opportunityId: deal, ...worked, ...priced },
    OpportunityStageChanged: {
      opportunityId: deal,
      stage,
      ...(probability !== undefined && { probability }),
    },
    OpportunityWon: { opportunityId: deal, ...worked, ...priced },
    OpportunityLost: { opportunityId: deal },
    OpportunityReopened: { opportunityId: deal },
    OrderPlaced: {
      orderId: `${lead}-${deal}`,
      ...(word !== undefined && { country: word }),
      total: { amount: amount ?? 0, currency: 'EUR' },
    },
    OrderCancelled: { orderId: `${lead}-${deal}` },
  }[kind];
  return { type: kind, occurredAt: at, data: { leadId: lead, ...data } } as ShortEvent;
};

export const log = (facts: readonly Fact[]): ReturnType<typeof recorded>[] =>
  facts.map((one, at) => recorded(eventOf(one), at + 1));

export const shuffled = <T>(list: readonly T[], key: (item: T) => number): readonly T[] =>
  [...list].sort((a, b) => key(a) - key(b));
