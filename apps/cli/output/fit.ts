import { renderTable, type Table } from './table.ts';
import { widthOf } from './width.ts';

/**
 * A table of which a terminal shows as many of the last columns as fit, at least the first number; a line says what was
 * left out.
 *
 * @param width columns of the terminal; null: all of the table
 */
export const fitTable = (table: Table, width: number | null): string => {
  if (width === null) return renderTable(table, null);
  const { length } = table.columns;
  const draw = (left: number): string => renderTable(without(table, left), width);
  const kept = table.columns.findIndex(({ numeric }) => numeric === true) + 1;
  let most = kept === 0 ? 0 : length - kept;
  let fewest = Math.max(0, most - Math.ceil(width / narrowest));
  while (fewest < most) {
    const middle = Math.floor((fewest + most) / 2);
    if (widthOf([draw(middle)]) <= width) most = middle;
    else fewest = middle + 1;
  }
  if (most === 0) return draw(0);
  const more = most === 1 ? '1 more column' : `${most} more columns`;
  return `${draw(most)}\n… and ${more}; --csv and --json have them all`;
};

/** Columns of a terminal that a number takes at least. */
const narrowest = 3;

const without = ({ columns, rows }: Table, left: number): Table => ({
  columns: columns.slice(0, columns.length - left),
  rows: rows.map(row => row.slice(0, columns.length - left)),
});
