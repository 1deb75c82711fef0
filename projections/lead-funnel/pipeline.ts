import { standing, type DealEvent, type Standing } from '../lead/standing.ts';
import { latest, type Stated } from '../lead/stated.ts';
import type { Money } from '../lead/money.ts';

/** What the funnel keeps of a deal. */
export interface Deal extends Standing {
  /** As stated last at winning, else at opening. */
  readonly amount?: Stated<Money>;
  /** Of winning, 0 to 1, as stated last. */
  readonly probability?: Stated<number>;
}

/** The deal after an event about it. */
export const follow = (deal: Deal | undefined, event: DealEvent): Deal => {
  const at = event.occurredAt;
  switch (event.type) {
    case 'OpportunityOpened':
      return priced(deal, standing(deal, 'opened', at), latest(deal?.amount, event.data.amount, at, true));
    case 'OpportunityWon':
      return priced(deal, standing(deal, 'won', at), latest(deal?.amount, event.data.amount, at));
    case 'OpportunityLost':
      return { ...deal, ...standing(deal, 'lost', at) };
    case 'OpportunityReopened':
      return { ...deal, ...standing(deal, 'reopened', at) };
    case 'OpportunityStageChanged': {
      const probability = latest(deal?.probability, event.data.probability, at);
      if (deal !== undefined && probability === deal.probability) return deal;
      return { ...deal, ...standing(deal, 'opened', at), ...(probability && { probability }) };
    }
  }
};

const priced = (deal: Deal | undefined, stands: Standing, amount: Stated<Money> | undefined): Deal => ({
  ...deal,
  ...stands,
  ...(amount && { amount }),
});
