import type { Metric, MetricRow } from '../../libs/metrics/define.ts';
import { periodIndex } from '../../libs/projecting/periods.ts';
import { customers } from './customers.projection.ts';
import { returningMeasures } from './returning.ts';

/** How many of those who first bought in a period bought again in later ones. */
export const retention: Metric = {
  name: 'retention',
  version: 1,
  description: 'Customers by the period of their first purchase, and how many bought in each period since',
  projection: customers,
  cells: { measures: [], by: ['later'], on: 'first', dimensions: {} },
  periods: {
    grains: {
      week: { on: 'firstWeek', measure: returningMeasures.week },
      month: { on: 'first', measure: returningMeasures.month },
      quarter: { on: 'first', measure: returningMeasures.quarter },
      year: { on: 'first', measure: returningMeasures.year },
    },
    before: false,
    last: { on: 'day', measure: 'activeDay' },
    // Weeks stand on their Mondays, see `returning`.
    answers: (grain, cut) => grain !== 'week' || (!cut.from && !cut.to),
  },
  definitions: {
    cohort: 'the period of the first purchase; from and to select on its day',
    size: 'customers who first bought in it',
    active:
      'how many of these bought in that period, in the next one, and so on, to the period of the last purchase that is known of anybody; the retention of a period is its number / size',
  },
  rows: (cells, _, { grain, measure, periods, last }) => {
    if (last === null) return [];
    const cohorts = new Map<unknown, Map<unknown, number>>();
    for (const { by, sums } of cells) {
      const cohort = cohorts.get(by.period) ?? new Map<unknown, number>();
      cohorts.set(by.period, cohort.set(by.later, (cohort.get(by.later) ?? 0) + (sums[measure] ?? 0)));
    }
    return periods.flatMap(({ name, from }): MetricRow[] => {
      const cohort = cohorts.get(name);
      if (cohort === undefined) return [];
      const length = periodIndex(grain, last) - periodIndex(grain, from) + 1;
      const active = Array.from({ length }, (_, later) => cohort.get(later) ?? 0);
      return [{ cohort: name, size: active[0] ?? 0, active }];
    });
  },
};
