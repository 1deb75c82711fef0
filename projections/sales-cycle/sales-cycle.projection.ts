import type { Calendar, Context } from '../../libs/projecting/context.ts';
import { defineProjection, leadOf } from '../../libs/projecting/define.ts';
import type { CellDelta, QualityFinding } from '../../libs/read-store/port.ts';
import { capture, correct, enteredAt, entryCell, touch, noEntry, type Entry } from '../lead/entry.ts';
import { pathUntil, reach, type Reached } from '../lead/path.ts';
import { followDeal, type Deals } from '../lead/deals.ts';
import type { DealEvent } from '../lead/standing.ts';
import { touchpointsOfLead } from '../lead/touches.ts';
import { follow, type Deal } from './deal.ts';

interface Cycle {
  readonly entry: Entry;
  readonly reached?: Reached;
  readonly deals?: Deals<Deal>;
}

/** From the first touch to the win, per deal; and what became of each lead. */
export const salesCycle = defineProjection({
  name: 'sales-cycle',
  version: 2,
  total: true,
  description:
    'Won deals by days since the first touch; leads by day of entry and whether they were won or lost',
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
  workspace: ['stages', 'plausible'],
  initialState: (): Cycle => ({ entry: noEntry }),

  evolve: (cycle, event, context): Cycle => {
    switch (event.type) {
      case 'LeadCaptured':
      case 'LeadRecaptured':
        return enter(cycle, capture(cycle.entry, event));
      case 'LeadProfileUpdated':
        return enter(cycle, correct(cycle.entry, event));
      case 'LeadStageChanged':
        return reached(cycle, event.data.stage, event.occurredAt, context);
      case 'OpportunityOpened':
        return deal(reached(cycle, 'opportunity', event.occurredAt, context), event, context);
      case 'OpportunityWon':
        return deal(reached(cycle, 'customer', event.occurredAt, context), event, context);
      case 'OpportunityStageChanged':
      case 'OpportunityLost':
      case 'OpportunityReopened':
        return deal(cycle, event, context);
      default:
        return enter(cycle, touch(cycle.entry, event.occurredAt));
    }
  },

  dimensions: {
    entered: 'day',
    won: 'day',
    origin: 'text',
    campaign: 'text',
    country: 'text',
    owner: 'text',
    segment: 'text',
    cohortMonth: 'text',
    stage: 'text',
    days: 'integer',
  },
  measures: ['deals', 'stays', 'leads', 'leadsWon', 'leadsLost'],
  summaries: [[], ['origin'], ['campaign'], ['country'], ['owner'], ['segment'], ['cohortMonth']].map(
    name => ['stage', 'days', ...name],
  ),

  contributes: ({ entry, reached, deals }, { calendar, workspace }) => {
    const entered = enteredAt(entry);
    if (entered === null) return [];
    const of = entryCell(entry);
    const day = calendar.day(entered);
    const deltas: CellDelta[] = [{ cell: { entered: day, ...of }, add: { leads: 1, ...outcome(deals) } }];
    const cohortMonth = calendar.month(entered);
    for (const { at, ...deal } of deals === undefined ? [] : won(deals)) {
      const wonDay = calendar.day(at);
      const cell = { won: wonDay, ...of, ...deal, cohortMonth };
      deltas.push({ cell: { ...cell, days: calendar.daysBetween(day, wonDay) }, add: { deals: 1 } });
      for (const { stage, from, to } of pathUntil(entry, reached, workspace, at).stays) {
        const days = calendar.daysBetween(calendar.day(from), calendar.day(to));
        deltas.push({ cell: { ...cell, stage, days }, add: { stays: 1 } });
      }
    }
    return deltas;
  },

  quality: ({ entry, deals = [] }, { calendar }) => {
    const entered = enteredAt(entry);
    if (entered === null) return untouched(deals, calendar);
    const findings: QualityFinding[] = [];
    for (const deal of deals) {
      const wonAt = deal.status === 'won' ? deal.at : undefined;
      const cell = {
        entered: calendar.day(entered),
        won: wonAt === undefined ? null : calendar.day(wonAt),
        ...entryCell(entry),
        ...dealCell(deal),
        cohortMonth: calendar.month(entered),
      };
      if (wonAt !== undefined && wonAt < entered)
        findings.push({ reason: 'won-before-first-touch', kept: true, cell });
      if (deal.implausible) findings.push({ reason: 'implausible-amount', kept: true, cell });
    }
    return findings;
  },
});

const enter = (cycle: Cycle, entry: Entry): Cycle => (entry === cycle.entry ? cycle : { ...cycle, entry });

const reached = (cycle: Cycle, stage: string, at: number, context: Context): Cycle => {
  const now = reach(cycle.reached, stage, at, context);
  return now === undefined || now === cycle.reached ? cycle : { ...cycle, reached: now };
};

const deal = (cycle: Cycle, event: DealEvent, { workspace }: Context): Cycle => {
  const { opportunityId } = event.data;
  const deals = followDeal(cycle.deals, opportunityId, known => follow(known, event, workspace));
  return deals === cycle.deals ? cycle : { ...cycle, deals };
};

/** Won when any deal is won; lost when one is lost and none is won or open. */
const outcome = (
  deals: Deals<Deal> | undefined,
): { readonly leadsWon: number; readonly leadsLost: number } => {
  let lost = 0;
  let open = 0;
  for (const { status } of deals ?? []) {
    if (status === 'won') return { leadsWon: 1, leadsLost: 0 };
    if (status === 'lost') lost++;
    else open++;
  }
  return { leadsWon: 0, leadsLost: lost > 0 && open === 0 ? 1 : 0 };
};

const dealCell = ({
  owner,
  segment,
}: Deal): { readonly owner: string | null; readonly segment: string | null } => ({
  owner: owner?.value ?? null,
  segment: segment?.value ?? null,
});

const won = (deals: Deals<Deal>): readonly ({ readonly at: number } & ReturnType<typeof dealCell>)[] =>
  deals.flatMap(deal =>
    deal.status === 'won' && deal.at !== undefined ? [{ at: deal.at, ...dealCell(deal) }] : [],
  );

/** Deals of a lead whom nobody touched yet: left out, and listed on the day won. */
const untouched = (deals: Deals<Deal>, calendar: Calendar): readonly QualityFinding[] => {
  const cells = won(deals).map(({ at, ...cell }) => ({ won: calendar.day(at), ...cell }));
  return (cells.length > 0 ? cells : [{ won: null }]).map(cell => ({
    reason: 'no-first-touch',
    kept: false,
    cell,
  }));
};
