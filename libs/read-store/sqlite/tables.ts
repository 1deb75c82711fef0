import type { Database } from 'better-sqlite3';

import type { Shape } from '../shape.ts';
import type { Summary } from '../summaries.ts';

/** Columns stand for parts of the schema by place (`d0`, `m0`, `i0`), so that no name reaches SQL. */
export const columns = (letter: 'd' | 'm' | 'i', of: readonly unknown[]): readonly string[] =>
  of.map((_, at) => `${letter}${at}`);

/** The table of the totals at a place: by all dimensions at 0, then the summaries. */
export const cellTable = (at: number): string => (at === 0 ? 'cells' : `cells${at}`);

/** Texts are there by their numbers; among integers stand texts for what is left out. */
const columnType = ({ plain }: Shape, at: number): string => (plain[at]?.type === 'text' ? 'INTEGER' : 'ANY');

const cellsSql = (table: string, shape: Shape): string => {
  const dimensions = columns('d', shape.plain);
  return `
    CREATE TABLE IF NOT EXISTS ${table} (
      on_day INTEGER NOT NULL,
      grain INTEGER NOT NULL,
      bucket INTEGER NOT NULL,
      ${dimensions.map((column, at) => `${column} ${columnType(shape, at)} NOT NULL,`).join('')}
      ${columns('m', shape.measures)
        .map(column => `${column} INTEGER NOT NULL,`)
        .join('')}
      PRIMARY KEY (${['on_day', 'grain', 'bucket', ...dimensions].join(', ')})
    ) STRICT, WITHOUT ROWID;`;
};

/** Makes the tables of a generation unless they are there, without the indexes of its entities. */
export const makeTables = (db: Database, totals: readonly [Summary, ...Summary[]]): void => {
  const [{ shape }] = totals;
  const indexes = columns('i', shape.indexes);
  const all = `
    CREATE TABLE IF NOT EXISTS checkpoint (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      position INTEGER NOT NULL,
      batch INTEGER NOT NULL
    ) STRICT;
    INSERT OR IGNORE INTO checkpoint VALUES (1, 0, 0);
    CREATE TABLE IF NOT EXISTS entities (
      id TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      due INTEGER,
      quality TEXT
      ${indexes.map(column => `, ${column} ANY NOT NULL`).join('')}
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS words (
      number INTEGER PRIMARY KEY,
      text TEXT NOT NULL UNIQUE
    ) STRICT;
    ${totals.map((each, at) => cellsSql(cellTable(at), each.shape)).join('\n')}
    CREATE TABLE IF NOT EXISTS parked (
      position INTEGER NOT NULL,
      entity TEXT NOT NULL,
      event_id TEXT NOT NULL,
      type TEXT NOT NULL,
      raw TEXT NOT NULL,
      error TEXT,
      PRIMARY KEY (position, entity)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS parked_entity ON parked (entity);`;
  db.transaction(() => db.exec(all)).immediate();
};

/** Makes the indexes of a generation's entities unless they are there: at once, which costs far less than one by one. */
export const makeIndexes = (db: Database, { indexes }: Shape): void => {
  const all = `
    CREATE INDEX IF NOT EXISTS entities_due ON entities (due, id) WHERE due IS NOT NULL;
    CREATE INDEX IF NOT EXISTS entities_quality ON entities (id) WHERE quality IS NOT NULL;
    ${columns('i', indexes)
      .map(column => `CREATE INDEX IF NOT EXISTS entities_${column} ON entities (${column}, id);`)
      .join('')}`;
  db.transaction(() => db.exec(all)).immediate();
};
