import type { Metric } from '../libs/metrics/define.ts';
import type { Projection } from '../libs/projecting/define.ts';
import type { Reminder } from '../libs/projecting/reminder.ts';
import { churnReminder } from './customers/churn-reminder.ts';
import { churn } from './customers/churn.metric.ts';
import { customers } from './customers/customers.projection.ts';
import { retention } from './customers/retention.metric.ts';
import { funnel } from './lead-funnel/funnel.metric.ts';
import { leadFunnel } from './lead-funnel/lead-funnel.projection.ts';
import { bandReminder } from './lead-score/band-reminder.ts';
import { leadScore } from './lead-score/lead-score.projection.ts';
import { lead } from './lead/lead.projection.ts';
import { revenueByPeriod } from './revenue/revenue.metric.ts';
import { revenue } from './revenue/revenue.projection.ts';
import { closeRate } from './sales-cycle/close-rate.metric.ts';
import { cycleLength } from './sales-cycle/sales-cycle.metric.ts';
import { salesCycle } from './sales-cycle/sales-cycle.projection.ts';

/** Every read model that is kept up to date. */
export const projections: readonly Projection[] = [
  leadFunnel,
  salesCycle,
  customers,
  revenue,
  leadScore,
  lead,
];

/** Every number that can be asked for. */
export const metrics: readonly Metric[] = [funnel, cycleLength, closeRate, churn, retention, revenueByPeriod];

/** What the scheduler appends though nothing happens. */
export const reminders: readonly Reminder[] = [bandReminder, churnReminder];
