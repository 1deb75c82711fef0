import type { Database } from 'better-sqlite3';
import { WrongExpectedRevision } from '../errors.ts';
import type { Appended } from '../port.ts';
import type { PreparedAppend } from '../prepare.ts';
import { sqliteCode } from './schema.ts';
import { logWriter, type Writer } from './write.ts';

/** The appends of one call: taken in order up to the first that is refused. */
export type Call = readonly PreparedAppend[];

/** What became of a call: all of it was taken, or one was refused and the rest left. */
export type Outcome = readonly Appended[] | Refusal;

/** Where a stream stood that was wanted elsewhere. */
export type Refusal = Pick<WrongExpectedRevision, 'stream' | 'expected' | 'actual'>;

/** What became of a group; plain data, so that it can come from another thread. */
export type GroupResult = WrittenGroup | FailedGroup;

export interface WrittenGroup {
  readonly outcomes: readonly Outcome[];
  /** Number of events that were written. */
  readonly written: number;
}

/** The group was not written, or nobody knows. */
export interface FailedGroup {
  readonly error: unknown;
  /** Another process has the file: nothing was tried. */
  readonly busy: boolean;
  readonly outcomeUnknown: boolean;
}

/** Writes calls in one transaction, at an epoch ms; it is over when it returns. */
export type WriteGroup = (calls: readonly Call[], now: number) => GroupResult;

const writeEach = (writer: Writer, call: Call): Outcome => {
  const taken: Appended[] = [];
  for (const append of call) {
    const verdict = writer.write(append);
    if (verdict instanceof WrongExpectedRevision) {
      const { stream, expected, actual } = verdict;
      return { stream, expected, actual };
    }
    taken.push(verdict);
  }
  return taken;
};

const isBusy = (error: unknown): boolean => sqliteCode(error)?.startsWith('SQLITE_BUSY') === true;

/** A commit that failed for want of space left no commit mark in the file; of another failure nobody knows. */
const leftNothing = (error: unknown): boolean => isBusy(error) || sqliteCode(error) === 'SQLITE_FULL';

/** Prepares the statements of a group's transaction. */
export const groupWriter = (db: Database): WriteGroup => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const beginWriter = logWriter(db);

  const failed = (error: unknown, outcomeUnknown: boolean): FailedGroup => {
    if (db.open && db.inTransaction) rollback.run();
    return { error, busy: false, outcomeUnknown };
  };

  return (calls, now) => {
    try {
      begin.run();
    } catch (error) {
      return { error, busy: isBusy(error), outcomeUnknown: false };
    }
    let result: WrittenGroup;
    try {
      const writer = beginWriter(now);
      const outcomes = calls.map(call => writeEach(writer, call));
      result = { outcomes, written: writer.written() };
    } catch (error) {
      return failed(error, false);
    }
    try {
      commit.run();
    } catch (error) {
      return failed(error, !leftNothing(error));
    }
    return result;
  };
};
