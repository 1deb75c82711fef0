import type { MetricQuery, MetricRow } from '../../libs/metrics/define.ts';
import type { Context } from '../../libs/projecting/context.ts';
import type { ShortEvent } from '../../libs/projecting/testing.ts';
import { funnel } from '../../projections/lead-funnel/funnel.metric.ts';
import { ask } from '../../projections/testing.ts';

export const captured = (leadId: string, occurredAt: string, said: object = {}): ShortEvent => ({
  type: 'LeadCaptured',
  occurredAt,
  data: { leadId, ...said },
});
export const viewed = (leadId: string, occurredAt: string): ShortEvent => ({
  type: 'PageViewed',
  occurredAt,
  data: { leadId, touchpointId: occurredAt.replaceAll(/\W/g, '') },
});
export const staged = (leadId: string, occurredAt: string, stage: string): ShortEvent => ({
  type: 'LeadStageChanged',
  occurredAt,
  data: { leadId, stage },
});
export const eur = (amount: number): { amount: { amount: number; currency: string } } => ({
  amount: { amount, currency: 'EUR' },
});
export const opened = (leadId: string, occurredAt: string, said: object = {}): ShortEvent => ({
  type: 'OpportunityOpened',
  occurredAt,
  data: { leadId, opportunityId: `${leadId}-deal`, ...said },
});
export const won = (leadId: string, occurredAt: string, said: object = {}): ShortEvent => ({
  type: 'OpportunityWon',
  occurredAt,
  data: { leadId, opportunityId: `${leadId}-deal`, ...said },
});
export const lost = (leadId: string, occurredAt: string): ShortEvent => ({
  type: 'OpportunityLost',
  occurredAt,
  data: { leadId, opportunityId: `${leadId}-deal` },
});
export const reopened = (leadId: string, occurredAt: string): ShortEvent => ({
  type: 'OpportunityReopened',
  occurredAt,
  data: { leadId, opportunityId: `${leadId}-deal` },
});
export const advanced = (leadId: string, occurredAt: string, probability?: number): ShortEvent => ({
  type: 'OpportunityStageChanged',
  occurredAt,
  data: {
    leadId,
    opportunityId: `${leadId}-deal`,
    stage: 'offer',
    ...(probability !== undefined && { probability }),
  },
});

/** The funnel's rows over a history. */
export const rows = async (
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
  context?: Context,
): Promise<readonly MetricRow[]> => (await ask(funnel, history, query, context)).rows;
/** One column of them, by stage. */
export const column = async (
  name: string,
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
  context?: Context,
): Promise<Readonly<Record<string, unknown>>> =>
  Object.fromEntries((await rows(history, query, context)).map(row => [row.stage as string, row[name]]));
