import type { CellRow } from '../../../libs/read-store/port.ts';
import { fitTable } from './fit.ts';
import { heading, readable } from './values.ts';

/** Totals of a read model: dimensions first, then every measure. */
export const cellTable = (rows: readonly CellRow[], width: number | null): string => {
  const [first] = rows;
  const dimensions = Object.keys(first?.by ?? {});
  const measures = Object.keys(first?.sums ?? {});
  return fitTable(
    {
      columns: [
        ...dimensions.map(name => ({ title: heading(name) })),
        ...measures.map(name => ({ title: heading(name), numeric: true })),
      ],
      rows: rows.map(({ by, sums }) => [
        ...dimensions.map(name => (by[name] === null ? '(none)' : readable('', String(by[name])))),
        ...measures.map(name => readable('', sums[name])),
      ]),
    },
    width,
  );
};
