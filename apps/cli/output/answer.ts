import type { MetricAnswer } from '../../../libs/metrics/define.ts';
import { flatRows } from '../../../libs/metrics/flat-rows.ts';
import { fitTable } from './fit.ts';
import type { Column } from './table.ts';
import { count, heading, readable, readableColumn } from './values.ts';

/** An answer as a table. The terminal shows as many of the numbers as fit, at least the first. */
export const answerTable = (answer: MetricAnswer, width: number | null): string => {
  const rows = flatRows(answer);
  const groups = new Set(answer.rows.flatMap(({ by }) => Object.keys(by)));
  const names = [...new Set([...groups, ...rows.flatMap(row => Object.keys(row))])];
  const columns = names.map((name): Column => {
    const texts = groups.has(name) || rows.some(row => typeof row[name] === 'string');
    return { title: heading(listed.exec(name)?.[0] ?? name), numeric: !texts };
  });
  const shown = names.map(name => columnOf(name, rows, groups.has(name)));
  const cells = rows.map((_, at) => shown.map(column => column[at] ?? ''));
  return fitTable({ columns, rows: cells }, width);
};

/** The place of a number in a list. */
const listed = /\+\d+$/;

/** A column's cells; empty where a list has ended. */
const columnOf = (
  name: string,
  rows: readonly Readonly<Record<string, unknown>>[],
  isGroup: boolean,
): readonly string[] => {
  const values = rows.map(row => row[name]);
  if (isGroup) return values.map(group);
  const shown = readableColumn(name, values);
  return rows.map((row, at) => (name in row ? (shown[at] ?? '') : ''));
};

/** A dimension's value; what the data lacks is told apart from a word. */
const group = (value: unknown): string =>
  value === null ? '(none)' : readable('', typeof value === 'number' ? String(value) : value);

/** What a reader should know besides the rows: how the numbers are defined, and what is doubtful. */
export const answerNotes = ({ definitions, quality, rows }: MetricAnswer): readonly string[] => [
  ...Object.entries(rows.length === 0 ? {} : definitions).map(
    ([name, words]) => `${heading(name)}: ${words}`,
  ),
  ...quality.map(({ reason, count: found, kept, entities }) => {
    const some = entities.slice(0, 3).join(', ') + (found > 3 ? ', …' : '');
    return `data quality: ${reason}, ${count(found)} ${kept ? 'kept in' : 'left out of'} the totals (${some})`;
  }),
];
