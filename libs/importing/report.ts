/** A row that was not taken; of a group that was not, each row is one. */
export interface RefusedRow {
  readonly file: string;
  /** Where it begins, from 1. */
  readonly line: number;
  readonly column: string | null;
  readonly reason: string;
}

export interface ImportCounts {
  /** Rows read, without the header. */
  readonly rows: number;
  /** Events written (by a dry run: that would be). */
  readonly appended: number;
  /** Events that the log had already. */
  readonly duplicates: number;
  /** Rows that state no fact. */
  readonly ignored: number;
  /** Rows not taken. */
  readonly refused: number;
}

export interface FileReport extends ImportCounts {
  readonly file: string;
  /** The kind's name in the definition. */
  readonly kind: string;
}

/** What an import did. */
export interface ImportReport {
  readonly source: string;
  /** UUIDv7; in the metadata of every event of this run. */
  readonly batchId: string;
  readonly dryRun: boolean;
  /** True when it was stopped by its signal before the end. */
  readonly aborted: boolean;
  readonly files: readonly FileReport[];
  readonly total: ImportCounts;
  /** The first hundred. */
  readonly refused: readonly RefusedRow[];
  readonly seconds: number;
}

/** How far a file is. Bytes are the file's own, packed as they may be. */
export interface ImportProgress extends ImportCounts {
  readonly file: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** There where rows are grouped: they are set aside until the file is read, then taken. Taken ones are counted above. */
  readonly aside?: { readonly rows: number; readonly taken: number };
}

/** Refused rows that a report names. */
export const reportedRows = 100;

export const noCounts: ImportCounts = { rows: 0, appended: 0, duplicates: 0, ignored: 0, refused: 0 };

export const addCounts = (one: ImportCounts, other: ImportCounts): ImportCounts => ({
  rows: one.rows + other.rows,
  appended: one.appended + other.appended,
  duplicates: one.duplicates + other.duplicates,
  ignored: one.ignored + other.ignored,
  refused: one.refused + other.refused,
});
