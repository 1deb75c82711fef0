import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../../test/support/folder.ts';
import {
  CheckpointConflict,
  InvalidRequest,
  ReadStoreUnavailable,
  UnknownDimension,
  UnknownProjection,
} from '../errors.ts';
import type { Batch, CellDelta, Generation, ReadStore } from '../port.ts';
import { openSqliteReadStore } from './index.ts';

const schema = { dimensions: { n: 'integer' }, measures: ['leads'], indexes: ['n'] } as const;
const given = { name: 'deals', version: 1, fingerprint: '', schema, createdAt: 0 };

const batch = (follows: number, count = 1, change: Partial<Batch> = {}): Batch => ({
  follows,
  position: follows + 1,
  entities: Array.from({ length: count }, (_, n) => ({ id: `e${n}`, state: { n }, due: null, quality: [] })),
  cells: Array.from({ length: count }, (_, n): CellDelta => ({ cell: { n }, add: { leads: 1 } })),
  park: [],
  release: [],
  ...change,
});

describe('a read store that commits in a thread', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let reads: ReadStore;
  let deals: Generation;

  beforeEach(async () => {
    folder = temporaryFolder();
    reads = openSqliteReadStore({ dir: folder.path, largeBatch: 0 });
    deals = await reads.create(given);
  });
  afterEach(async () => {
    await reads.close();
    folder.remove();
  });

  const total = async (): Promise<number | undefined> => {
    const { value } = await reads.cells(deals, { measures: ['leads'], by: [], where: {} });
    return value[0]?.sums.leads;
  };

  it('lets this thread go on meanwhile', async () => {
    const progress = { turns: 0, done: false };
    const committing = reads.commit(deals, batch(0, 2_000)).then(() => (progress.done = true));
    for (; !progress.done; progress.turns++) await turn();
    await committing;
    expect(progress.turns).toBeGreaterThan(2);
    expect(await total()).toBe(2_000);
  });

  it('shows a commit to this thread as soon as it is acknowledged', async () => {
    for (let follows = 0; follows < 5; follows++) {
      await reads.commit(deals, batch(follows));
      expect(await reads.checkpoint(deals)).toEqual({ position: follows + 1, batch: follows + 1 });
      expect(await total()).toBe(follows + 1);
    }
  });

  it('refuses with the errors of a store that commits here, and goes on', async () => {
    await reads.commit(deals, batch(0));
    const conflict = reads.commit(deals, batch(0));
    await expect(conflict).rejects.toBeInstanceOf(CheckpointConflict);
    await expect(conflict).rejects.toMatchObject({ actual: 1 });
    const backwards = reads.commit(deals, batch(1, 1, { position: 0 }));
    await expect(backwards).rejects.toBeInstanceOf(InvalidRequest);
    await expect(backwards).rejects.toMatchObject({ rule: 'position' });
    const odd = batch(1, 1, { cells: [{ cell: { colour: 1 }, add: {} }] });
    await expect(reads.commit(deals, odd)).rejects.toBeInstanceOf(UnknownDimension);
    const unknown = { name: 'deals', generation: 9 };
    await expect(reads.commit(unknown, batch(0))).rejects.toBeInstanceOf(UnknownProjection);
    await reads.commit(deals, batch(1));
    expect(await total()).toBe(2);
  });

  it('commits what was given at once one after the other, however many', async () => {
    const others = await Promise.all(
      Array.from({ length: 6 }, (_, n) => reads.create({ ...given, name: `deals-${n}` })),
    );
    await Promise.all(others.map(other => reads.commit(other, batch(0, 50))));
    for (const other of others) expect((await reads.checkpoint(other)).batch).toBe(1);
  });

  it('finishes what is under way when it is closed, and takes no more', async () => {
    const under = reads.commit(deals, batch(0, 500));
    await turn();
    await Promise.all([under, reads.close()]);
    await expect(reads.commit(deals, batch(1))).rejects.toBeInstanceOf(ReadStoreUnavailable);
    reads = openSqliteReadStore({ dir: folder.path });
    expect(await reads.checkpoint(deals)).toEqual({ position: 1, batch: 1 });
  });

  it('is away while its thread can’t begin, and back when it can', async () => {
    const [catalog, aside] = ['catalog.sqlite', 'aside.sqlite'].map(file => join(folder.path, file));
    for (const ending of ['', '-wal', '-shm'])
      if (existsSync(catalog! + ending)) renameSync(catalog! + ending, aside! + ending);
    writeFileSync(catalog!, 'no database at all, but long enough to be looked at as one'.repeat(40));
    await expect(reads.commit(deals, batch(0))).rejects.toBeInstanceOf(ReadStoreUnavailable);
    for (const ending of ['', '-wal', '-shm'])
      if (existsSync(aside! + ending)) renameSync(aside! + ending, catalog! + ending);
    await reads.commit(deals, batch(0));
    expect(await total()).toBe(1);
  });

  it('indexes one that went live empty when a list is asked for', async () => {
    await reads.promote(deals);
    await reads.commit(deals, batch(0, 30));
    const page = await reads.entities(deals, { where: { n: 7 }, limit: 9 });
    expect(page.value.entities.map(({ id }) => id)).toEqual(['e7']);
    await reads.commit(deals, batch(1, 8));
    expect((await reads.entities(deals, { where: { n: 7 }, limit: 9 })).value.entities).toHaveLength(1);
  });

  it('indexes a generation when it goes live, or when a list is asked for before', async () => {
    await reads.commit(deals, batch(0, 30));
    const page = await reads.entities(deals, { sort: '-n', limit: 2 });
    expect(page.value.entities.map(({ id }) => id)).toEqual(['e29', 'e28']);
    await reads.promote(deals);
    expect((await reads.entities(deals, { where: { n: 7 }, limit: 9 })).value.entities).toHaveLength(1);
    expect(readdirSync(folder.path)).toContain('deals.1.sqlite');
  });
});
