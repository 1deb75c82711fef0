import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { anEvent, events } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { Json } from '../../domain/event.ts';
import { UnusableLog } from '../errors.ts';
import { checkIntegrity, openSqliteEventStore } from './index.ts';

describe('checking a log', () => {
  const folder = temporaryFolder();
  let count = 0;
  let file: string;

  beforeEach(async () => {
    file = join(folder.path, `${++count}.db`);
    const store = openSqliteEventStore({ file });
    for (const stream of ['lead-1', 'lead-2', 'lead-10'])
      await store.append(
        stream,
        events(4, () => ({ data: { personal: { name: 'A' } } })),
        'NO_STREAM',
      );
    await store.append('lead-1', events(2), 3);
    await store.close();
  });
  afterAll(() => folder.remove());

  const damaged = (...sql: readonly string[]): void => {
    const db = new Database(file);
    // An index that is gone behind the schema's back is how a damaged file looks.
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    for (const statement of sql) db.exec(statement);
    db.close();
  };

  it('finds nothing in a sound log, nor in an empty one', async () => {
    expect(await checkIntegrity(file)).toEqual([]);
    const empty = join(folder.path, 'empty.db');
    await openSqliteEventStore({ file: empty }).close();
    expect(await checkIntegrity(empty)).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a hole in the log',
      'DELETE FROM events WHERE position = 6',
      /position 6 is missing: the next one is 7/,
    ],
    ['a log that begins late', 'DELETE FROM events WHERE position = 1', /position 1 is missing/],
    [
      'a hole in a stream',
      "UPDATE events SET revision = revision + 3 WHERE stream = 'lead-2' AND revision > 1",
      /stream lead-2 has no revision 2: the next one is 5/,
    ],
    [
      'a stream that begins late',
      'UPDATE events SET revision = 9 WHERE position = 5',
      /stream lead-2 has no revision 0/,
    ],
    [
      'revisions out of order',
      'UPDATE events SET revision = 99 WHERE position = 1; UPDATE events SET revision = 0 WHERE position = 2; UPDATE events SET revision = 1 WHERE position = 1',
      /stream lead-1 has revision 1 at position 1, before an earlier revision/,
    ],
    ['broken data', "UPDATE events SET data = '{' WHERE position = 3", /position 3 .* can't be read/],
    ['broken metadata', "UPDATE events SET metadata = '' WHERE position = 4", /position 4 .* can't be read/],
    [
      'broken personal data',
      "UPDATE events SET personal = 'x' WHERE position = 5",
      /position 5 .* can't be read/,
    ],
    [
      'a clock that ran back',
      'UPDATE events SET recorded_at = 5 WHERE position = 7',
      /position 7 was recorded before position 6/,
    ],
  ])('finds %s', async (_, sql, finding) => {
    damaged(sql);
    expect(await checkIntegrity(file)).toContainEqual(expect.stringMatching(finding));
  });

  it('finds an id that stands twice in a stream', async () => {
    damaged(
      'DROP INDEX events_stream_id',
      'CREATE INDEX events_stream_id ON events (stream, id)',
      'UPDATE events SET id = (SELECT id FROM events WHERE position = 1) WHERE position = 2',
    );
    expect(await checkIntegrity(file)).toEqual([
      expect.stringMatching(/stream lead-1 holds the id .* twice/),
    ]);
  });

  it('finds an index that lacks events', async () => {
    damaged(
      'DROP INDEX events_stream_revision',
      "CREATE UNIQUE INDEX events_stream_revision ON events (stream, revision) WHERE stream <> 'lead-2'",
      "UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX events_stream_revision ON events (stream, revision)' WHERE name = 'events_stream_revision'",
    );
    expect(await checkIntegrity(file)).toContain('the index of revisions holds 10 of 14 events');
  });

  it('reads personal data by its codec', async () => {
    const codec = {
      encode: (personal: Json) => `sealed ${JSON.stringify(personal)}`,
      decode: (text: string) => JSON.parse(text.slice(7)) as Json,
    };
    const sealed = join(folder.path, 'sealed.db');
    const store = openSqliteEventStore({ file: sealed, codec });
    await store.append('lead-1', [anEvent({ data: { personal: { name: 'A' } } })], 'ANY');
    await store.close();
    expect(await checkIntegrity(sealed, { codec })).toEqual([]);
    expect(await checkIntegrity(sealed)).toHaveLength(1);
  });

  it('tells how far it is, and stops when told to', async () => {
    const seen: (readonly [number, number])[] = [];
    await checkIntegrity(file, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([42, 42]);
    const controller = new AbortController();
    const checking = checkIntegrity(file, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(checking).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('stops at a number of findings', async () => {
    damaged("UPDATE events SET data = '{'");
    expect(await checkIntegrity(file, { most: 3 })).toHaveLength(3);
  });

  it('leaves out what is appended meanwhile', async () => {
    const store = openSqliteEventStore({ file });
    const appending: Promise<unknown>[] = [];
    const findings = await checkIntegrity(file, {
      onProgress: () => appending.push(store.append('lead-1', events(3), 'ANY')),
    });
    expect(findings).toEqual([]);
    await Promise.all(appending);
    await store.close();
    expect(await checkIntegrity(file)).toEqual([]);
  });

  it('refuses a file that is no log', async () => {
    await expect(checkIntegrity(join(folder.path, 'missing.db'))).rejects.toBeInstanceOf(UnusableLog);
  });
});
