import type { Metric, MetricPeriod, MetricRow } from '../../libs/metrics/define.ts';
import type { CellRow } from '../../libs/read-store/port.ts';
import { activityCells, onDays } from '../orders/activity-cells.ts';
import { revenue } from './revenue.projection.ts';

/** What customers ordered. */
export const revenueByPeriod: Metric = {
  name: 'revenue',
  version: 1,
  description: 'Orders, their customers and their sum, by period and currency',
  projection: revenue,
  cells: {
    measures: ['orders', 'revenue'],
    by: ['currency'],
    on: 'ordered',
    dimensions: { origin: 'origin', campaign: 'campaign', country: 'country', currency: 'currency' },
  },
  periods: { grains: activityCells('ordered'), before: false, last: null, answers: onDays },
  definitions: {
    orders: 'orders that were placed in the period and are not cancelled',
    customers: 'customers with such an order',
    revenue: 'sum of the totals of these orders',
  },
  rows: (cells, _, { periods, measure, broken }) => {
    const found = new Map(cells.map(cell => [keyOf(cell.by.period, cell.by.currency), cell]));
    const currencies = [...new Set(cells.map(({ by }) => String(by.currency)))].sort();
    return periods.flatMap(period =>
      currencies.flatMap(currency => {
        const cell = found.get(keyOf(period.name, currency));
        return cell === undefined && broken ? [] : [rowOf(period, currency, measure, cell)];
      }),
    );
  },
};

const keyOf = (period: unknown, currency: unknown): string => `${String(period)} ${String(currency)}`;

const rowOf = (
  { name }: MetricPeriod,
  currency: string,
  measure: string,
  cell: CellRow | undefined,
): MetricRow => ({
  period: name,
  currency,
  orders: cell?.sums.orders ?? 0,
  customers: cell?.sums[measure] ?? 0,
  revenue: [{ amount: cell?.sums.revenue ?? 0, currency }],
});
