import type { Database } from 'better-sqlite3';

import type { Json } from '../../domain/event.ts';
import { indexed } from '../indexes.ts';
import { checkLimit, planPage, type PagePlan } from '../pages.ts';
import type { Entity, EntityId, EntityPage, EntityQuery, QualityFinding } from '../port.ts';
import type { Shape } from '../shape.ts';
import { fromStored, toStored } from '../text.ts';
import { statementCache } from './statements.ts';
import { toIndex, type Stored } from './values.ts';

type Row = [id: string, state: string, due: number | null, quality: string | null];

const select = 'SELECT id, state, due, quality FROM entities';

/** As many as are sorted quickly enough. */
const few = 2_000;

/** What answers questions about the entities of one generation. */
export interface EntityReader {
  load(ids: readonly EntityId[]): ReadonlyMap<EntityId, Entity>;
  page(query: EntityQuery): EntityPage;
  findings(): readonly Entity[];
  due(before: number, limit: number): readonly Entity[];
}

export const entityReader = (db: Database, shape: Shape): EntityReader => {
  const named = db
    .prepare<[string], Row>(
      'SELECT entities.id, state, due, quality FROM json_each(?) CROSS JOIN entities ON entities.id = value',
    )
    .raw();
  const found = db.prepare<[], Row>(`${select} WHERE quality IS NOT NULL ORDER BY id`).raw();
  const due = db
    .prepare<[number, number], Row>(`${select} WHERE due IS NOT NULL AND due <= ? ORDER BY due, id LIMIT ?`)
    .raw();
  const prepared = statementCache<Row>(db);

  const counted = statementCache<[number]>(db);

  /**
   * The index to go through, null where SQLite has no choice. It keeps no statistics here and would sort all that match: what is
   * few is sorted, and of what is many the page is picked in the order wanted.
   */
  const driving = (where: PagePlan['where'], sort: number | null): number | null => {
    if (where.length === 0 || (where.length === 1 && sort === null)) return null;
    const counts = where.map(({ at, value }) => {
      const among = `SELECT 1 FROM entities INDEXED BY entities_i${at} WHERE i${at} = ? LIMIT ${few + 1}`;
      const [count = 0] = counted(`SELECT count(*) FROM (${among})`).get(toIndex(value)) ?? [];
      return { at, count };
    });
    const least = counts.reduce((a, b) => (b.count < a.count ? b : a));
    return least.count > few && sort !== null ? sort : least.at;
  };

  return {
    load: ids => {
      const rows = named.all(JSON.stringify(ids.map(toStored)));
      return new Map(rows.map(row => [fromStored(row[0]), toEntity(row)]));
    },
    page: query => {
      const { where, sort, descending, limit, after, cursorAt } = planPage(shape.indexes, query);
      const key = sort === null ? 'id' : `i${sort}, id`;
      const conditions = where.map(({ at }) => `i${at} = ?`);
      const args: Stored[] = where.map(({ value }) => toIndex(value));
      if (after) {
        conditions.push(`(${key}) ${descending ? '<' : '>'} (${sort === null ? '?' : '?, ?'})`);
        args.push(...(sort === null ? [] : [toIndex(after.value)]), toStored(after.id));
      }
      const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
      const order = key.replaceAll(/\w+/g, column => column + (descending ? ' DESC' : ''));
      const index = driving(where, sort);
      const from = index === null ? '' : `INDEXED BY entities_i${index}`;
      const rows = prepared(`${select} ${from} ${filter} ORDER BY ${order} LIMIT ?`).all(...args, limit + 1);
      const entities = rows.slice(0, limit).map(toEntity);
      const last = entities.at(-1);
      const member = sort === null ? undefined : shape.indexes[sort];
      const value = last && member !== undefined ? indexed(last.state, member) : null;
      return { entities, nextCursor: last && rows.length > limit ? cursorAt(value, last.id) : null };
    },
    findings: () => found.all().map(toEntity),
    due: (before, limit) => {
      checkLimit(limit);
      return due.all(before, limit).map(toEntity);
    },
  };
};

const toEntity = ([id, state, due, quality]: Row): Entity => ({
  id: fromStored(id),
  state: JSON.parse(state) as Json,
  due,
  quality: quality === null ? [] : (JSON.parse(quality) as QualityFinding[]),
});
