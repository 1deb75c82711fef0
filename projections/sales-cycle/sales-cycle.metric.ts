import type { Metric } from '../../libs/metrics/define.ts';
import { distribution, type Count } from '../../libs/metrics/numbers.ts';
import { salesCycle } from './sales-cycle.projection.ts';

/** How long deals take from the first touch to the win. */
export const cycleLength: Metric = {
  name: 'sales-cycle',
  version: 1,
  description: 'Deals won in the period, by calendar days since the first touch of their lead',
  projection: salesCycle,
  cells: {
    measures: ['deals'],
    by: ['days'],
    on: 'won',
    dimensions: {
      origin: 'origin',
      campaign: 'campaign',
      country: 'country',
      owner: 'owner',
      segment: 'segment',
      wonDay: { dimension: 'won', grain: 'day' },
      wonMonth: { dimension: 'won', grain: 'month' },
      wonYear: { dimension: 'won', grain: 'year' },
      cohortMonth: 'cohortMonth',
    },
  },
  definitions: {
    deals: 'deals that are won now, by the day of the win, whose lead has a first touch',
    days: 'the local date of the win minus the local date of the first touch (capture or touchpoint) of the lead; negative where the win came first',
    medianDays: 'the 50th percentile of days, interpolated between order statistics at (deals − 1) × 0.5',
    p90Days: 'the 90th percentile of days, interpolated between order statistics at (deals − 1) × 0.9',
  },
  rows: cells => {
    const counts = cells.flatMap(({ by, sums }): Count[] =>
      typeof by.days === 'number' ? [[by.days, sums.deals ?? 0]] : [],
    );
    const { count, mean, median, p90, min, max } = distribution(counts);
    return [{ deals: count, meanDays: mean, medianDays: median, p90Days: p90, minDays: min, maxDays: max }];
  },
};
