import type { Database } from 'better-sqlite3';
import type { Clock, RecordedEvent } from '../../domain/event.ts';
import { plainCodec, type PersonalCodec } from '../codec.ts';
import { StoreUnavailable } from '../errors.ts';
import type { EventStore } from '../port.ts';
import { prepareAppend } from '../prepare.ts';
import { commitThread } from './commit-elsewhere.ts';
import { doorbell } from './doorbell.ts';
import { findRows } from './find.ts';
import { groupCommit } from './group-commit.ts';
import { patiently, turn } from './patience.ts';
import { columns, rowDecoder, type EventRow } from './rows.ts';
import { openLog } from './schema.ts';
import { groupWriter } from './write-group.ts';

export { backupDatabase, type BackupOptions } from './backup.ts';
export { checkIntegrity, type IntegrityOptions } from './integrity.ts';

export interface SqliteEventStoreOptions {
  /** The log's file; it is made where it's missing, in a folder that exists. */
  readonly file: string;
  /** Gives `recordedAt`, which never runs backwards even where the clock does. */
  readonly clock?: Clock;
  readonly codec?: PersonalCodec;
  /** How often to look for appends of other processes while somebody listens, ms; 100 by default. */
  readonly pollMs?: number;
  /** How long appends wait while another process writes, ms; 5,000 by default. */
  readonly busyWaitMs?: number;
  /** Whether a thread of its own commits: this one goes on while the disk syncs, and each commit takes a little longer. */
  readonly commitThread?: boolean;
}

/** Rows that one statement reads before the event loop gets a turn. */
const pageOfAll = 5_000;
const pageOfStream = 500;

/** The store over an open database, which it closes in the end. */
export const sqliteEventStore = (
  db: Database,
  {
    clock = Date.now,
    codec = plainCodec,
    pollMs = 100,
    busyWaitMs = 5_000,
    commitThread: inThread = false,
  }: Omit<SqliteEventStoreOptions, 'file'> = {},
): EventStore => {
  const decode = rowDecoder(codec);
  const bell = doorbell(db, pollMs);
  const thread = inThread ? commitThread(db.name) : undefined;
  const commits = groupCommit(thread?.write ?? groupWriter(db), { clock, busyWaitMs, onCommit: bell.ring });
  const all = db
    .prepare<[number, number], EventRow>(
      `SELECT ${columns} FROM events WHERE position > ? ORDER BY position LIMIT ?`,
    )
    .raw();
  const ofStream = db
    .prepare<[string, number, number], EventRow>(
      `SELECT ${columns} FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`,
    )
    .raw();
  const last = db.prepare<[], number>('SELECT coalesce(max(position), 0) FROM events').pluck();
  let closing: Promise<void> | undefined;

  const refuseWhenClosed = (): void => {
    if (closing !== undefined) throw new StoreUnavailable('the event store is closed');
  };

  const read = <T>(work: () => T): Promise<T> => patiently(() => db.open, work);

  async function* readStream(stream: string, from = 0): AsyncGenerator<RecordedEvent, void, undefined> {
    let revision = from;
    for (;;) {
      const start = revision;
      const rows = await read(() => ofStream.all(stream, start, pageOfStream));
      for (const row of rows) yield decode(row);
      const end = rows.at(-1);
      if (end === undefined || rows.length < pageOfStream) return;
      revision = end[2] + 1;
    }
  }

  const readAll = async (after: number, limit: number): Promise<readonly RecordedEvent[]> => {
    const events: RecordedEvent[] = [];
    let position = after;
    for (;;) {
      const size = Math.min(pageOfAll, limit - events.length);
      if (size <= 0) return events;
      const start = position;
      const rows = await read(() => all.all(start, size));
      for (const row of rows) events.push(decode(row));
      const end = rows.at(-1);
      if (end === undefined || rows.length < size) return events;
      position = end[0];
      if (size === pageOfAll) await turn();
    }
  };

  return {
    append: async (stream, events, expected) => {
      refuseWhenClosed();
      return commits.append(prepareAppend(stream, events, expected, codec));
    },
    appendEach: async appends => {
      refuseWhenClosed();
      if (appends.length === 0) return [];
      return commits.appendEach(
        appends.map(({ stream, events, expected }) => prepareAppend(stream, events, expected, codec)),
      );
    },
    readStream,
    readAll,
    find: async (filter, after, limit) => {
      if (limit < 1) return { events: [], next: after };
      const { rows, next } = await read(() => findRows(db, filter, after, limit));
      return { events: rows.map(decode), next };
    },
    head: () => read(() => last.get() ?? 0),
    onAppended: bell.listen,
    close: () =>
      (closing ??= commits.drained().then(async () => {
        await thread?.close();
        bell.close();
        db.close();
      })),
  };
};

/**
 * Opens the log in one SQLite file. Several processes may have it open at once.
 *
 * @example
 * const store = openSqliteEventStore({ file: 'data/events.db' });
 * await store.append('lead-1', [event], 'NO_STREAM');
 * @throws UnusableLog when the file is no log, is a newer Leadfold's, or can't be opened
 */
export const openSqliteEventStore = ({ file, ...options }: SqliteEventStoreOptions): EventStore =>
  sqliteEventStore(openLog(file), options);
