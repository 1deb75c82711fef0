import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { InvalidRequest, ReadStoreUnavailable } from '../errors.ts';
import { answer, connect, removeDatabase } from './connection.ts';

const failing = (code: string) => (): never => {
  throw new Database.SqliteError('made up', code);
};

describe('work on a database', () => {
  it('is answered by a promise, at once', async () => {
    let done = false;
    const answered = answer(() => {
      done = true;
      return 7;
    });
    expect(done).toBe(true);
    expect(await answered).toBe(7);
  });

  it.each([
    ...['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_TIMEOUT', 'SQLITE_LOCKED', 'SQLITE_FULL'],
    ...['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_FSYNC', 'SQLITE_CANTOPEN', 'SQLITE_CANTOPEN_ISDIR'],
    ...['SQLITE_READONLY', 'SQLITE_READONLY_DBMOVED', 'SQLITE_NOMEM', 'SQLITE_PROTOCOL'],
  ])('that fails by %s tells that the store is away', async code => {
    const refused = answer(failing(code));
    await expect(refused).rejects.toBeInstanceOf(ReadStoreUnavailable);
    await expect(refused).rejects.toMatchObject({
      message: 'the read store is away: made up',
      cause: { code },
    });
  });

  it.each([
    'SQLITE_CORRUPT',
    'SQLITE_NOTADB',
    'SQLITE_CONSTRAINT_PRIMARYKEY',
    'SQLITE_ERROR',
    'SQLITE_MISUSE',
  ])('that fails by %s fails by that: waiting would not help', async code => {
    await expect(answer(failing(code))).rejects.toMatchObject({
      name: 'SqliteError',
      code,
      message: 'made up',
    });
  });

  it('rejects with what else it throws, as it is', async () => {
    for (const thrown of [new InvalidRequest('day', 'no day'), new TypeError('bug'), new Error('odd')]) {
      const refused = answer(() => {
        throw thrown;
      });
      await expect(refused).rejects.toBe(thrown);
    }
  });

  it('is known to be away by its code, whatever class the error has', async () => {
    const refused = answer(() => {
      throw Object.assign(new Error('of another realm'), { code: 'SQLITE_BUSY' });
    });
    await expect(refused).rejects.toThrow('the read store is away: of another realm');
  });
});

describe('a database file', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder.path, 'deals.1.sqlite');
  });
  afterEach(() => {
    chmodSync(folder.path, 0o700);
    folder.remove();
  });

  it('is made where it is missing, and syncs as it is told', () => {
    for (const [synchronous, level] of [
      ['NORMAL', 1],
      ['FULL', 2],
    ] as const) {
      const db = connect(file, synchronous);
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(db.pragma('synchronous', { simple: true })).toBe(level);
      db.close();
    }
    expect(existsSync(file)).toBe(true);
  });

  it('waits 5 s for another writer, unless it is told otherwise', () => {
    for (const [db, ms] of [
      [connect(file, 'FULL'), 5_000],
      [connect(file, 'FULL', 40), 40],
    ] as const) {
      expect(db.pragma('busy_timeout', { simple: true })).toBe(ms);
      db.close();
    }
  });

  it('is refused by the engine’s code where there is no folder, a folder, or no database', async () => {
    await expect(answer(() => connect(join(folder.path, 'no', 'x.sqlite'), 'FULL'))).rejects.toThrow();
    mkdirSync(file);
    await expect(answer(() => connect(file, 'FULL'))).rejects.toMatchObject({
      name: 'ReadStoreUnavailable',
      message: 'the read store is away: unable to open database file',
    });
    const text = join(folder.path, 'notes.sqlite');
    writeFileSync(text, 'no database at all, but a long text. '.repeat(40));
    await expect(answer(() => connect(text, 'FULL'))).rejects.toMatchObject({ code: 'SQLITE_NOTADB' });
  });

  it('is removed with all that the engine keeps beside it, and nothing else', () => {
    for (const ending of ['', '-wal', '-shm', '-journal', '.bak', '-walrus'])
      writeFileSync(file + ending, 'x');
    writeFileSync(join(folder.path, 'deals.11.sqlite'), 'x');
    removeDatabase(file);
    expect(readdirSync(folder.path).sort()).toEqual([
      'deals.1.sqlite-walrus',
      'deals.1.sqlite.bak',
      'deals.11.sqlite',
    ]);
    // Again is no error.
    removeDatabase(file);
  });

  it('stays with who has it open when it is removed', () => {
    const db = connect(file, 'NORMAL');
    db.exec('CREATE TABLE numbers (n INTEGER); INSERT INTO numbers VALUES (7)');
    removeDatabase(file);
    expect(db.prepare('SELECT n FROM numbers').pluck().get()).toBe(7);
    db.close();
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
