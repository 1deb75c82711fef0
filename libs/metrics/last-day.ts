import { periodIndex, periodStart } from '../projecting/periods.ts';
import type { At, CellRow, ProjectionId, ReadStore } from '../read-store/port.ts';
import type { Metric } from './define.ts';

/** The last day with data of a metric that asks for it: its month first, so that few totals are read. */
export const lastDay = async (
  reads: Pick<ReadStore, 'cells'>,
  id: ProjectionId,
  { periods }: Metric,
): Promise<At<string | null> | null> => {
  if (!periods?.last) return null;
  const { on, measure } = periods.last;
  const lastOf = ({ value }: At<readonly CellRow[]>): string | null => {
    const bucket = value.findLast(({ sums }) => (sums[measure] ?? 0) > 0)?.by[on];
    return typeof bucket === 'string' ? bucket : null;
  };
  const months = await reads.cells(id, {
    measures: [measure],
    by: [{ dimension: on, grain: 'month' }],
    where: {},
  });
  const month = lastOf(months);
  if (month === null) return { position: months.position, value: null };
  const from = `${month}-01`;
  const to = periodStart('month', periodIndex('month', from) + 1);
  const days = await reads.cells(id, {
    measures: [measure],
    by: [{ dimension: on }],
    where: {},
    range: { dimension: on, from, ...(to !== '~' && { to }) },
  });
  return { position: days.position === months.position ? days.position : -1, value: lastOf(days) };
};
