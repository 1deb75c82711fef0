import type { Context } from '../../libs/projecting/context.ts';
import { defineProjection, leadOf } from '../../libs/projecting/define.ts';
import { announced, codesOf, dueAt, happen, noScore, rulesOf, type Score } from '../../libs/scoring/index.ts';
import { capture, correct, touch, noEntry, type Entry } from '../lead/entry.ts';
import { deal, move, stageNow, type Whereabouts } from '../lead/stage.ts';
import { touchpointsOfLead } from '../lead/touches.ts';

/** A lead as lists show it: where it stands, where it came from, and its score. */
export interface ScoredLead extends Score {
  readonly entry: Entry;
  readonly whereabouts?: Whereabouts;
  /** The latest capture or touchpoint, epoch ms. */
  readonly last?: number;
  readonly stage: string;
  readonly origin: string | null;
}

/** The score of each lead, its band, and when that changes though nothing happens. */
export const leadScore = defineProjection({
  name: 'lead-score',
  version: 2,
  total: true,
  description: 'Leads by band, stage and origin; what their scores are made of, and when their bands change',
  entity: {
    ...touchpointsOfLead,
    LeadCaptured: leadOf,
    LeadRecaptured: leadOf,
    LeadProfileUpdated: leadOf,
    LeadStageChanged: leadOf,
    OpportunityOpened: leadOf,
    OpportunityWon: leadOf,
    ScoreBandChanged: leadOf,
  },
  workspace: ['stages', 'score'],
  initialState: (): ScoredLead => unknown,

  evolve: (known, event, context): ScoredLead => {
    const { workspace } = context;
    const rules = rulesOf(workspace.score);
    const at = event.occurredAt;
    const lead =
      known.band === '' ? { ...unknown, ...noScore(rules), stage: workspace.stages[0]?.name ?? '' } : known;
    switch (event.type) {
      case 'ScoreBandChanged':
        return announced(rules, lead, event.data.to, at);
      case 'LeadStageChanged':
        return stands(lead, move(lead.whereabouts, event.data.stage, at, workspace), context);
      case 'OpportunityOpened':
        return stands(lead, deal(lead.whereabouts, 'opened', at), context);
      case 'OpportunityWon':
        return stands(lead, deal(lead.whereabouts, 'won', at), context);
      case 'LeadProfileUpdated':
        return happen(
          rules,
          entered(lead, correct(lead.entry, event), lead.last, context),
          at,
          codesOf(rules, event),
        );
      case 'LeadCaptured':
      case 'LeadRecaptured':
        return happen(
          rules,
          entered(lead, capture(lead.entry, event), latest(lead, at), context),
          at,
          codesOf(rules, event),
        );
      default:
        return happen(
          rules,
          entered(lead, touch(lead.entry, at), latest(lead, at), context),
          at,
          codesOf(rules, event),
        );
    }
  },

  indexes: ['band', 'stage', 'origin', 'score'],
  due: dueAt,
});

/** The lead of whom nothing is known yet; what depends on the workspace is filled in by the first event. */
const unknown: ScoredLead = { entry: noEntry, marks: [], band: '', stage: '', origin: null, score: 0 };

const entered = (
  lead: ScoredLead,
  entry: Entry,
  last: number | undefined,
  { workspace }: Context,
): ScoredLead => {
  if (entry === lead.entry) return last === lead.last ? lead : { ...lead, last };
  const origin = entry.origin ?? null;
  const stage = stageNow(entry, lead.whereabouts, workspace);
  return last === undefined ? { ...lead, entry, origin, stage } : { ...lead, entry, origin, stage, last };
};

const latest = ({ last = -Infinity }: ScoredLead, at: number): number => Math.max(last, at);

const stands = (
  lead: ScoredLead,
  whereabouts: Whereabouts | undefined,
  { workspace }: Context,
): ScoredLead =>
  whereabouts === undefined || whereabouts === lead.whereabouts
    ? lead
    : { ...lead, whereabouts, stage: stageNow(lead.entry, whereabouts, workspace) };
