import type { Database } from 'better-sqlite3';

import type { CellPlan, DayPlan } from '../plan.ts';
import type { CellQuery, CellRow, DimensionValue } from '../port.ts';
import { answerRows, type FoundRow } from '../rows.ts';
import type { Shape } from '../shape.ts';
import { planReads, type CellRead, type Summary } from '../summaries.ts';
import { statementCache } from './statements.ts';
import { cellTable } from './tables.ts';
import type { Words } from './words.ts';
import { fromBucket, fromColumn, matches, toBucket, type Stored } from './values.ts';

/** Numbers of the grains in `cells.grain`. */
export const grains = { all: 0, none: 1, year: 2, month: 3, day: 4 } as const;

/** Powers of 100 that a bucket of one grain is divided by to get that of a coarser one. */
const precision = { year: 0, month: 1, day: 2 } as const;

/** Above any bucket. */
const endless = 100_000_000;

/** Prepares what answers cell queries of one generation. */
export const cellReader = (
  db: Database,
  totals: readonly [Summary, ...Summary[]],
  words: Words,
): ((query: CellQuery) => readonly CellRow[]) => {
  const prepared = statementCache<Stored[]>(db);

  const find = ({ place, shape, plan }: CellRead): readonly FoundRow[] => {
    const wishes = plan.where.map(({ at, values }) => {
      const type = shape.plain[at]?.type ?? 'text';
      return { at, values: [...new Set(values.flatMap(value => matches(type, value, words.find)))] };
    });
    const nothing = plan.measures.length === 0 || wishes.some(({ values }) => values.length === 0);
    if (nothing) return [];
    const args: Stored[] = [
      ...(plan.day ? [spansOf(plan.day)] : []),
      ...wishes.flatMap(({ values }) => values),
    ];
    const rows = prepared(toSql(cellTable(place), shape, plan, wishes)).all(...args);
    return rows.map(row => toFound(shape, plan, row, words));
  };

  return query =>
    answerRows(
      query.by.map(({ dimension }) => dimension),
      query.measures,
      planReads(totals, query).flatMap(find),
    );
};

/** Spans as rows of a table: grain, first bucket, bucket after the last, the divisor that makes the group's bucket, and the sign. */
const spansOf = (day: DayPlan): string => {
  const spans = day.spans.map(({ grain, from, to, minus }) => [
    grains[grain],
    from === undefined ? 0 : toBucket(from),
    to === undefined ? endless : toBucket(to),
    100 ** (precision[grain] - precision[day.grain]),
    minus ? -1 : 1,
  ]);
  return JSON.stringify(day.withNull ? [...spans, [grains.none, 0, 1, 1, 1]] : spans);
};

const toSql = (
  table: string,
  shape: Shape,
  plan: CellPlan,
  wishes: readonly { readonly at: number; readonly values: readonly unknown[] }[],
): string => {
  const groups = plan.by.map(({ at }) =>
    at === null ? `iif(totals.grain = ${grains.none}, NULL, totals.bucket / spans.divisor)` : `d${at}`,
  );
  const sums = plan.measures.map(({ at }) => (plan.day === null ? `sum(m${at})` : `sum(m${at} * sign)`));
  const conditions = wishes.map(({ at, values }) => `d${at} IN (${values.map(() => '?').join(', ')})`);
  const group =
    groups.length > 0 ? `GROUP BY ${groups.map((_, at) => at + 1).join(', ')}` : 'HAVING count(*) > 0';
  if (plan.day === null) {
    const every = [-1, ...shape.days.keys()].join(', ');
    const where = [`on_day IN (${every})`, `grain = ${grains.all}`, ...conditions].join(' AND ');
    return `SELECT ${[...groups, ...sums].join(', ')} FROM ${table} WHERE ${where} ${group}`;
  }
  return `
    WITH spans (grain, first, after, divisor, sign) AS MATERIALIZED
      (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?))
    SELECT ${[...groups, ...sums].join(', ')}
    FROM spans CROSS JOIN ${table} AS totals
      ON on_day = ${plan.day.at} AND totals.grain = spans.grain AND bucket >= first AND bucket < after
    WHERE ${['true', ...conditions].join(' AND ')} ${group}`;
};

const toFound = (shape: Shape, plan: CellPlan, row: readonly Stored[], words: Words): FoundRow => ({
  by: plan.by.map(({ at }, place): DimensionValue => {
    const stored = row[place] ?? null;
    if (at !== null) return fromColumn(shape.plain[at]?.type ?? 'text', stored, words.textOf);
    return typeof stored === 'number' && plan.day ? fromBucket(stored, plan.day.grain) : null;
  }),
  sums: row.slice(plan.by.length).map(Number),
});
