import type { CellDelta, CellQuery, CellRow, CellSchema } from '../read-store/port.ts';
import { totalsOf } from '../read-store/summaries.ts';
import { canonical } from './canonical.ts';
import { sumCells } from './sum-cells.ts';

/** The queries that together show every total: over all days and by each day dimension, of each summary by its months. */
export const wholeQueries = (schema: CellSchema): readonly CellQuery[] =>
  totalsOf(schema).flatMap(({ shape: { plain, days, measures } }, at) => {
    if (measures.length === 0) return [];
    const by = plain.map(({ name }) => ({ dimension: name }));
    const grain = at === 0 ? 'day' : 'month';
    return [[], ...days.map(dimension => [{ dimension, grain } as const])].map(day => ({
      measures,
      by: [...by, ...day],
      where: {},
    }));
  });

/** What a query should answer, by contributions that are added up. */
export const expectedRows = (
  schema: CellSchema,
  query: CellQuery,
  contributions: readonly CellDelta[],
): readonly CellRow[] => {
  const sums = sumCells(schema, query);
  sums.add(contributions);
  return sums.rows();
};

/** A group whose sums differ; no sums where the group is missing. */
export interface RowDifference {
  readonly by: CellRow['by'];
  readonly left: CellRow['sums'];
  readonly right: CellRow['sums'];
}

export const compareRows = (
  left: readonly CellRow[],
  right: readonly CellRow[],
): readonly RowDifference[] => {
  const others = new Map(right.map(row => [canonical(row.by), row]));
  const differences: RowDifference[] = [];
  for (const { by, sums } of left) {
    const key = canonical(by);
    const other = others.get(key);
    others.delete(key);
    if (other === undefined) differences.push({ by, left: sums, right: {} });
    else if (canonical(sums) !== canonical(other.sums))
      differences.push({ by, left: sums, right: other.sums });
  }
  for (const { by, sums } of others.values()) differences.push({ by, left: {}, right: sums });
  return differences;
};
