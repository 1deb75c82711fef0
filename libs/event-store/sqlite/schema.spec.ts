import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { anEvent } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { UnusableLog } from '../errors.ts';
import { openSqliteEventStore } from './index.ts';
import { openLog } from './schema.ts';

describe('opening a log', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;

  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder.path, 'events.db');
  });
  afterEach(() => folder.remove());

  const unusable = (path = file): UnusableLog => {
    try {
      openSqliteEventStore({ file: path });
    } catch (error) {
      if (error instanceof UnusableLog) return error;
      throw error;
    }
    throw new Error('it opened');
  };

  const made = (sql: string): void => {
    const db = new Database(file);
    db.exec(sql);
    db.close();
  };

  it('makes a log where there is no file, or an empty one', async () => {
    writeFileSync(file, '');
    const store = openSqliteEventStore({ file });
    expect((await store.append('lead-1', [anEvent()], 'NO_STREAM')).position).toBe(1);
    await store.close();
  });

  it('is durable at each commit', () => {
    const db = openLog(file);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    // 2 is FULL.
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    db.close();
  });

  it('refuses a log of a newer program, and says so', async () => {
    await openSqliteEventStore({ file }).close();
    made('PRAGMA user_version = 99');
    const error = unusable();
    expect(error).toMatchObject({ reason: 'newer', file });
    expect(error.message).toContain('layout 99');
  });

  it.each([
    ['another database', 'CREATE TABLE notes (text TEXT)'],
    ['another program’s empty database', 'PRAGMA application_id = 7'],
    ['a versioned empty database', 'PRAGMA user_version = 1'],
  ])('refuses %s, and leaves it as it was', (_, sql) => {
    made(sql);
    expect(unusable()).toMatchObject({ reason: 'not-a-log' });
    const db = new Database(file, { readonly: true });
    expect(db.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'events'").pluck().get()).toBe(0);
    db.close();
  });

  it('refuses a file that is no database', () => {
    writeFileSync(file, 'name,origin\n'.repeat(1_000));
    expect(unusable()).toMatchObject({ reason: 'not-a-log' });
  });

  it('refuses a folder that does not exist, and a folder in place of a file', () => {
    expect(unusable(join(folder.path, 'nowhere', 'events.db'))).toMatchObject({ reason: 'away' });
    mkdirSync(file);
    expect(unusable()).toMatchObject({ reason: 'away' });
  });

  it('opens a log that was made but for its tables when the process died', () => {
    made('PRAGMA journal_mode = WAL');
    openLog(file).close();
  });

  it('does not make a log for a reader', () => {
    writeFileSync(file, '');
    expect(() => openLog(file, { readonly: true })).toThrow(UnusableLog);
    expect(() => openLog(join(folder.path, 'missing.db'), { readonly: true })).toThrow(UnusableLog);
  });
});
