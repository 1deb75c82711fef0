import { join } from 'node:path';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { StoreUnavailable } from '../errors.ts';
import { openLog, sqliteCode } from './schema.ts';

/** What was paused for, ms; no test waits for it. */
const paused: number[] = [];
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: (ms: number) => Promise.resolve(void paused.push(ms)),
  setImmediate: () => Promise.resolve(),
}));
const { patiently } = await import('./patience.ts');
beforeEach(() => {
  paused.length = 0;
});

const failing = (code: string): Error => new Database.SqliteError('made up', code);
const open = (): boolean => true;

/** Fails so often by a code, then answers. */
const after = (times: number, code: string) => {
  let calls = 0;
  return jest.fn(() => {
    if (calls++ < times) throw failing(code);
    return 'read';
  });
};

describe('a read that is patient', () => {
  it('answers at once where nothing is in the way', async () => {
    const work = jest.fn(() => 7);
    expect(await patiently(open, work)).toBe(7);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it.each(['SQLITE_BUSY', 'SQLITE_BUSY_RECOVERY', 'SQLITE_BUSY_SNAPSHOT'])(
    'tries again by %s until it is answered',
    async code => {
      const work = after(4, code);
      expect(await patiently(open, work)).toBe('read');
      expect(work).toHaveBeenCalledTimes(5);
    },
  );

  it.each(['SQLITE_IOERR_READ', 'SQLITE_CORRUPT', 'SQLITE_CORRUPT_VTAB', 'SQLITE_FULL', 'SQLITE_NOTADB'])(
    'says by %s that the log can’t be read, and does not try again',
    async code => {
      const work = after(Infinity, code);
      const refused = patiently(open, work);
      await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(refused).rejects.toMatchObject({
        message: "the log can't be read: SqliteError: made up",
        outcomeUnknown: false,
        cause: { code },
      });
      expect(work).toHaveBeenCalledTimes(1);
    },
  );

  it('passes on what is no matter of the engine', async () => {
    const errors = [new TypeError('bug'), Object.assign(new Error('odd'), { code: 'ENOENT' })];
    for (const error of errors) {
      const work = (): never => {
        throw error;
      };
      await expect(patiently(open, work)).rejects.toBe(error);
    }
  });

  it('is refused once the store is closed, also while it waits', async () => {
    const work = jest.fn(() => 7);
    const closed = patiently(() => false, work);
    await expect(closed).rejects.toThrow(new StoreUnavailable('the event store is closed'));
    expect(work).not.toHaveBeenCalled();
    let isOpen = true;
    const busy = jest.fn(() => {
      isOpen = false;
      throw failing('SQLITE_BUSY');
    });
    await expect(patiently(() => isOpen, busy)).rejects.toThrow('the event store is closed');
    expect(busy).toHaveBeenCalledTimes(1);
  });

  it('gives up after about five seconds, and has the event loop go on meanwhile', async () => {
    const work = after(Infinity, 'SQLITE_BUSY');
    await expect(patiently(open, work)).rejects.toMatchObject({
      name: 'StoreUnavailable',
      outcomeUnknown: false,
    });
    const waited = paused.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(5_000);
    expect(waited).toBeLessThan(5_100);
    expect(Math.max(...paused)).toBeLessThan(50);
  });
});

describe('the code of an engine’s error', () => {
  it('is told by its form, whatever class the error has', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record({ code: fc.oneof(fc.string(), fc.constantFrom('SQLITE_BUSY', 'SQLITE', 7)) }),
        ),
        error => {
          const code = (error as { code?: unknown } | null | undefined)?.code;
          const is = typeof error === 'object' && typeof code === 'string' && code.startsWith('SQLITE_');
          expect(sqliteCode(error)).toBe(is ? code : null);
        },
      ),
    );
  });

  it('comes from the engine itself for a file that another has', () => {
    const folder = temporaryFolder();
    const [one, other] = [openLog(join(folder.path, 'log.db')), openLog(join(folder.path, 'log.db'))];
    one.exec('BEGIN IMMEDIATE');
    let code: string | null = null;
    try {
      other.exec('BEGIN IMMEDIATE');
    } catch (error) {
      code = sqliteCode(error);
    }
    expect(code).toBe('SQLITE_BUSY');
    one.close();
    other.close();
    folder.remove();
  });
});
