import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { ReadStoreUnavailable, UnknownProjection } from '../errors.ts';
import type { Batch, Generation, ProjectionId, ReadStore } from '../port.ts';
import { openSqliteReadStore } from './index.ts';

const schema = { dimensions: { origin: 'text' }, measures: ['leads'], indexes: [] } as const;
const given = { name: 'deals', version: 1, fingerprint: '', schema, createdAt: 0 };
const batch = (follows: number): Batch => ({
  follows,
  position: follows + 1,
  entities: [{ id: 'a', state: 1, due: null, quality: [] }],
  cells: [{ cell: {}, add: { leads: 1 } }],
  park: [],
  release: [],
});

describe('the files of the SQLite read store', () => {
  let dir: string;
  let open: ReadStore[];
  const store = (busyMs = 5_000): ReadStore => {
    const opened = openSqliteReadStore({ dir, busyMs });
    open.push(opened);
    return opened;
  };
  const databases = (): readonly string[] =>
    readdirSync(dir)
      .filter(file => file.endsWith('.sqlite'))
      .sort();
  const filled = async (reads: ReadStore): Promise<Generation> => {
    const made = await reads.create(given);
    await reads.commit(made, batch(0));
    return made;
  };
  const fileOf = (id: ProjectionId): string => join(dir, `${id.name}.${id.generation}.sqlite`);

  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'leadfold-')), 'deeper', 'down');
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map(each => each.close()));
    rmSync(join(dir, '..', '..'), { recursive: true, force: true });
  });

  it('are one per generation, in a folder that is made', async () => {
    const reads = store();
    await filled(reads);
    await filled(reads);
    expect(databases()).toEqual(['catalog.sqlite', 'deals.1.sqlite', 'deals.2.sqlite']);
  });

  it('of an older layout go when the store is opened, so that they are made anew', async () => {
    const before = store();
    await before.promote(await filled(before));
    await before.close();
    const catalog = new Database(join(dir, 'catalog.sqlite'));
    catalog.pragma('user_version = 0');
    catalog.close();
    const reads = store();
    expect([await reads.generations(), databases()]).toEqual([[], ['catalog.sqlite']]);
    expect((await filled(reads)).generation).toBe(2);
  });

  it('of a newer layout stay, and the store can’t be opened', async () => {
    const before = store();
    await filled(before);
    await before.close();
    const catalog = new Database(join(dir, 'catalog.sqlite'));
    catalog.pragma('user_version = 9');
    catalog.close();
    expect(store).toThrow(ReadStoreUnavailable);
    expect(databases()).toEqual(['catalog.sqlite', 'deals.1.sqlite']);
  });

  it('go with their generation, and leave nothing beside', async () => {
    const reads = store();
    const [first, second] = [await filled(reads), await filled(reads)];
    await reads.promote(first);
    await reads.promote(second);
    expect(readdirSync(dir).filter(file => file.startsWith('deals.1'))).toEqual([]);
    await reads.drop(second);
    expect(readdirSync(dir).filter(file => file.startsWith('deals'))).toEqual([]);
  });

  it('are let go of when the store is closed', async () => {
    const reads = store();
    await filled(reads);
    await reads.close();
    expect(readdirSync(dir).sort()).toEqual(['catalog.sqlite', 'deals.1.sqlite']);
  });

  it('that the catalogue does not know are removed at opening, and no others', async () => {
    const first = store();
    const kept = await filled(first);
    await first.close();
    for (const orphan of ['deals.9.sqlite', 'deals.9.sqlite-wal', 'deals.9.sqlite-shm', 'gone-2.1.sqlite'])
      writeFileSync(join(dir, orphan), 'left by a crash');
    for (const foreign of ['notes.txt', 'deals.sqlite', 'deals.1.sqlite.bak'])
      writeFileSync(join(dir, foreign), '');
    const reads = store();
    expect(
      readdirSync(dir)
        .filter(file => !file.startsWith('catalog'))
        .sort(),
    ).toEqual(['deals.1.sqlite', 'deals.1.sqlite.bak', 'deals.sqlite', 'notes.txt']);
    expect(await reads.checkpoint(kept)).toEqual({ position: 1, batch: 1 });
  });

  it('are left alone when another process opens the store', async () => {
    const reads = store();
    const made = await filled(reads);
    const empty = await reads.create(given);
    const other = store();
    expect(await other.checkpoint(made)).toEqual({ position: 1, batch: 1 });
    await reads.commit(empty, batch(0));
    expect(await other.checkpoint(empty)).toEqual({ position: 1, batch: 1 });
  });

  it('begin anew when one is lost: the generation is folded again from the start', async () => {
    const first = store();
    const made = await filled(first);
    await first.close();
    rmSync(fileOf(made));
    const reads = store();
    expect(await reads.checkpoint(made)).toEqual({ position: 0, batch: 0 });
    await reads.commit(made, batch(0));
    expect((await reads.load(made, ['a'])).size).toBe(1);
  });

  it('that another process opened while they were dropped do not come back', async () => {
    const [reads, other] = [store(), store()];
    const made = await filled(reads);
    await other.checkpoint(made);
    await reads.drop(made);
    await expect(other.commit(made, batch(1))).rejects.toThrow(UnknownProjection);
    await expect(other.load(made, ['a'])).rejects.toThrow(UnknownProjection);
    expect(existsSync(fileOf(made))).toBe(false);
  });

  it('are whole databases, which can be copied once the store is closed', async () => {
    const reads = store();
    const made = await filled(reads);
    await reads.close();
    const copy = join(dir, 'copy.sqlite');
    copyFileSync(fileOf(made), copy);
    const db = new Database(copy, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.prepare('SELECT sum(m0) FROM cells').pluck().get()).toBe(1);
    db.close();
  });

  it('are read while another process writes, as they were before', async () => {
    const reads = store();
    const made = await filled(reads);
    const writer = new Database(fileOf(made));
    writer.exec('BEGIN IMMEDIATE; UPDATE checkpoint SET position = 99');
    expect(await reads.checkpoint(made)).toEqual({ position: 1, batch: 1 });
    expect((await reads.cells(made, { measures: ['leads'], by: [], where: {} })).position).toBe(1);
    writer.exec('COMMIT');
    writer.close();
    expect((await reads.checkpoint(made)).position).toBe(99);
  });

  it('say that the store is away when another process keeps writing for too long', async () => {
    const reads = store(200);
    const made = await filled(reads);
    const writer = new Database(fileOf(made));
    writer.exec('BEGIN IMMEDIATE');
    await expect(reads.commit(made, batch(1))).rejects.toThrow(ReadStoreUnavailable);
    writer.exec('ROLLBACK');
    writer.close();
    await reads.commit(made, batch(1));
    expect((await reads.checkpoint(made)).batch).toBe(2);
  });

  it('answer cells from the primary key alone', async () => {
    const reads = store();
    const made = await filled(reads);
    const db = new Database(fileOf(made), { readonly: true });
    const plan = db
      .prepare<[], { detail: string }>(
        'EXPLAIN QUERY PLAN SELECT sum(m0) FROM cells WHERE on_day IN (-1) AND grain = 0',
      )
      .all()
      .map(({ detail }) => detail);
    db.close();
    expect(plan).toEqual([expect.stringContaining('SEARCH cells USING PRIMARY KEY (on_day=? AND grain=?)')]);
  });
});
