import type { MetricRow } from '../../../libs/metrics/define.ts';

const noAmounts: MetricRow = { openValue: [], weightedValue: [] };

/** Made-up rows of the shipped metrics, for the documentation. */
export const exampleRows: Readonly<Record<string, readonly MetricRow[]>> = {
  funnel: [
    {
      stage: 'lead',
      count: 1350,
      stepConversion: null,
      overallConversion: 1,
      dropOff: null,
      medianDaysInStage: 6,
      ...noAmounts,
    },
    {
      stage: 'opportunity',
      count: 120,
      stepConversion: 0.0889,
      overallConversion: 0.0889,
      dropOff: 0.9111,
      medianDaysInStage: 14,
      openValue: [{ amount: 129_900, currency: 'EUR' }],
      weightedValue: [{ amount: 64_950, currency: 'EUR' }],
    },
  ],
  'sales-cycle': [{ deals: 75, meanDays: 58.2, medianDays: 30, p90Days: 161.9, minDays: 0, maxDays: 427 }],
  churn: [
    {
      period: '2010-06',
      at: '2010-06-30',
      known: 2973,
      active: 1041,
      churned: 405,
      wonBack: 149,
      inactive: 926,
      churnRate: 0.1992,
    },
  ],
  retention: [{ cohort: '2010-03', size: 443, active: [443, 84, 102, 107] }],
  revenue: [
    {
      period: '2018-01',
      currency: 'EUR',
      orders: 412,
      customers: 371,
      revenue: [{ amount: 5_218_800, currency: 'EUR' }],
    },
  ],
  'close-rate': [{ leads: 1350, won: 75, lost: 12, closeRate: 0.0556, winRate: 0.862 }],
};
