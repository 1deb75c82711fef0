import Database from 'better-sqlite3';

const busyWaitMs = 5_000;

/**
 * Opens the relay's file, which is made where it's missing. Several processes may have it open.
 *
 * @param schema tables and indexes, each made unless it is there
 */
export const openRelayFile = (file: string, schema: string): Database.Database => {
  const db = new Database(file, { timeout: busyWaitMs });
  db.pragma('journal_mode = WAL');
  // What a power cut may take back is delivered once more.
  db.pragma('synchronous = NORMAL');
  db.exec(schema);
  return db;
};

/** The answer of a statement as a store over a network would give it: rejected, not thrown. */
export const answer = <T>(work: () => T): Promise<T> => new Promise(resolve => resolve(work()));
