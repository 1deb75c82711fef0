import type { Metric, MetricRow } from '../../libs/metrics/define.ts';
import { distribution, type Count } from '../../libs/metrics/numbers.ts';
import type { CellRow } from '../../libs/read-store/port.ts';
import { salesCycle } from './sales-cycle.projection.ts';

/** How long deals take from the first touch to the win. */
export const cycleLength: Metric = {
  name: 'sales-cycle',
  version: 1,
  description: 'Deals won in the period, by calendar days since the first touch of their lead',
  projection: salesCycle,
  cells: {
    measures: ['deals', 'stays'],
    by: ['stage', 'days'],
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
  params: {
    stages: {
      description: '1: a row per stage instead, with the days that the won deals spent in it',
      minimum: 0,
      maximum: 1,
    },
  },
  // The days in stages stand in cells of their own.
  selects: () => ({ where: {}, kept: true }),
  definitions: {
    deals: 'deals that are won now, by the day of the win, whose lead has a first touch',
    days: 'the local date of the win minus the local date of the first touch (capture or touchpoint) of the lead; negative where the win came first',
    stages:
      'with stages=1, days are those from first reaching the stage to first reaching a later one or to the win, and deals are those whose lead was in the stage before the win',
    medianDays: 'the 50th percentile of days, interpolated between order statistics at (deals − 1) × 0.5',
    p90Days: 'the 90th percentile of days, interpolated between order statistics at (deals − 1) × 0.9',
  },
  rows: (cells, { workspace, params }) => {
    if (!params.stages) return [lengths(cells, 'deals')];
    return workspace.stages.map(({ name: stage }) => ({
      stage,
      ...lengths(
        cells.filter(({ by }) => by.stage === stage),
        'stays',
      ),
    }));
  },
};

const lengths = (cells: readonly CellRow[], measure: 'deals' | 'stays'): MetricRow => {
  const counts = cells.flatMap(({ by, sums }): Count[] =>
    typeof by.days === 'number' ? [[by.days, sums[measure] ?? 0]] : [],
  );
  const { count, mean, median, p90, min, max } = distribution(counts);
  return { deals: count, meanDays: mean, medianDays: median, p90Days: p90, minDays: min, maxDays: max };
};
