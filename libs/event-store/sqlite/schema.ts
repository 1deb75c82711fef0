import Database from 'better-sqlite3';
import { UnusableLog } from '../errors.ts';

/** 'LFev', so that the file is told from any other SQLite database. */
const applicationId = 0x4c466576;

/** The newest layout that this program knows. */
const schemaVersion = 1;

/** How long opening waits for another process, and between two attempts, ms. */
const openingWait = 5_000;
const openingPause = 20;

/** How long a statement waits for another process before the event loop gets a turn, ms. */
const statementWait = 10;

/** The engine walks its whole cache after most commits, so a larger one costs each of them more than it saves. */
const cacheKiB = 16_384;

/** Pages that gather before they move to the main file: appends touch the same few pages again and again. */
const checkpointPages = 16_000;

/** The log's table and indexes. The rowid is the position, so an index on one column gives log order. */
export const logTables = `
CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  version INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  lead_id TEXT,
  data TEXT NOT NULL,
  personal TEXT,
  metadata TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_stream_revision ON events (stream, revision);
CREATE UNIQUE INDEX events_stream_id ON events (stream, id);
CREATE INDEX events_lead ON events (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX events_type ON events (type);
CREATE INDEX events_occurred ON events (occurred_at);
`;

type State = 'empty' | 'ready';

const numberOf = (db: Database.Database, pragma: string): number =>
  Number(db.pragma(pragma, { simple: true }));

const stateOf = (db: Database.Database, file: string): State => {
  const application = numberOf(db, 'application_id');
  const version = numberOf(db, 'user_version');
  if (application === applicationId) {
    if (version > schemaVersion)
      throw new UnusableLog(
        file,
        'newer',
        `${file} has layout ${version} of the log, and this Leadfold knows up to ${schemaVersion}: use a newer one`,
      );
    return 'ready';
  }
  const tables = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  if (application === 0 && version === 0 && tables === 0) return 'empty';
  throw new UnusableLog(file, 'not-a-log', `${file} is an SQLite database, but not a Leadfold log`);
};

const create = (db: Database.Database, file: string): void => {
  db.pragma('journal_mode = WAL');
  db.transaction(() => {
    // Another process may have come first.
    if (stateOf(db, file) === 'ready') return;
    db.exec(logTables);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
  }).immediate();
};

/** The SQLite code of an error, or null. The engine's errors are known by it, since their class is one per realm. */
export const sqliteCode = (error: unknown): string | null => {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  const { code } = error;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : null;
};

const unusable = (file: string, error: unknown): UnusableLog => {
  if (error instanceof UnusableLog) return error;
  return sqliteCode(error) === 'SQLITE_NOTADB'
    ? new UnusableLog(file, 'not-a-log', `${file} is not a Leadfold log`, error)
    : new UnusableLog(file, 'away', `${file} can't be opened: ${String(error)}`, error);
};

const connect = (file: string, readonly: boolean): Database.Database => {
  try {
    return new Database(file, { readonly, timeout: openingWait });
  } catch (error) {
    throw unusable(file, error);
  }
};

export interface LogOptions {
  readonly readonly?: boolean;
}

const makeReady = (db: Database.Database, file: string, { readonly = false }: LogOptions): void => {
  // In one transaction, so that what another process makes meanwhile is seen whole or not at all.
  if (db.transaction(() => stateOf(db, file))() === 'empty') {
    if (readonly) throw new UnusableLog(file, 'not-a-log', `${file} is empty`);
    create(db, file);
  }
  db.pragma('synchronous = FULL');
  db.pragma(`cache_size = -${cacheKiB}`);
  db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  db.pragma(`busy_timeout = ${statementWait}`);
};

/**
 * Opens the log's file and makes it where it's missing; its folder must exist.
 *
 * @throws UnusableLog
 */
export const openLog = (file: string, options: LogOptions = {}): Database.Database => {
  const db = connect(file, options.readonly ?? false);
  const since = performance.now();
  for (;;) {
    try {
      makeReady(db, file, options);
      return db;
    } catch (error) {
      // Where two make the log at once, the engine gives one of them up without waiting.
      const isBusy = sqliteCode(error)?.startsWith('SQLITE_BUSY') === true;
      if (!isBusy || performance.now() - since > openingWait) {
        db.close();
        throw unusable(file, error);
      }
    }
    sleep(openingPause);
  }
};

/** Holds this thread up: a log is opened before there is anything else to do. */
const sleep = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
