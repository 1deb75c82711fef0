import type { Database, Statement } from 'better-sqlite3';

import type { Stored } from './values.ts';

/** Rows per statement: measured; a third less time than one by one, and more rows gain nothing. */
const atOnce = 20;

/** Prepares an upsert of any number of rows of one width: the columns in order, one row after the other. */
export const upsert = (
  db: Database,
  table: string,
  width: number,
  set: readonly string[],
): ((rows: readonly Stored[]) => void) => {
  const change = set.length > 0 ? `UPDATE SET ${set.join(', ')}` : 'NOTHING';
  const statement = (rows: number): Statement<[readonly Stored[]]> => {
    const row = `(${repeat('?', width)})`;
    return db.prepare(`INSERT INTO ${table} VALUES ${repeat(row, rows)} ON CONFLICT DO ${change}`);
  };
  const one = statement(1);
  const many = statement(atOnce);
  return rows => {
    const block = width * atOnce;
    const whole = rows.length - (rows.length % block);
    for (let at = 0; at < whole; at += block) many.run(rows.slice(at, at + block));
    for (let at = whole; at < rows.length; at += width) one.run(rows.slice(at, at + width));
  };
};

const repeat = (text: string, times: number): string => new Array<string>(times).fill(text).join(', ');
