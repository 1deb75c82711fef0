import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { anEvent } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { plainCodec } from '../codec.ts';
import { StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { EventStore, ExpectedRevision } from '../port.ts';
import { prepareAppend, type PreparedAppend } from '../prepare.ts';
import { commitThread, type CommitThread } from './commit-elsewhere.ts';
import { openSqliteEventStore } from './index.ts';
import { openLog } from './schema.ts';

const prepared = (stream: string, expected: ExpectedRevision = 'ANY'): PreparedAppend =>
  prepareAppend(stream, [anEvent()], expected, plainCodec);

describe('a thread that commits', () => {
  const folder = temporaryFolder();
  let count = 0;
  let file: string;
  let thread: CommitThread;

  beforeEach(() => {
    file = join(folder.path, `${++count}.db`);
    openLog(file).close();
    thread = commitThread(file);
  });
  afterEach(() => thread.close());
  afterAll(() => folder.remove());

  it('answers for each call of a group what became of it', async () => {
    const result = await thread.write(
      [
        [prepared('lead-1', 'NO_STREAM')],
        [prepared('lead-2'), prepared('lead-1', 'NO_STREAM'), prepared('lead-3')],
        [prepared('lead-1', 0)],
      ],
      1_000,
    );
    expect(result).toEqual({
      outcomes: [
        [{ revision: 0, position: 1, duplicates: [] }],
        { stream: 'lead-1', expected: 'NO_STREAM', actual: 0 },
        [{ revision: 1, position: 3, duplicates: [] }],
      ],
      written: 3,
    });
  });

  it('records events at the time it is given', async () => {
    await thread.write([[prepared('lead-1')]], 1_234);
    const db = openLog(file);
    expect(db.prepare('SELECT recorded_at FROM events').pluck().all()).toEqual([1_234]);
    db.close();
  });

  it('says that the file is busy, and has written nothing', async () => {
    const other = openLog(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await thread.write([[prepared('lead-1')]], 1)).toMatchObject({
      busy: true,
      outcomeUnknown: false,
    });
    other.exec('COMMIT');
    expect(await thread.write([[prepared('lead-1')]], 1)).toMatchObject({ written: 1 });
    other.close();
  });

  it('leaves it unknown what was written when it ends, and is there again for the next group', async () => {
    const late = join(folder.path, 'late.db');
    writeFileSync(late, 'name,origin\n'.repeat(1_000));
    const broken = commitThread(late);
    const failed = await broken.write([[prepared('lead-1')]], 1);
    expect(failed).toMatchObject({ busy: false, outcomeUnknown: true });
    expect(String('error' in failed && failed.error)).toContain('not a Leadfold log');
    writeFileSync(late, '');
    openLog(late).close();
    expect(await broken.write([[prepared('lead-1')]], 1)).toMatchObject({ written: 1 });
    await broken.close();
  });

  it('may be closed twice, and before it has done anything', async () => {
    await thread.close();
    await thread.close();
  });
});

describe('a store that commits in a thread', () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'events.db');
  let store: EventStore;

  beforeEach(() => {
    store = openSqliteEventStore({ file, commitThread: true, busyWaitMs: 300 });
  });
  afterEach(() => store.close());
  afterAll(() => folder.remove());

  it('reads what it has acknowledged', async () => {
    const { position } = await store.append('lead-read', [anEvent()], 'NO_STREAM');
    expect((await store.readAll(position - 1, 1)).map(event => event.stream)).toEqual(['lead-read']);
    expect(await store.head()).toBe(position);
  });

  it('rejects with the error of a store that commits here', async () => {
    await store.append('lead-known', [anEvent()], 'NO_STREAM');
    const refused = store.append('lead-known', [anEvent()], 'NO_STREAM');
    await expect(refused).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(refused).rejects.toMatchObject({ stream: 'lead-known', actual: 0 });
  });

  it('goes on with other work while it writes, and rings when it has', async () => {
    let rang = false;
    const stop = store.onAppended(() => (rang = true));
    const appended = new AbortController();
    const appending = store.append('lead-work', [anEvent()], 'ANY').then(() => appended.abort());
    let turns = 0;
    for (; !appended.signal.aborted; turns++) await turn();
    expect(turns).toBeGreaterThan(2);
    await appending;
    await turn();
    await turn();
    expect(rang).toBe(true);
    stop();
  });

  it('gives up on a file that stays busy, and goes on afterwards', async () => {
    const other = openLog(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append('lead-busy', [anEvent()], 'ANY')).rejects.toThrow(StoreUnavailable);
    other.exec('COMMIT');
    other.close();
    expect(await store.append('lead-busy', [anEvent()], 'ANY')).toMatchObject({ revision: 0 });
  });

  it('finishes what was begun before it closes', async () => {
    const appending = Promise.all(
      Array.from({ length: 50 }, (_, n) => store.append(`lead-end-${n}`, [anEvent()], 'NO_STREAM')),
    );
    await store.close();
    expect(await appending).toHaveLength(50);
    await expect(store.append('lead-late', [anEvent()], 'ANY')).rejects.toThrow(StoreUnavailable);
  });
});
