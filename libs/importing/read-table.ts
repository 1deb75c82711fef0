import { setImmediate as turn } from 'node:timers/promises';
import { RuleViolation } from '../domain/errors.ts';
import type { StreamEvent } from './bulk.ts';
import type { RawRow } from './csv.ts';
import { RowError } from './define.ts';
import { FileProblem } from './errors.ts';
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
  /** @throws RowError for a row that can't be taken */
  readonly eventsOf: (raw: RawRow, characters: number) => readonly StreamEvent[];
  readonly window: Window;
  readonly state: FileState;
  /** The report's refused rows. */
  readonly refused: RefusedRow[];
  readonly rejects: Rejects | null;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ImportProgress) => void) | undefined;
}

/**
 * Takes a file's rows window by window. Where the file breaks off, the rows before it are taken first.
 *
 * @throws FileProblem; the event store's errors
 */
export const readTable = async (table: Table, reading: Reading): Promise<void> => {
  const { window, state, refused, rejects, onProgress } = reading;
  const flush = async (): Promise<void> => {
    const flushed = await window.flush();
    state.counts = addCounts(state.counts, flushed.counts);
    await rejects?.write(flushed.refused);
    for (const { file, line, column, reason } of flushed.refused.slice(0, reportedRows - refused.length))
      refused.push({ file, line, column, reason });
    onProgress?.({
      file: table.file,
      bytesRead: table.bytesRead(),
      bytesTotal: table.bytesTotal,
      ...state.counts,
    });
  };
  let broken: FileProblem | null = null;
  try {
    for await (const raw of table.rows()) {
      takeRow(raw, reading);
      if (!window.full()) continue;
      await flush();
      // Signals, timers and other requests get their turn between windows.
      await turn();
      if (reading.signal?.aborted === true) break;
    }
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    broken = error;
  } finally {
    await table.close();
  }
  await flush();
  if (broken !== null) throw broken;
};

const takeRow = (raw: RawRow, { eventsOf, window }: Reading): void => {
  const characters = raw.cells.reduce((sum, cell) => sum + cell.length, 0);
  try {
    window.take(raw, characters, eventsOf(raw, characters));
  } catch (error) {
    window.refuse(raw, characters, refusalOf(error));
  }
};

const refusalOf = (error: unknown): RowError => {
  if (error instanceof RowError) return error;
  if (error instanceof RuleViolation) return new RowError(null, `${error.rule}: ${error.message}`);
  throw error;
};
