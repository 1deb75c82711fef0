import Database from 'better-sqlite3';

export interface BackupOptions {
  /** Called with the pages copied and how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Pages between two looks at the signal: 4 MB at SQLite's usual size. */
const pagesPerStep = 1_024;

/**
 * Copies an SQLite file to a new one, as it is at one moment, while others go on writing to it.
 *
 * @throws the signal's reason when it's aborted; SQLite's and the file system's errors
 */
export const backupDatabase = async (
  file: string,
  target: string,
  { onProgress, signal }: BackupOptions = {},
): Promise<void> => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    // Within a transaction that has read, every step copies what was there at its start; else each commit of another
    // process would have the copy begin anew, for ever on a busy log.
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    await db.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted();
        onProgress?.(totalPages - remainingPages, totalPages);
        return pagesPerStep;
      },
    });
    db.exec('COMMIT');
  } finally {
    db.close();
  }
};
