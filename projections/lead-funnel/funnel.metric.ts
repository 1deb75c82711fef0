import type { Metric, MetricRow, MetricValue } from '../../libs/metrics/define.ts';
import { percentile, ratio, type Count } from '../../libs/metrics/numbers.ts';
import type { CellQuery, CellRow } from '../../libs/read-store/port.ts';
import { leadFunnel } from './lead-funnel.projection.ts';

/** How many of the leads that entered came how far. */
export const funnel: Metric = {
  name: 'funnel',
  version: 1,
  description: 'Leads that entered in the period, by the stages that they reached',
  projection: leadFunnel,
  cells: {
    measures: ['leads', 'left', 'openValue', 'weightedValue'],
    by: ['stage', 'days', 'currency'],
    on: 'entered',
    dimensions: {
      origin: 'origin',
      campaign: 'campaign',
      country: 'country',
      cohortDay: { dimension: 'entered', grain: 'day' },
      cohortMonth: { dimension: 'entered', grain: 'month' },
      cohortYear: { dimension: 'entered', grain: 'year' },
    },
  },
  params: {
    within: {
      description: 'Count only stages that were reached within so many days (of 24 hours) of entry',
      minimum: 0,
      maximum: 36_500,
    },
  },
  selects: ({ within }, { workspace: { funnel: kept } }) => {
    const isKept = within === undefined || kept.within.includes(within);
    const windows = kept.within.filter(days => days <= (within ?? -1));
    const where: CellQuery['where'] = isKept && within !== undefined ? { within: windows } : {};
    return { where, kept: isKept };
  },
  definitions: {
    count: 'leads whose first touch lies in the period and who ever reached the stage or a later one',
    stepConversion: 'count of the stage / count of the stage before',
    overallConversion: 'count of the stage / count of the first stage',
    dropOff: '1 − stepConversion',
    medianDaysInStage:
      'median of the calendar days from first reaching the stage to first reaching a later one, over leads who reached both in that order',
    openValue: 'sum of the amounts of open deals that stand at the stage',
    weightedValue:
      'sum of amount × probability of the same deals; the probability of the deal, else of the stage',
  },
  rows: (cells, { workspace: { stages } }) => {
    const byStage = new Map<unknown, CellRow[]>(stages.map(({ name }) => [name, []]));
    for (const row of cells) byStage.get(row.by.stage ?? null)?.push(row);
    const rows: MetricRow[] = [];
    let count = 0;
    const counts = stages
      .toReversed()
      .map(({ name }) => (count += sum(byStage.get(name) ?? [], 'leads')))
      .reverse();
    stages.forEach(({ name: stage }, k) => {
      const own = byStage.get(stage) ?? [];
      const step = k === 0 ? null : ratio(counts[k] ?? 0, counts[k - 1] ?? 0);
      rows.push({
        stage,
        count: counts[k] ?? 0,
        stepConversion: step,
        overallConversion: ratio(counts[k] ?? 0, counts[0] ?? 0),
        dropOff: step === null ? null : 1 - step,
        medianDaysInStage: percentile(daysOf(own), 0.5),
        openValue: perCurrency(own, 'openValue'),
        weightedValue: perCurrency(own, 'weightedValue'),
      });
    });
    return rows;
  },
};

const sum = (rows: readonly CellRow[], measure: string): number =>
  rows.reduce((total, { sums }) => total + (sums[measure] ?? 0), 0);

const daysOf = (rows: readonly CellRow[]): readonly Count[] =>
  rows.flatMap(({ by, sums }): Count[] => (typeof by.days === 'number' ? [[by.days, sums.left ?? 0]] : []));

const perCurrency = (rows: readonly CellRow[], measure: string): MetricValue =>
  rows.flatMap(({ by, sums }) =>
    typeof by.currency === 'string' ? [{ amount: sums[measure] ?? 0, currency: by.currency }] : [],
  );
