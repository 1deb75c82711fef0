import {
  chmodSync,
  closeSync,
  openSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { aGeneration, anEntity, commitNext, leads, rowsOf } from '../../../test/support/reads.ts';
import { ReadStoreUnavailable } from '../errors.ts';
import type { Generation, ReadStore } from '../port.ts';
import { openSqliteReadStore } from './index.ts';

const many = Array.from({ length: 400 }, (_, n) =>
  anEntity(`e${n}`, { stage: 'lead', text: 'x'.repeat(200) }),
);

describe('a read store whose files are damaged', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let dir: string;
  let reads: ReadStore;
  let sound: Generation;
  let damaged: Generation;

  const fileOf = ({ name, generation }: Generation): string => join(dir, `${name}.${generation}.sqlite`);
  const reopened = (largeBatch = 1_000): ReadStore => (reads = openSqliteReadStore({ dir, largeBatch }));

  beforeEach(async () => {
    folder = temporaryFolder();
    dir = join(folder.path, 'read');
    reopened();
    [sound, damaged] = [await reads.create(aGeneration()), await reads.create(aGeneration({ name: 'lead' }))];
    for (const each of [sound, damaged]) {
      await commitNext(reads, each, { entities: many, cells: [leads({ origin: 'web' })] });
      await reads.promote(each);
    }
    await reads.close();
  });
  afterEach(async () => {
    await reads.close();
    chmodSync(dir, 0o700);
    folder.remove();
  });

  const garbage = (file: string): void => writeFileSync(file, 'this was a database once. '.repeat(400));
  const cutOff = (file: string): void => truncateSync(file, Math.floor(statSync(file).size / 2));
  const overwritten = (file: string, from = 4_096): void => {
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(statSync(file).size - from, 0x5a), 0, null, from);
    closeSync(handle);
  };

  const kinds: readonly [string, (file: string) => void, RegExp][] = [
    ['is no database', garbage, /^SQLITE_NOTADB$/],
    ['was cut off', cutOff, /^SQLITE_CORRUPT/],
    // All but the head, which says that it is a database.
    ['was overwritten', overwritten, /^SQLITE_CORRUPT/],
    // It can be opened, and its first tables can be read.
    ['has damaged rows', file => overwritten(file, 16 * 4_096), /^SQLITE_CORRUPT/],
  ];

  it.each(kinds)(
    'says by its code that a generation’s file %s, and goes on with the others',
    async (_, spoil, code) => {
      spoil(fileOf(damaged));
      reopened();
      const failed = await reads
        .load(
          damaged,
          many.map(({ id }) => id),
        )
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: expect.stringMatching(code) });
      expect(await rowsOf(reads, sound)).toEqual([[1]]);
      await commitNext(reads, sound, { cells: [leads({})] });
      expect(await rowsOf(reads, sound)).toEqual([[2]]);
    },
  );

  it.each(kinds)('says the same where a thread commits to a file that %s', async (_, spoil, code) => {
    spoil(fileOf(damaged));
    reopened(1);
    const batch = { follows: 1, position: 2, cells: [], park: [], release: [] };
    const entities = many.map(({ id }) => anEntity(id, { stage: 'won' }));
    const failed = await reads.commit(damaged, { ...batch, entities }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: expect.stringMatching(code) });
    await reads.commit(sound, { ...batch, entities });
    expect(await reads.checkpoint(sound)).toEqual({ position: 2, batch: 2 });
  });

  it('drops a damaged generation like any other, and folds the next one', async () => {
    garbage(fileOf(damaged));
    reopened();
    const next = await reads.create(aGeneration({ name: 'lead' }));
    await commitNext(reads, next, { entities: many });
    await reads.promote(next);
    expect((await reads.generations('lead')).map(({ generation, status }) => [generation, status])).toEqual([
      [2, 'live'],
    ]);
    expect(readdirSync(dir).filter(file => file.startsWith('lead.1'))).toEqual([]);
  });

  it('does not open where the catalogue is none, and leaves all files as they are', () => {
    garbage(join(dir, 'catalog.sqlite'));
    const before = readdirSync(dir);
    expect(() => openSqliteReadStore({ dir })).toThrow(expect.objectContaining({ code: 'SQLITE_NOTADB' }));
    expect(readdirSync(dir)).toEqual(before);
    reads = { close: () => Promise.resolve() } as ReadStore;
  });

  it('counts a catalogue that is lost as one without generations, and removes the files that nobody knows', async () => {
    for (const file of readdirSync(dir).filter(each => each.startsWith('catalog')))
      writeFileSync(join(dir, file), '');
    reopened();
    expect(await reads.generations()).toEqual([]);
    expect(readdirSync(dir).filter(file => !file.startsWith('catalog'))).toEqual([]);
    expect((await reads.create(aGeneration())).generation).toBe(1);
  });
});

describe('a read store whose files are locked', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let reads: ReadStore;
  beforeEach(() => {
    folder = temporaryFolder();
    reads = openSqliteReadStore({ dir: folder.path });
  });
  afterEach(async () => {
    await reads.close();
    folder.remove();
  });

  it('goes on reading while another writes, and says what it was before', async () => {
    const made = await reads.create(aGeneration());
    await commitNext(reads, made, { cells: [leads({}, 3)], entities: many.slice(0, 3) });
    const other = new Database(join(folder.path, 'deals.1.sqlite'));
    other.exec('BEGIN IMMEDIATE; UPDATE cells SET m0 = 99; DELETE FROM entities');
    expect(await rowsOf(reads, made)).toEqual([[3]]);
    expect((await reads.load(made, ['e0', 'e1'])).size).toBe(2);
    other.exec('ROLLBACK');
    other.close();
  });

  it('is away once it is closed, whatever it is asked, and closes twice', async () => {
    const made = await reads.create(aGeneration());
    await reads.close();
    const batch = { follows: 0, position: 1, entities: [], cells: [], park: [], release: [] };
    const calls: readonly (() => Promise<unknown>)[] = [
      () => reads.generations(),
      () => reads.create(aGeneration()),
      () => reads.promote(made),
      () => reads.hold(made),
      () => reads.drop(made),
      () => reads.checkpoint(made),
      () => reads.load(made, []),
      () => reads.commit(made, batch),
      () => reads.cells(made, { measures: [], by: [], where: {} }),
      () => reads.entities(made, { limit: 1 }),
      () => reads.findings(made),
      () => reads.due(made, 0, 1),
      () => reads.parked(made),
    ];
    for (const call of calls)
      await expect(call()).rejects.toThrow(new ReadStoreUnavailable('the read store is closed'));
  });
});
