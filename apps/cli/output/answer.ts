import type { MetricAnswer } from '../../../libs/metrics/define.ts';
import { flatRows } from '../../../libs/metrics/flat-rows.ts';
import { renderTable, type Column } from './table.ts';
import { count, heading, readable } from './values.ts';

/** An answer as a table. */
export const answerTable = (answer: MetricAnswer, width: number | null): string => {
  const rows = flatRows(answer);
  const groups = new Set(answer.rows.flatMap(({ by }) => Object.keys(by)));
  const names = [...new Set([...groups, ...rows.flatMap(row => Object.keys(row))])];
  const columns = names.map((name): Column => {
    const texts = groups.has(name) || rows.some(row => typeof row[name] === 'string');
    return { title: heading(/\+\d+$/.exec(name)?.[0] ?? name), numeric: !texts };
  });
  const cells = rows.map(row =>
    names.map(name => {
      if (groups.has(name)) return group(row[name]);
      return name in row ? readable(name, row[name]) : '';
    }),
  );
  return renderTable({ columns, rows: cells }, width);
};

/** A dimension's value; what the data lacks is told apart from a word. */
const group = (value: unknown): string =>
  value === null ? '(none)' : readable('', typeof value === 'number' ? String(value) : value);

/** What a reader should know besides the rows: how the numbers are defined, and what is doubtful. */
export const answerNotes = ({ definitions, quality, rows }: MetricAnswer): readonly string[] => [
  ...(rows.length === 0 ? ['no rows'] : []),
  ...Object.entries(definitions).map(([name, words]) => `${heading(name)}: ${words}`),
  ...quality.map(({ reason, count: found, kept, entities }) => {
    const some = entities.slice(0, 3).join(', ') + (found > 3 ? ', …' : '');
    return `data quality: ${reason}, ${count(found)} ${kept ? 'kept in' : 'left out of'} the totals (${some})`;
  }),
];
