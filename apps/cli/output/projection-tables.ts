import type { CellDifference, ProjectionStatus } from '../../../libs/projecting/port.ts';
import type { ParkedEvent } from '../../../libs/read-store/port.ts';
import { renderTable } from './table.ts';
import { printable } from './text.ts';
import { count, readable, seconds } from './values.ts';

const numeric = true;

/** The read models and how far they are. */
export const statusTable = (found: readonly ProjectionStatus[], width: number | null): string =>
  renderTable(
    {
      columns: [
        { title: 'name' },
        { title: 'version', numeric },
        { title: 'generation', numeric },
        { title: 'status' },
        { title: 'position', numeric },
        { title: 'lag', numeric },
        { title: 'events/s', numeric },
        { title: 'left', numeric },
        { title: 'parked', numeric },
      ],
      rows: found.map(one => [
        one.name,
        String(one.version),
        String(one.generation),
        one.status,
        count(one.position),
        count(one.lag),
        one.rate === null ? '–' : count(one.rate),
        one.etaSeconds === null || one.lag === 0 ? '–' : seconds(one.etaSeconds),
        count(one.parked),
      ]),
    },
    width,
  );

/** Totals of the live and the held read model side by side. */
export const differenceTable = (found: readonly CellDifference[], width: number | null): string => {
  const dimensions = [...new Set(found.flatMap(({ cell }) => Object.keys(cell)))];
  const rows = found.flatMap(({ cell, live, held }) =>
    [...new Set([...Object.keys(live), ...Object.keys(held)])]
      .filter(measure => (live[measure] ?? 0) !== (held[measure] ?? 0))
      .map(measure => [
        ...dimensions.map(dimension => value(cell[dimension])),
        measure,
        count(live[measure] ?? 0),
        count(held[measure] ?? 0),
        count((held[measure] ?? 0) - (live[measure] ?? 0)),
      ]),
  );
  const columns = [
    ...[...dimensions, 'measure'].map(title => ({ title })),
    ...['live', 'held', 'difference'].map(title => ({ title, numeric })),
  ];
  return renderTable({ columns, rows }, width);
};

/** Empty: the cell has no such dimension; `(none)`: the data has no value. */
const value = (given: string | number | null | undefined): string =>
  given === undefined ? '' : given === null ? '(none)' : readable('', String(given));

/** Events that wait, with the error of those that could not be folded. */
export const parkedTable = (
  found: readonly (ParkedEvent & { readonly projection: string })[],
  width: number | null,
): string =>
  renderTable(
    {
      columns: [
        { title: 'read model' },
        { title: 'entity' },
        { title: 'position', numeric },
        { title: 'event' },
        { title: 'type' },
        { title: 'error' },
      ],
      rows: found.map(({ projection, entity, position, eventId, type, error }) => [
        projection,
        printable(entity),
        count(position),
        eventId,
        type,
        printable(error ?? 'waits behind an earlier one'),
      ]),
    },
    width,
  );
