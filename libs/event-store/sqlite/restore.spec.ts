import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { anEvent } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { RecordedEvent } from '../../domain/event.ts';
import { InvalidAppend, UnusableLog } from '../errors.ts';
import { checkIntegrity, openSqliteEventStore } from './index.ts';
import { restoreLog } from './restore.ts';

const logOf = (count: number, streams = 3): RecordedEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    ...anEvent({ data: { n, personal: { email: `${n}@example.org` } } }),
    stream: `lead-${n % streams}`,
    revision: Math.floor(n / streams),
    position: n + 1,
    recordedAt: 1_000 + n,
  }));

async function* from<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  await Promise.resolve();
  yield* items;
}

describe('a log that is written from events', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder.path, 'log.db');
  });
  afterEach(() => folder.remove());

  const held = async (): Promise<readonly RecordedEvent[]> => {
    const store = openSqliteEventStore({ file });
    const log = await store.readAll(0, 100_000);
    await store.close();
    return log;
  };
  const count = (): unknown => {
    const db = new Database(file, { readonly: true });
    const rows = db.prepare('SELECT count(*) FROM events').pluck().get();
    db.close();
    return rows;
  };

  it('has them as they were, with the times at which they were recorded', async () => {
    const log = logOf(20);
    expect(await restoreLog(file, from(log))).toBe(20);
    expect(await held()).toEqual(log);
    expect(await checkIntegrity(file)).toEqual([]);
  });

  it('counts positions from 1 where those of the other engine leave gaps', async () => {
    const log = logOf(5).map(event => ({ ...event, position: event.position * 317 }));
    await restoreLog(file, from(log));
    expect((await held()).map(({ position }) => position)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is empty where there are none, and is a log', async () => {
    expect(await restoreLog(file, from([]))).toBe(0);
    expect([await held(), await checkIntegrity(file)]).toEqual([[], []]);
  });

  it('goes on where a stream stands, and knows its ids', async () => {
    const log = logOf(6);
    await restoreLog(file, from(log));
    const store = openSqliteEventStore({ file });
    expect(await store.append('lead-0', [log[0]!], 'ANY')).toMatchObject({
      revision: 0,
      duplicates: [log[0]!.id],
    });
    expect(await store.append('lead-0', [anEvent()], 1)).toMatchObject({ revision: 2, position: 7 });
    await store.close();
  });

  it('writes personal data by the codec that it is given', async () => {
    const codec = {
      encode: (_: unknown, leadId: string | null) => `sealed for ${leadId}`,
      decode: () => null,
    };
    await restoreLog(file, from(logOf(1)), { codec });
    const db = new Database(file, { readonly: true });
    expect(db.prepare('SELECT data, personal FROM events').get()).toEqual({
      data: '{"n":0}',
      personal: 'sealed for l1',
    });
    db.close();
  });

  it('tells now and then how far it is', async () => {
    const told: number[] = [];
    expect(await restoreLog(file, from(logOf(12_000)), { onProgress: done => told.push(done) })).toBe(12_000);
    expect(told).toEqual([5_000, 10_000]);
  });

  it('stops when it is told to, and keeps the whole pages that it has', async () => {
    const stop = new AbortController();
    const restoring = restoreLog(file, from(logOf(12_000)), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(restoring).rejects.toThrow('enough');
    expect(count()).toBe(10_000);
  });

  it.each<[string, (log: RecordedEvent[]) => void, string]>([
    [
      'a revision that is there',
      log => (log[4] = { ...log[4]!, revision: 0 }),
      'events.stream, events.revision',
    ],
    [
      'an id that its stream has',
      log => (log[4] = { ...log[4]!, id: log[1]!.id }),
      'events.stream, events.id',
    ],
  ])('refuses %s, and leaves nothing of its page', async (_, spoil, columns) => {
    const log = logOf(6);
    spoil(log);
    const restoring = restoreLog(file, from(log));
    await expect(restoring).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE' });
    await expect(restoring).rejects.toThrow(columns);
    expect(count()).toBe(0);
  });

  it.each<[string, Partial<Record<keyof RecordedEvent, unknown>>, string]>([
    ['a stream without a name', { stream: '' }, 'stream-name'],
    ['an id that is none', { id: '7' }, 'event-id'],
    ['half a version', { version: 0.5 }, 'event-version'],
    ['data that is a list', { data: [] }, 'event-data'],
    ['an event that is too large', { data: { text: 'x'.repeat(1_000_000) } }, 'too-many-bytes'],
  ])('refuses %s by the rules of every append', async (_, changes, rule) => {
    const log = logOf(3).map((event, n) => (n === 2 ? ({ ...event, ...changes } as RecordedEvent) : event));
    const restoring = restoreLog(file, from(log));
    await expect(restoring).rejects.toBeInstanceOf(InvalidAppend);
    await expect(restoring).rejects.toMatchObject({ rule });
    expect(count()).toBe(0);
  });

  it('passes on what its source throws, and lets go of the file', async () => {
    async function* broken(): AsyncGenerator<RecordedEvent, void, undefined> {
      yield* from(logOf(3));
      throw new Error('line 5 is no JSON; the file may be cut off');
    }
    await expect(restoreLog(file, broken())).rejects.toThrow('line 5 is no JSON');
    expect([existsSync(`${file}-wal`), existsSync(`${file}-journal`)]).toEqual([false, false]);
    expect(count()).toBe(0);
    expect(await restoreLog(file, from(logOf(3)))).toBe(3);
  });

  it('is not written to a file that is something else, nor to a folder that is missing', async () => {
    const text = 'to be kept, '.repeat(100);
    writeFileSync(file, text);
    await expect(restoreLog(file, from(logOf(1)))).rejects.toMatchObject({ reason: 'not-a-log', file });
    await expect(restoreLog(join(folder.path, 'no', 'log.db'), from(logOf(1)))).rejects.toBeInstanceOf(
      UnusableLog,
    );
  });

  it('is not written over a log that holds other events', async () => {
    await restoreLog(file, from(logOf(4)));
    const before = await held();
    await expect(restoreLog(file, from(logOf(2)))).rejects.toMatchObject({ code: /^SQLITE_CONSTRAINT/ });
    expect(await held()).toEqual(before);
  });
});
