import type { Metric } from '../../libs/metrics/define.ts';
import { ratio } from '../../libs/metrics/numbers.ts';
import type { CellRow } from '../../libs/read-store/port.ts';
import { activityCells, onDays } from '../orders/activity-cells.ts';
import { customers } from './customers.projection.ts';

/** How many customers stay away for too long, and come back. */
export const churn: Metric = {
  name: 'churn',
  version: 1,
  description: 'Customers who bought, stayed away for too long and came back, by period',
  projection: customers,
  cells: { measures: ['newCustomers', 'churned', 'wonBack'], on: 'day', dimensions: {} },
  periods: {
    grains: activityCells('day'),
    before: true,
    last: { on: 'day', measure: 'activeDay' },
    answers: onDays,
  },
  params: {
    inactiveDays: {
      description:
        "A customer is churned who has not bought for more than so many days; the workspace's own number (90) unless said",
      minimum: 1,
      maximum: 36_500,
    },
  },
  selects: ({ inactiveDays }, { workspace: { churn } }) => {
    const days = inactiveDays ?? churn.inactiveDays;
    return { where: { inactiveDays: [days, null] }, kept: churn.kept.includes(days) };
  },
  definitions: {
    known: 'customers who first bought before the end of the period',
    active: 'customers who bought in the period',
    churned:
      'times that a customer turned churned in the period: after a last purchase on day d from day d + inactiveDays + 1 on, until the next purchase',
    wonBack: 'times that a churned customer bought in the period',
    inactive: 'customers who are churned at the end of the period, that is at the end of the day `at`',
    churnRate: 'churned / customers who were known and not churned when the period began',
  },
  rows: (cells, _, { periods, measure }) => {
    const byPeriod = new Map(cells.map(({ by, sums }) => [by.period ?? null, sums]));
    const before = byPeriod.get(null);
    let known = sum(before, 'newCustomers');
    let inactive = sum(before, 'churned') - sum(before, 'wonBack');
    return periods.map(({ name, at }) => {
      const sums = byPeriod.get(name);
      const [churned, wonBack] = [sum(sums, 'churned'), sum(sums, 'wonBack')];
      const churnRate = ratio(churned, known - inactive);
      known += sum(sums, 'newCustomers');
      inactive += churned - wonBack;
      const active = sum(sums, measure);
      return { period: name, at, known, active, churned, wonBack, inactive, churnRate };
    });
  },
};

const sum = (sums: CellRow['sums'] | undefined, measure: string): number => sums?.[measure] ?? 0;
