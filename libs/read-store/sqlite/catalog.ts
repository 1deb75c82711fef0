import type { Database } from 'better-sqlite3';

import { InvalidRequest, ReadStoreUnavailable, UnknownProjection } from '../errors.ts';
import type { CellSchema, Generation, GenerationStatus, ProjectionId } from '../port.ts';

/** The list of generations; every change is one durable transaction. */
export interface Catalog {
  list(name?: string): readonly Generation[];
  find(id: ProjectionId): Generation | null;
  create(given: Omit<Generation, 'generation' | 'status'>): Generation;
  /** Answers the generations that it took off the list. */
  promote(id: ProjectionId): readonly ProjectionId[];
  hold(id: ProjectionId): void;
  drop(id: ProjectionId): void;
}

interface Row {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly fingerprint: string;
  readonly schema: string;
  readonly status: GenerationStatus;
  readonly created_at: number;
}

const tables = `
  CREATE TABLE IF NOT EXISTS names (
    name TEXT PRIMARY KEY,
    highest INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS generations (
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    schema TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (name, generation)
  ) STRICT, WITHOUT ROWID;`;

/** Of the generations' files: 1 since texts of dimensions are kept by number. */
const layout = 1;

/** Generations of an older layout are dropped: whoever keeps the read models folds them anew. */
const makeReady = (db: Database): void => {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > layout)
    throw new ReadStoreUnavailable(
      `the read models have layout ${found}, and this Leadfold knows up to ${layout}: use a newer one, or delete their folder, and they are built anew`,
    );
  db.exec(tables);
  if (found === layout) return;
  db.exec('DELETE FROM generations');
  db.pragma(`user_version = ${layout}`);
};

/** @throws ReadStoreUnavailable where a newer Leadfold has made the read models */
export const openCatalog = (db: Database): Catalog => {
  db.transaction(() => makeReady(db)).immediate();
  const all = db.prepare<[], Row>('SELECT * FROM generations ORDER BY name, generation');
  const ofName = db.prepare<[string], Row>('SELECT * FROM generations WHERE name = ? ORDER BY generation');
  const one = db.prepare<[string, number], Row>(
    'SELECT * FROM generations WHERE name = ? AND generation = ?',
  );
  const next = db
    .prepare<[string], number>(
      'INSERT INTO names VALUES (?, 1) ON CONFLICT DO UPDATE SET highest = highest + 1 RETURNING highest',
    )
    .pluck();
  const insert = db.prepare('INSERT INTO generations VALUES (?, ?, ?, ?, ?, ?, ?)');
  const setStatus = db.prepare('UPDATE generations SET status = ? WHERE name = ? AND generation = ?');
  const remove = db.prepare('DELETE FROM generations WHERE name = ? AND generation = ?');

  const existing = (id: ProjectionId): Row => {
    const row = one.get(id.name, id.generation);
    if (row === undefined) throw new UnknownProjection(id);
    return row;
  };

  const create = db.transaction((given: Omit<Generation, 'generation' | 'status'>): Generation => {
    const { name, version, fingerprint, schema, createdAt } = given;
    const generation = next.get(name) ?? 1;
    insert.run(name, generation, version, fingerprint, JSON.stringify(schema), 'building', createdAt);
    return { name, generation, version, fingerprint, schema, status: 'building', createdAt };
  });

  const promote = db.transaction((id: ProjectionId): readonly ProjectionId[] => {
    existing(id);
    const before = ofName
      .all(id.name)
      .filter(row => row.status === 'live' && row.generation !== id.generation);
    for (const row of before) remove.run(row.name, row.generation);
    setStatus.run('live', id.name, id.generation);
    return before.map(({ name, generation }) => ({ name, generation }));
  });

  const hold = db.transaction((id: ProjectionId) => {
    if (existing(id).status === 'live')
      throw new InvalidRequest('status', `${id.name} generation ${id.generation} is live and can't be held`);
    setStatus.run('held', id.name, id.generation);
  });

  return {
    list: name => (name === undefined ? all.all() : ofName.all(name)).map(toGeneration),
    find: id => {
      const row = one.get(id.name, id.generation);
      return row === undefined ? null : toGeneration(row);
    },
    create: given => create.immediate(given),
    promote: id => promote.immediate(id),
    hold: id => hold.immediate(id),
    drop: id => void remove.run(id.name, id.generation),
  };
};

const toGeneration = (row: Row): Generation => ({
  name: row.name,
  generation: row.generation,
  version: row.version,
  fingerprint: row.fingerprint,
  schema: JSON.parse(row.schema) as CellSchema,
  status: row.status,
  createdAt: row.created_at,
});
