import type { CellDifference, ProjectionStatus } from '../../../libs/projecting/port.ts';
import type { DimensionValue, ParkedEvent } from '../../../libs/read-store/port.ts';
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

/** A row for each measure of a cell that differs: what is live, what is held, and by how much it is more. */
export const differenceRows = (
  found: readonly CellDifference[],
): readonly Readonly<Record<string, DimensionValue>>[] =>
  found.flatMap(({ cell, live, held }) =>
    [...new Set([...Object.keys(live), ...Object.keys(held)])]
      .map(measure => ({ measure, live: live[measure] ?? 0, held: held[measure] ?? 0 }))
      .filter(one => one.live !== one.held)
      .map(one => ({ ...cell, ...one, difference: one.held - one.live })),
  );

/** Totals of the live and the held read model side by side. */
export const differenceTable = (found: readonly CellDifference[], width: number | null): string => {
  const dimensions = [...new Set(found.flatMap(({ cell }) => Object.keys(cell)))];
  const numbers = ['live', 'held', 'difference'];
  const rows = differenceRows(found).map(row => [
    ...dimensions.map(dimension => value(row[dimension])),
    String(row['measure']),
    ...numbers.map(name => count(Number(row[name]))),
  ]);
  const columns = [
    ...[...dimensions, 'measure'].map(title => ({ title })),
    ...numbers.map(title => ({ title, numeric })),
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
