import type { Database, Statement } from 'better-sqlite3';

import type { Stored } from './values.ts';

/** More shapes of queries than a caller asks in earnest. */
const most = 200;

/** Prepares each statement once; rows come as arrays. */
export const statementCache = <Row extends readonly Stored[]>(
  db: Database,
): ((sql: string) => Statement<Stored[], Row>) => {
  const statements = new Map<string, Statement<Stored[], Row>>();
  return sql => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= most) statements.clear();
    const fresh = db.prepare<Stored[], Row>(sql).raw();
    statements.set(sql, fresh);
    return fresh;
  };
};
