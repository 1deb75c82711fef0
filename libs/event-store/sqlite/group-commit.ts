import type { Database } from 'better-sqlite3';
import type { Clock } from '../../domain/event.ts';
import { StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { Appended } from '../port.ts';
import type { PreparedAppend } from '../prepare.ts';
import { sqliteCode } from './schema.ts';
import { logWriter, type Writer } from './write.ts';

/** One commit takes at most about this much, so that the event loop and other processes get their turn. */
const flushEvents = 2_000;
const flushBytes = 4_000_000;

/** Pause between two attempts at a busy file, ms. */
const busyPause = 2;

/** After so long of writing without a pause another process that waits for the file gets a chance, ms. */
const unbroken = 50;
const breath = 1;

interface Waiting {
  readonly appends: readonly PreparedAppend[];
  resolve(appended: readonly Appended[]): void;
  reject(error: Error): void;
}

/** What became of the appends of one call: all were taken, or one was refused and the rest left. */
type Outcome = readonly Appended[] | WrongExpectedRevision;

/** Appends that are committed together: one fsync serves all that wait. */
export interface GroupCommit {
  append(append: PreparedAppend): Promise<Appended>;
  /** Takes them in order up to the first that is refused. */
  appendEach(appends: readonly PreparedAppend[]): Promise<readonly Appended[]>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

/** Takes from the queue's front what one commit should hold. */
const takeGroup = (queue: Waiting[]): Waiting[] => {
  let events = 0;
  let bytes = 0;
  let size = 0;
  for (const { appends } of queue) {
    for (const append of appends) {
      events += append.events.length;
      bytes += append.bytes;
    }
    if (size > 0 && (events > flushEvents || bytes > flushBytes)) break;
    size++;
  }
  return queue.splice(0, size);
};

const writeEach = (writer: Writer, appends: readonly PreparedAppend[]): Outcome => {
  const taken: Appended[] = [];
  for (const append of appends) {
    const verdict = writer.write(append);
    if (verdict instanceof WrongExpectedRevision) return verdict;
    taken.push(verdict);
  }
  return taken;
};

/** A commit that failed for want of space left no commit mark in the file; of another failure nobody knows. */
const leftNothing = (error: unknown): boolean => /^SQLITE_(FULL|BUSY)/.test(sqliteCode(error) ?? '');

export interface GroupCommitOptions {
  readonly clock: Clock;
  /** How long appends wait for another process to let go of the file, ms. */
  readonly busyWaitMs: number;
  /** Called after a commit that wrote events. */
  readonly onCommit: () => void;
}

export const groupCommit = (
  db: Database,
  { clock, busyWaitMs, onCommit }: GroupCommitOptions,
): GroupCommit => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const beginWriter = logWriter(db);
  const queue: Waiting[] = [];
  let scheduled = false;
  let writingSince = 0;
  let lastEnd = 0;
  let busySince: number | null = null;
  let onDrained: (() => void)[] = [];

  const schedule = (pause = 0): void => {
    if (scheduled) return;
    scheduled = true;
    if (pause === 0) setImmediate(flush);
    else setTimeout(flush, pause);
  };

  const refuse = (group: readonly Waiting[], error: unknown, outcomeUnknown: boolean): void => {
    if (db.open && db.inTransaction) rollback.run();
    for (const waiting of group)
      waiting.reject(
        new StoreUnavailable(`the log could not be written: ${String(error)}`, outcomeUnknown, error),
      );
  };

  const writeGroup = (group: readonly Waiting[]): void => {
    let outcomes: Outcome[];
    let written: number;
    try {
      const writer = beginWriter(clock());
      outcomes = group.map(waiting => writeEach(writer, waiting.appends));
      written = writer.written();
    } catch (error) {
      refuse(group, error, false);
      return;
    }
    try {
      commit.run();
    } catch (error) {
      refuse(group, error, !leftNothing(error));
      return;
    }
    for (const [index, waiting] of group.entries()) {
      const outcome = outcomes[index];
      if (outcome instanceof WrongExpectedRevision) waiting.reject(outcome);
      else if (outcome !== undefined) waiting.resolve(outcome);
    }
    if (written > 0) onCommit();
  };

  /** Another process has the file: tries again soon, and gives up on all that wait when it lasts. */
  const waitOn = (error: unknown): void => {
    const now = performance.now();
    busySince ??= now;
    const busy = sqliteCode(error)?.startsWith('SQLITE_BUSY') === true;
    if (busy && now - busySince < busyWaitMs) {
      schedule(busyPause);
      return;
    }
    busySince = null;
    refuse(queue.splice(0), error, false);
    next();
  };

  const next = (): void => {
    if (queue.length > 0) {
      schedule(lastEnd - writingSince < unbroken ? 0 : breath);
      return;
    }
    for (const drained of onDrained) drained();
    onDrained = [];
  };

  const flush = (): void => {
    scheduled = false;
    if (queue.length === 0) {
      next();
      return;
    }
    try {
      begin.run();
    } catch (error) {
      waitOn(error);
      return;
    }
    busySince = null;
    const start = performance.now();
    if (start - lastEnd >= breath || start - writingSince >= unbroken) writingSince = start;
    writeGroup(takeGroup(queue));
    lastEnd = performance.now();
    next();
  };

  return {
    append: append =>
      new Promise((resolve, reject) => {
        queue.push({ appends: [append], resolve: ([appended]) => resolve(appended as Appended), reject });
        schedule();
      }),
    appendEach: appends =>
      new Promise((resolve, reject) => {
        queue.push({ appends, resolve, reject });
        schedule();
      }),
    drained: () =>
      new Promise(resolve => {
        onDrained.push(resolve);
        schedule();
      }),
  };
};
