import type { Context } from '../../libs/projecting/context.ts';
import { defineProjection, leadOf } from '../../libs/projecting/define.ts';
import type { Stage, Workspace } from '../../libs/projecting/workspace.ts';
import type { CellDelta, QualityFinding } from '../../libs/read-store/port.ts';
import { capture, correct, enteredAt, entryCell, touch, noEntry, type Entry } from '../lead/entry.ts';
import { implausible, tooLarge, weigh } from '../lead/money.ts';
import { followDeal, type Deals } from '../lead/deals.ts';
import type { DealEvent } from '../lead/standing.ts';
import { touchpointsOfLead } from '../lead/touches.ts';
import { pathOf, reach, type Reached } from '../lead/path.ts';
import { follow, type Deal } from './pipeline.ts';
import { stepsOf, windowsFrom } from './within.ts';

interface Lead {
  readonly entry: Entry;
  readonly reached?: Reached;
  readonly deals?: Deals<Deal>;
  /** An amount that was stated is too high to be believed. */
  readonly implausible?: true;
}

/** Who entered when and from where, how far they came, how long they stayed, and what is open. */
export const leadFunnel = defineProjection({
  name: 'lead-funnel',
  version: 2,
  total: true,
  description:
    'Leads by day of entry, origin, campaign, country and furthest stage; time in stage; open pipeline',
  entity: {
    ...touchpointsOfLead,
    LeadCaptured: leadOf,
    LeadRecaptured: leadOf,
    LeadProfileUpdated: leadOf,
    LeadStageChanged: leadOf,
    OpportunityOpened: leadOf,
    OpportunityStageChanged: leadOf,
    OpportunityWon: leadOf,
    OpportunityLost: leadOf,
    OpportunityReopened: leadOf,
  },
  workspace: ['stages', 'plausible', 'funnel'],
  initialState: (): Lead => ({ entry: noEntry }),

  evolve: (lead, event, context): Lead => {
    switch (event.type) {
      case 'LeadCaptured':
      case 'LeadRecaptured':
        return enter(lead, capture(lead.entry, event));
      case 'LeadProfileUpdated':
        return enter(lead, correct(lead.entry, event));
      case 'LeadStageChanged':
        return reached(lead, event.data.stage, event.occurredAt, context);
      case 'OpportunityOpened':
        return deal(reached(lead, 'opportunity', event.occurredAt, context), event, context);
      case 'OpportunityWon':
        return deal(reached(lead, 'customer', event.occurredAt, context), event, context);
      case 'OpportunityStageChanged':
      case 'OpportunityLost':
      case 'OpportunityReopened':
        return deal(lead, event, context);
      default:
        return enter(lead, touch(lead.entry, event.occurredAt));
    }
  },

  dimensions: {
    entered: 'day',
    origin: 'text',
    campaign: 'text',
    country: 'text',
    stage: 'text',
    within: 'integer',
    days: 'integer',
    currency: 'text',
  },
  measures: ['leads', 'left', 'openValue', 'weightedValue'],
  summaries: [[], ['origin'], ['campaign'], ['country']].map(name => [
    'stage',
    'within',
    'days',
    'currency',
    ...name,
  ]),

  contributes: (lead, context) => {
    const entered = enteredAt(lead.entry);
    if (entered === null) return [];
    const { calendar, workspace, params } = context;
    const cell = { entered: calendar.day(entered), ...entryCell(lead.entry) };
    const path = pathOf(lead.entry, lead.reached, workspace, params.within);
    const windowOf = windowsFrom(
      entered,
      params.within === undefined ? workspace.funnel.within : [params.within],
    );
    const deltas = stepsOf(path, windowOf).map(({ stage, within, leads }): CellDelta => ({
      cell: { ...cell, stage, within },
      add: { leads },
    }));
    for (const { stage, from, to } of path.stays) {
      const days = calendar.daysBetween(calendar.day(from), calendar.day(to));
      deltas.push({ cell: { ...cell, stage, within: windowOf(to), days }, add: { left: 1 } });
    }
    if (lead.deals === undefined) return deltas;
    for (const { currency, amount, probability } of open(lead.deals)) {
      const stage = stageOfDeals(lead, workspace);
      const weightedValue = weigh(amount, probability ?? stage.probability);
      deltas.push({
        // What is open now doesn't depend on when it was reached: it is in every number of days.
        cell: { ...cell, stage: stage.name, within: windowOf(entered), currency },
        add: { openValue: amount, weightedValue },
      });
    }
    return deltas;
  },

  quality: (lead, { calendar }) => {
    const entered = enteredAt(lead.entry);
    if (entered === null) return [{ reason: 'no-first-touch', kept: false, cell: {} }];
    const findings: QualityFinding[] = [];
    if (lead.deals === undefined) return findings;
    const cell = { entered: calendar.day(entered), ...entryCell(lead.entry) };
    if (lead.deals.some(({ status, at }) => status === 'won' && (at ?? entered) < entered))
      findings.push({ reason: 'won-before-first-touch', kept: true, cell });
    if (lead.deals.some(({ amount }) => amount !== undefined && tooLarge(amount.value.amount)))
      findings.push({ reason: 'amount-too-large', kept: false, cell });
    if (lead.implausible) findings.push({ reason: 'implausible-amount', kept: true, cell });
    return findings;
  },
});

const enter = (lead: Lead, entry: Entry): Lead => (entry === lead.entry ? lead : { ...lead, entry });

const reached = (lead: Lead, stage: string, at: number, context: Context): Lead => {
  const now = reach(lead.reached, stage, at, context);
  return now === undefined || now === lead.reached ? lead : { ...lead, reached: now };
};

const deal = (lead: Lead, event: DealEvent, { workspace }: Context): Lead => {
  const { opportunityId } = event.data;
  const deals = followDeal(lead.deals, opportunityId, known => follow(known, event));
  const odd =
    (event.type === 'OpportunityOpened' || event.type === 'OpportunityWon') &&
    (implausible(event.data.amount, workspace) || implausible(event.data.declaredRevenue, workspace));
  if (deals === lead.deals && !odd) return lead;
  return odd ? { ...lead, deals, implausible: true } : { ...lead, deals };
};

/** The open deals that have an amount. */
const open = (
  deals: Deals<Deal>,
): readonly {
  readonly currency: string;
  readonly amount: number;
  readonly probability: number | undefined;
}[] =>
  deals.flatMap(({ status, amount, probability }) =>
    status === 'open' && amount !== undefined && amount.value.amount !== 0 && !tooLarge(amount.value.amount)
      ? [{ ...amount.value, probability: probability?.value }]
      : [],
  );

/** An open deal stands at `opportunity`, also of a lead who became a customer by another; without that stage, where its lead stands. */
const stageOfDeals = (lead: Lead, workspace: Workspace): Stage => {
  const { furthest } = pathOf(lead.entry, lead.reached, workspace);
  return (
    workspace.stages.find(({ name }) => name === 'opportunity') ??
    workspace.stages.find(({ name }) => name === furthest) ?? { name: furthest, probability: 0 }
  );
};
