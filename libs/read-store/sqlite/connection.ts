import { rmSync } from 'node:fs';

import Database from 'better-sqlite3';

import { ReadStoreUnavailable } from '../errors.ts';

/**
 * Opens a database file in WAL mode, making it if it is not there.
 *
 * @param busyMs how long a writer waits for another, ms
 */
export const connect = (file: string, synchronous: 'NORMAL' | 'FULL', busyMs = 5_000): Database.Database => {
  const db = new Database(file, { timeout: busyMs });
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${synchronous}`);
  return db;
};

/** Removes a database file that is closed here; another process that has it open keeps it until it closes it. */
export const removeDatabase = (file: string): void => {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(file + ending, { force: true });
};

const away = /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|FULL|READONLY|NOMEM|PROTOCOL)/;

/** By its code: the driver's error class is not one and the same wherever the module is loaded more than once. */
const isAway = (error: unknown): error is { readonly message: string } =>
  typeof error === 'object' && error !== null && 'code' in error && away.test(String(error.code));

/** Runs work on a database as a promise; a database that is away becomes ReadStoreUnavailable. */
export const answer = <T>(work: () => T): Promise<T> =>
  new Promise(resolve => {
    try {
      resolve(work());
    } catch (error) {
      if (isAway(error)) throw new ReadStoreUnavailable(`the read store is away: ${error.message}`, error);
      throw error;
    }
  });
