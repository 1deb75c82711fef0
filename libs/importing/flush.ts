import type { Rejects } from './rejects.ts';
import {
  addCounts,
  reportedRows,
  type ImportCounts,
  type ImportProgress,
  type RefusedRow,
} from './report.ts';
import type { Table } from './table.ts';
import type { Window } from './window.ts';

/** How far a file has come; counts grow after each window. */
export interface FileState {
  readonly file: string;
  readonly kind: string;
  counts: ImportCounts;
}

/** What the rows of a file go through. */
export interface Reading {
  readonly window: Window;
  readonly state: FileState;
  /** The report's refused rows. */
  readonly refused: RefusedRow[];
  readonly rejects: Rejects | null;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ImportProgress) => void) | undefined;
}

/** Writes the window and tells of it: counts, refused rows, progress. @throws the event store's errors */
export const createFlush = (
  table: Table,
  { window, state, refused, rejects, onProgress }: Reading,
): ((aside?: ImportProgress['aside']) => Promise<void>) => {
  const { file, bytesRead, bytesTotal } = table;
  return async aside => {
    const flushed = await window.flush();
    state.counts = addCounts(state.counts, flushed.counts);
    await rejects?.write(flushed.refused);
    for (const { line, column, reason } of flushed.refused.slice(0, reportedRows - refused.length))
      refused.push({ file, line, column, reason });
    onProgress?.({
      file,
      bytesRead: bytesRead(),
      bytesTotal,
      ...state.counts,
      ...(aside === undefined ? {} : { aside }),
    });
  };
};
