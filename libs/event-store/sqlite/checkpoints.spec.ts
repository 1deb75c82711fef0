import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anEvent } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { plainCodec } from '../codec.ts';
import { prepareAppend } from '../prepare.ts';
import { checkpointer, checkpoints, type Checkpoints } from './checkpoints.ts';
import { openLog } from './schema.ts';
import { groupWriter, type WriteGroup } from './write-group.ts';

interface Reach {
  readonly log: number;
  readonly checkpointed: number;
}

describe('checkpoints of the log', () => {
  const folder = temporaryFolder();
  let count = 0;
  let db: Database;
  let write: WriteGroup;
  let streams = 0;
  let kept: Checkpoints | undefined;

  beforeEach(() => {
    db = openLog(join(folder.path, `${++count}.db`));
    db.pragma('wal_checkpoint(TRUNCATE)');
    write = groupWriter(db);
  });
  afterEach(async () => {
    await kept?.close();
    kept = undefined;
    db.close();
  });
  afterAll(() => folder.remove());

  const reach = (): Reach => db.prepare<[], Reach>('PRAGMA wal_checkpoint(NOOP)').get() as Reach;
  const commit = (times = 1): void => {
    for (let n = 0; n < times; n++) {
      write([[prepareAppend(`lead-${++streams}`, [anEvent()], 'NO_STREAM', plainCodec)]], 1_000);
      kept?.committed();
    }
  };
  /** Looks now and then; the test's time-out is the bound. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await setTimeout(10);
  };
  const stored = (): unknown => db.prepare('SELECT count(*) FROM events').pluck().get();

  it('leave a short write-ahead log alone', async () => {
    kept = checkpoints(db, { pages: 10_000 });
    commit(40);
    await setTimeout(100);
    expect(reach().checkpointed).toBe(0);
  });

  it('move pages in a thread once enough of them gather', async () => {
    kept = checkpoints(db, { pages: 50, restart: 100_000 });
    commit(80);
    const { log } = reach();
    await until(() => reach().checkpointed > 0);
    expect(reach().log).toBe(log);
    expect(stored()).toBe(80);
  });

  it('let the write-ahead log begin anew, so that it stays short however much is written', async () => {
    kept = checkpoints(db, { pages: 50, restart: 100 });
    let longest = 0;
    for (let n = 0; n < 60; n++) {
      commit(16);
      longest = Math.max(longest, reach().log);
      await setTimeout(5);
    }
    expect(stored()).toBe(960);
    // Each commit adds several pages: without a new beginning there would be some thousands.
    expect(longest).toBeLessThan(2_500);
    expect(reach().log).toBeLessThan(longest);
  });

  it('go on when the thread was ended and close twice', async () => {
    kept = checkpoints(db, { pages: 200, restart: 100_000 });
    // Some commits at a time, for it is they that ask the thread: without one the pages would only gather.
    const caughtUp = (): boolean => {
      commit(8);
      const { log, checkpointed } = reach();
      return log - checkpointed < 200;
    };
    commit(80);
    await until(caughtUp);
    await kept.close();
    commit(80);
    await until(caughtUp);
    await kept.close();
  });

  it('put up with what the disk refuses', () => {
    const other = openLog(db.name);
    const checkpoint = checkpointer(other);
    commit(5);
    checkpoint();
    expect(reach().checkpointed).toBe(reach().log);
    other.close();
    expect(() => checkpoint()).not.toThrow();
    commit(1);
    expect(stored()).toBe(6);
  });
});
