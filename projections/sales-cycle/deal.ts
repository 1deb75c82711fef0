import type { Workspace } from '../../libs/projecting/workspace.ts';
import { implausible } from '../lead/money.ts';
import { standing, type DealEvent, type Standing } from '../lead/standing.ts';
import { latest, type Stated } from '../lead/stated.ts';

/** What the sales cycle keeps of a deal. */
export interface Deal extends Standing {
  /** As stated last at winning, else at opening. */
  readonly owner?: Stated<string>;
  readonly segment?: Stated<string>;
  /** An amount that was stated is too high to be believed. */
  readonly implausible?: true;
}

/** The deal after an event about it; the same object when nothing changed. */
export const follow = (deal: Deal | undefined, event: DealEvent, workspace: Workspace): Deal => {
  const at = event.occurredAt;
  switch (event.type) {
    case 'OpportunityOpened':
      return worked(deal, standing(deal, 'opened', at), event, workspace);
    case 'OpportunityWon':
      return worked(deal, standing(deal, 'won', at), event, workspace);
    case 'OpportunityLost':
      return { ...deal, ...standing(deal, 'lost', at) };
    case 'OpportunityReopened':
      return { ...deal, ...standing(deal, 'reopened', at) };
    case 'OpportunityStageChanged':
      return deal ?? standing(deal, 'opened', at);
  }
};

const worked = (
  deal: Deal | undefined,
  stands: Standing,
  { type, occurredAt: at, data }: Extract<DealEvent, { type: 'OpportunityOpened' | 'OpportunityWon' }>,
  workspace: Workspace,
): Deal => {
  const weak = type === 'OpportunityOpened';
  const owner = latest(deal?.owner, data.owner, at, weak);
  const segment = latest(deal?.segment, data.segment, at, weak);
  const odd = implausible(data.amount, workspace) || implausible(data.declaredRevenue, workspace);
  return {
    ...deal,
    ...stands,
    ...(owner && { owner }),
    ...(segment && { segment }),
    ...(odd && { implausible: true }),
  };
};
