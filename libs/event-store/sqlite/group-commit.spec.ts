import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { anEvent, events } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { plainCodec } from '../codec.ts';
import { StoreUnavailable } from '../errors.ts';
import type { ExpectedRevision } from '../port.ts';
import { prepareAppend } from '../prepare.ts';
import { groupCommit, type GroupCommit } from './group-commit.ts';
import { openLog } from './schema.ts';
import { groupWriter } from './write-group.ts';

describe('group commit', () => {
  const folder = temporaryFolder();
  let count = 0;
  let file: string;
  let db: Database.Database;
  let now: number;
  let commits: GroupCommit;
  const onCommit = jest.fn();

  beforeEach(() => {
    file = join(folder.path, `${++count}.db`);
    db = openLog(file);
    now = 1_000;
    onCommit.mockClear();
    commits = groupCommit(groupWriter(db), { clock: () => now, busyWaitMs: 300, onCommit });
  });
  afterEach(() => {
    db.close();
  });
  afterAll(() => folder.remove());

  const append = (stream: string, list = [anEvent()], expected: ExpectedRevision = 'ANY') =>
    commits.append(prepareAppend(stream, list, expected, plainCodec));

  const positions = (): unknown[] =>
    db.prepare('SELECT position FROM events ORDER BY position').pluck().all();
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

  it('commits once for all that wait', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, n) => append(`lead-${n}`)));
    expect(onCommit).toHaveBeenCalledTimes(1);
    expect(positions()).toEqual(upTo(100));
  });

  it('takes in what the same turn of the event loop brings later', async () => {
    const one = append('lead-1');
    await Promise.resolve();
    const two = append('lead-2');
    await Promise.all([one, two]);
    expect(onCommit).toHaveBeenCalledTimes(1);
  });

  it('does not commit much at once, and lets others work between', async () => {
    let over = false;
    let turns = 0;
    const count = async (): Promise<void> => {
      for (; !over; turns++) await turn();
    };
    const counting = count();
    await Promise.all(Array.from({ length: 10 }, (_, n) => append(`lead-${n}`, events(600))));
    over = true;
    await counting;
    expect(onCommit).toHaveBeenCalledTimes(4);
    expect(turns).toBeGreaterThanOrEqual(3);
    expect(positions()).toHaveLength(6_000);
  });

  it('commits a large append by itself', async () => {
    const text = 'x'.repeat(990_000);
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => append(`lead-${n}`, [anEvent({ data: { text } })])),
    );
    expect(onCommit.mock.calls.length).toBeGreaterThan(1);
    expect(positions()).toEqual(upTo(10));
  });

  it('does not report a commit that wrote nothing', async () => {
    const event = anEvent();
    await append('lead-1', [event]);
    onCommit.mockClear();
    await append('lead-1', [event]);
    await expect(append('lead-1', [anEvent()], 'NO_STREAM')).rejects.toMatchObject({ actual: 0 });
    expect(onCommit).not.toHaveBeenCalled();
  });

  it('never records an event before an earlier one, whatever the clock says', async () => {
    const recorded = () => db.prepare('SELECT recorded_at FROM events ORDER BY position').pluck().all();
    await append('lead-1');
    now = 400;
    await append('lead-2');
    now = 1_001;
    await append('lead-1');
    expect(recorded()).toEqual([1_000, 1_000, 1_001]);
  });

  describe('a full disk', () => {
    const pages = (more: number): void => {
      const size = Number(db.pragma('page_count', { simple: true }));
      db.pragma(`max_page_count = ${size + more}`);
    };

    it('refuses all of the commit, says that nothing was taken, and goes on when there is room', async () => {
      await append('lead-1');
      pages(3);
      const large = Array.from({ length: 20 }, (_, n) =>
        append(`lead-${n}`, [anEvent({ data: { text: 'x'.repeat(9_000) } })]),
      );
      const outcomes = await Promise.allSettled(large);
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { name: 'StoreUnavailable', outcomeUnknown: false },
        });
      expect(positions()).toEqual([1]);
      expect(db.inTransaction).toBe(false);
      pages(1_000);
      expect(await append('lead-1')).toMatchObject({ revision: 1, position: 2 });
      expect(positions()).toEqual([1, 2]);
    });
  });

  describe('a commit that fails', () => {
    it('says that nobody knows, unless it was for want of space', async () => {
      const commit = db.prepare('COMMIT');
      let failure: Error | undefined;
      const run = (): unknown => {
        if (failure !== undefined) throw failure;
        return commit.run();
      };
      const prepare = (sql: string): unknown => (sql === 'COMMIT' ? { run } : db.prepare(sql));
      const fragile = new Proxy(db, {
        get: (_, name): unknown => (name === 'prepare' ? prepare : Reflect.get(db, name)),
      });
      commits = groupCommit(groupWriter(fragile), { clock: () => now, busyWaitMs: 300, onCommit });
      for (const [code, outcomeUnknown] of [
        ['SQLITE_IOERR_FSYNC', true],
        ['SQLITE_FULL', false],
      ] as const) {
        failure = new Database.SqliteError('made up', code);
        const [one, two] = await Promise.allSettled([append('lead-1'), append('lead-2')]);
        expect(one).toMatchObject({ status: 'rejected', reason: { outcomeUnknown } });
        expect(two).toMatchObject({ status: 'rejected', reason: { outcomeUnknown } });
        expect(positions()).toEqual([]);
      }
      failure = undefined;
      expect(await append('lead-1')).toMatchObject({ position: 1 });
    });
  });

  describe('a file that another process writes', () => {
    let other: Database.Database;
    beforeEach(() => {
      other = openLog(file);
      other.exec('BEGIN IMMEDIATE');
    });
    afterEach(() => {
      other.close();
    });

    it('is waited for without holding up the event loop', async () => {
      const appending = Promise.all([append('lead-1'), append('lead-2')]);
      let turns = 0;
      const start = performance.now();
      while (performance.now() - start < 100) {
        await turn();
        turns++;
      }
      expect(turns).toBeGreaterThan(5);
      other.exec('COMMIT');
      expect(await appending).toHaveLength(2);
      expect(onCommit).toHaveBeenCalledTimes(1);
    });

    it('is given up in the end: nothing was written, and the store goes on', async () => {
      const refused = append('lead-1');
      await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(refused).rejects.toMatchObject({ outcomeUnknown: false });
      other.exec('COMMIT');
      expect(await append('lead-1')).toMatchObject({ revision: 0, position: 1 });
    });

    it('holds up draining only as long as the appends wait', async () => {
      const refused = append('lead-1').catch((error: unknown) => error);
      await commits.drained();
      expect(await refused).toBeInstanceOf(StoreUnavailable);
    });
  });

  it('is drained at once when nothing waits', async () => {
    await commits.drained();
    expect(positions()).toEqual([]);
  });
});
