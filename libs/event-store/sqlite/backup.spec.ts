import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { events } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { EventStore } from '../port.ts';
import { backupDatabase } from './backup.ts';
import { checkIntegrity, openSqliteEventStore } from './index.ts';

describe('a backup of a log', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  let target: string;
  let store: EventStore;

  beforeEach(async () => {
    folder = temporaryFolder();
    file = join(folder.path, 'log.db');
    target = join(folder.path, 'copy.db');
    store = openSqliteEventStore({ file });
    await store.append('lead-1', events(100), 'NO_STREAM');
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const logIn = async (path: string) => {
    const copy = openSqliteEventStore({ file: path });
    const log = await copy.readAll(0, 100_000);
    await copy.close();
    return log;
  };
  /** More pages than one step copies. */
  const fill = async (): Promise<void> => {
    const text = 'x'.repeat(60_000);
    for (let n = 0; n < 8; n++)
      await store.append(
        `lead-big-${n}`,
        events(16, () => ({ data: { text } })),
        'NO_STREAM',
      );
  };

  it('is a log like the first, also of what stands in the write-ahead log alone', async () => {
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    await backupDatabase(file, target);
    expect(await logIn(target)).toEqual(await store.readAll(0, 1_000));
    expect(await checkIntegrity(target)).toEqual([]);
  });

  it('leaves the first as it is, open for appends', async () => {
    const before = await store.readAll(0, 1_000);
    await backupDatabase(file, target);
    expect(await store.readAll(0, 1_000)).toEqual(before);
    expect(await store.append('lead-1', events(1), 99)).toMatchObject({ position: 101 });
    expect(await logIn(target)).toHaveLength(100);
  });

  it('holds what the log held when it began, although others append meanwhile', async () => {
    await fill();
    const before = await store.readAll(0, 1_000);
    let appended = 0;
    const late: Promise<unknown>[] = [];
    const other = openSqliteEventStore({ file });
    await backupDatabase(file, target, {
      onProgress: () => {
        late.push(other.append(`late-${++appended}`, events(1), 'NO_STREAM'));
      },
    });
    await Promise.all(late);
    await other.close();
    expect(appended).toBeGreaterThan(1);
    expect(await logIn(target)).toEqual(before);
    expect(await store.head()).toBe(before.length + appended);
  });

  it('tells how many pages it has copied, and of how many', async () => {
    await fill();
    const told: (readonly [number, number])[] = [];
    await backupDatabase(file, target, { onProgress: (done, total) => told.push([done, total]) });
    const done = told.map(([pages]) => pages);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    const db = new Database(target, { readonly: true });
    const pages = db.pragma('page_count', { simple: true });
    db.close();
    expect(told.map(([, total]) => total).filter(total => total > 0)).toContain(pages);
  });

  it('stops when it is told to, between two steps, with the reason given', async () => {
    await fill();
    const stop = new AbortController();
    let steps = 0;
    const stopped = backupDatabase(file, target, {
      signal: stop.signal,
      onProgress: () => {
        if (++steps === 1) stop.abort(new Error('the operator changed his mind'));
      },
    });
    await expect(stopped).rejects.toThrow('the operator changed his mind');
    expect([steps, existsSync(target)]).toEqual([1, false]);
    // Nothing holds the log any more: it can be copied and appended to.
    await backupDatabase(file, join(folder.path, 'again.db'));
    expect(await store.append('lead-1', events(1), 99)).toMatchObject({ revision: 100 });
  });

  it('goes over an older one', async () => {
    await backupDatabase(file, target);
    await store.append('lead-1', events(50), 99);
    await backupDatabase(file, target);
    expect(await logIn(target)).toHaveLength(150);
  });

  it('is not made of a file that is missing, nor is one left', async () => {
    const missing = join(folder.path, 'missing.db');
    await expect(backupDatabase(missing, target)).rejects.toMatchObject({ code: 'SQLITE_CANTOPEN' });
    expect([existsSync(missing), existsSync(target)]).toEqual([false, false]);
  });

  it('is not made in a folder that is missing, nor in place of one', async () => {
    await expect(backupDatabase(file, join(folder.path, 'no', 'copy.db'))).rejects.toThrow(
      'directory does not exist',
    );
    mkdirSync(join(folder.path, 'taken'));
    await expect(backupDatabase(file, join(folder.path, 'taken'))).rejects.toThrow();
  });

  it('is not made of what is no database, nor over what is none', async () => {
    const text = join(folder.path, 'notes.txt');
    writeFileSync(text, 'no database, but long enough to be looked at: '.repeat(40));
    await expect(backupDatabase(text, target)).rejects.toMatchObject({ code: 'SQLITE_NOTADB' });
    const before = readFileSync(text);
    await expect(backupDatabase(file, text)).rejects.toThrow();
    expect(readFileSync(text).equals(before)).toBe(true);
  });

  it('that was cut off is found out before anybody relies on it', async () => {
    await fill();
    await backupDatabase(file, target);
    truncateSync(target, Math.floor(statSync(target).size / 2));
    const findings = await checkIntegrity(target).catch((error: unknown) => [String(error)]);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.join('\n')).toMatch(/malformed|page|missing/i);
  });
});
