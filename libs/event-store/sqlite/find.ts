import type { Database } from 'better-sqlite3';
import type { EventFilter, Position } from '../port.ts';
import { columns, type EventRow } from './rows.ts';

/** Rows that one call looks at, at most about. */
const window = 20_000;

/** Matching rows in log order, and the position up to which all were looked at; null is the log's end. */
export interface FoundRows {
  readonly rows: readonly EventRow[];
  readonly next: Position | null;
}

type Value = string | number;

interface Conditions {
  readonly sql: readonly string[];
  readonly values: readonly Value[];
}

const none: Conditions = { sql: [], values: [] };

const condition = (sql: string, value: Value | undefined): Conditions =>
  value === undefined ? none : { sql: [sql], values: [value] };

const all = (...parts: readonly Conditions[]): Conditions => ({
  sql: parts.flatMap(part => part.sql),
  values: parts.flatMap(part => part.values),
});

const where = (conditions: Conditions): string => conditions.sql.map(sql => ` AND ${sql}`).join('');

const occurred = ({ occurredFrom, occurredTo }: EventFilter): Conditions =>
  all(condition('occurred_at >= ?', occurredFrom), condition('occurred_at < ?', occurredTo));

/** A condition that an index answers in log order. */
interface Driver extends Conditions {
  readonly index: string;
}

const inLogOrder: Driver = { ...none, index: 'NOT INDEXED' };

const driverOf = ({ leadId, types }: EventFilter): Driver => {
  if (leadId !== undefined) return { ...condition('lead_id = ?', leadId), index: 'INDEXED BY events_lead' };
  if (types !== undefined) return { ...condition('type = ?', types[0]), index: 'INDEXED BY events_type' };
  return inLogOrder;
};

const isRange = (filter: EventFilter): boolean =>
  filter.leadId === undefined &&
  filter.types === undefined &&
  (filter.occurredFrom !== undefined || filter.occurredTo !== undefined);

/** Looks for rows of one type, or of any, in windows that the driver's index gives. */
const findWindow = (
  db: Database,
  filter: EventFilter,
  after: Position,
  limit: number,
  size: number,
): FoundRows => {
  const driver = driverOf(filter);
  // A short range of time is quicker by its own index, although that is not in log order.
  const few =
    isRange(filter) &&
    db
      .prepare<Value[], number>(
        `SELECT count(*) FROM (SELECT 1 FROM events WHERE true${where(occurred(filter))} LIMIT ${size})`,
      )
      .pluck()
      .get(...occurred(filter).values) !== size;
  const more = all(
    filter.leadId === undefined ? none : condition('type = ?', filter.types?.[0]),
    occurred(filter),
    condition("metadata ->> '$.actor' = ?", filter.actor),
  );
  // Where every row of the index fits, the limit alone bounds the work.
  const end =
    few || more.sql.length === 0
      ? null
      : (db
          .prepare<Value[], Position>(
            `SELECT position FROM events ${driver.index} WHERE position > ?${where(driver)} ORDER BY position LIMIT 1 OFFSET ${size - 1}`,
          )
          .pluck()
          .get(after, ...driver.values) ?? null);
  const rest = all(more, condition('position <= ?', end ?? undefined));
  const rows = db
    .prepare<Value[], EventRow>(
      `SELECT ${columns} FROM events ${few ? 'INDEXED BY events_occurred' : driver.index} WHERE position > ?${where(driver)}${where(rest)} ORDER BY position LIMIT ?`,
    )
    .raw()
    .all(after, ...driver.values, ...rest.values, limit + 1);
  return cut(rows, limit, end);
};

const cut = (rows: readonly EventRow[], limit: number, end: Position | null): FoundRows => {
  if (rows.length <= limit) return { rows, next: end };
  const page = rows.slice(0, limit);
  return { rows: page, next: page.at(-1)?.[0] ?? null };
};

/** Merges what was found by each type up to the position that all of them have looked at. */
const merge = (parts: readonly FoundRows[], limit: number): FoundRows => {
  const ends = parts.flatMap(part => (part.next === null ? [] : [part.next]));
  const end = ends.length === 0 ? null : Math.min(...ends);
  const rows = parts
    .flatMap(part => part.rows)
    .filter(row => end === null || row[0] <= end)
    .sort((a, b) => a[0] - b[0]);
  return cut(rows, limit, end);
};

/** Looks for events by a filter, in a bounded number of rows. @param limit at least 1 */
export const findRows = (db: Database, filter: EventFilter, after: Position, limit: number): FoundRows => {
  if (filter.types === undefined) return findWindow(db, filter, after, limit, window);
  const types = [...new Set(filter.types)];
  const size = Math.ceil(window / Math.max(1, types.length));
  return merge(
    types.map(type => findWindow(db, { ...filter, types: [type] }, after, limit, size)),
    limit,
  );
};
