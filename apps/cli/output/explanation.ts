import type { EntityExplanation, Explanation } from '../../../libs/projecting/port.ts';
import type { Counts } from '../../../libs/projecting/sum-cells.ts';
import type { DimensionValue } from '../../../libs/read-store/port.ts';
import { readableJson } from './json.ts';
import { fitTable } from './fit.ts';
import { renderTable } from './table.ts';
import { printable, wrapLines } from './text.ts';
import { count, heading, readable } from './values.ts';

/** The entities behind a total, and the total of all pages in the last line. */
export const explanationTable = ({ entities, total }: Explanation, width: number | null): string => {
  const measures = Object.keys(total);
  const line = (id: string, adds: Readonly<Record<string, number>>): readonly string[] => [
    printable(id),
    ...measures.map(measure => (adds[measure] === undefined ? '–' : count(adds[measure]))),
  ];
  return fitTable(
    {
      columns: [{ title: 'entity' }, ...measures.map(name => ({ title: heading(name), numeric: true }))],
      rows: [...entities.map(({ id, adds }) => line(id, adds)), line('total', total)],
    },
    width,
  );
};

/** An entity: its state, what it adds that counts in the cells asked for, and its events. */
export const entityText = (found: EntityExplanation, counts: Counts, width: number | null): string => {
  const adds = found.contributions.filter(counts);
  const lines = [
    `${printable(found.id)}, at position ${found.position}`,
    '',
    'state',
    readableJson(found.state),
  ];
  if (found.quality.length > 0) lines.push('', `data quality: ${found.quality.map(printable).join(', ')}`);
  if (adds.length > 0) lines.push('', 'adds', ...adds.map(contribution));
  const text = width === null ? lines.join('\n') : wrapLines(lines.join('\n'), width);
  return `${text}\n\nevents\n${eventTable(found.events, width)}`;
};

const contribution = ({ cell, add }: EntityExplanation['contributions'][number]): string => {
  const sums = Object.entries(add).map(([measure, value]) => `${measure} ${count(value)}`);
  const where = Object.entries(cell).map(([dimension, value]) => `${dimension} ${readable('', text(value))}`);
  return `  ${sums.join(', ')}: ${where.join(', ')}`;
};

const text = (value: DimensionValue): string => (value === null ? '(none)' : String(value));

const eventTable = (events: EntityExplanation['events'], width: number | null): string =>
  renderTable(
    {
      columns: [
        { title: 'position', numeric: true },
        { title: 'occurred', whole: true },
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
