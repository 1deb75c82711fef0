import type { EntityExplanation, Explanation, Where } from '../../../libs/projecting/port.ts';
import type { DimensionValue } from '../../../libs/read-store/port.ts';
import { renderJson } from './json.ts';
import { renderTable } from './table.ts';
import { printable } from './text.ts';
import { count, readable } from './values.ts';

/** The entities behind a total, and the total of all pages in the last line. */
export const explanationTable = ({ entities, total }: Explanation, width: number | null): string => {
  const measures = Object.keys(total);
  const line = (id: string, adds: Readonly<Record<string, number>>): readonly string[] => [
    printable(id),
    ...measures.map(measure => (adds[measure] === undefined ? '–' : count(adds[measure]))),
  ];
  return renderTable(
    {
      columns: [{ title: 'entity' }, ...measures.map(title => ({ title, numeric: true }))],
      rows: [...entities.map(({ id, adds }) => line(id, adds)), line('total', total)],
    },
    width,
  );
};

/** An entity: its state, what it adds to the cells that match, and its events. */
export const entityText = (found: EntityExplanation, where: Where, width: number | null): string => {
  const adds = found.contributions.filter(({ cell }) => matches(cell, where));
  const lines = [
    `${printable(found.id)}, at position ${found.position}`,
    '',
    'state',
    renderJson(found.state),
  ];
  if (found.quality.length > 0) lines.push('', `data quality: ${found.quality.map(printable).join(', ')}`);
  if (adds.length > 0) lines.push('', 'adds', contributionTable(adds, width));
  return [...lines, '', 'events', eventTable(found.events, width)].join('\n');
};

const matches = (cell: Readonly<Record<string, DimensionValue>>, where: Where): boolean =>
  Object.entries(where).every(([dimension, values]) =>
    values.some(value => {
      const own = cell[dimension];
      if (own === undefined) return false;
      return (
        own === value || (typeof own === 'string' && typeof value === 'string' && own.startsWith(`${value}-`))
      );
    }),
  );

const contributionTable = (adds: EntityExplanation['contributions'], width: number | null): string => {
  const dimensions = [...new Set(adds.flatMap(({ cell }) => Object.keys(cell)))];
  const measures = [...new Set(adds.flatMap(({ add }) => Object.keys(add)))];
  return renderTable(
    {
      columns: [
        ...dimensions.map(title => ({ title })),
        ...measures.map(title => ({ title, numeric: true })),
      ],
      rows: adds.map(({ cell, add }) => [
        ...dimensions.map(name => (cell[name] === undefined ? '' : readable('', text(cell[name])))),
        ...measures.map(name => (add[name] === undefined ? '' : count(add[name]))),
      ]),
    },
    width,
  );
};

const text = (value: DimensionValue): string => (value === null ? '(none)' : String(value));

const eventTable = (events: EntityExplanation['events'], width: number | null): string =>
  renderTable(
    {
      columns: [
        { title: 'position', numeric: true },
        { title: 'occurred' },
        { title: 'type' },
        { title: 'stream' },
        { title: 'revision', numeric: true },
      ],
      rows: events.map(event => [
        count(event.position),
        new Date(event.occurredAt).toISOString(),
        printable(event.type),
        event.stream,
        String(event.revision),
      ]),
    },
    width,
  );
