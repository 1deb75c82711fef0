import { setImmediate as turn } from 'node:timers/promises';
import type { StreamEvent } from './bulk.ts';
import { sizeOf, type RawRow } from './csv.ts';
import { FileProblem } from './errors.ts';
import { createFlush, type Reading } from './flush.ts';
import { refusalOf } from './refusal.ts';
import type { Table } from './table.ts';
import type { Window } from './window.ts';

/** The events of a row. @throws RowError for a row that can't be taken */
export type EventsOf = (raw: RawRow, characters: number) => readonly StreamEvent[];

/**
 * Takes a file's rows window by window. Where the file breaks off, the rows before it are taken first.
 *
 * @throws FileProblem; the event store's errors
 */
export const readTable = async (table: Table, reading: Reading, eventsOf: EventsOf): Promise<void> => {
  const { window, signal } = reading;
  const flush = createFlush(table, reading);
  let broken: FileProblem | null = null;
  try {
    for await (const raw of table.rows()) {
      takeRow(raw, window, eventsOf);
      if (!window.full()) continue;
      await flush();
      // Signals, timers and other requests get their turn between windows.
      await turn();
      if (signal?.aborted === true) break;
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

const takeRow = (raw: RawRow, window: Window, eventsOf: EventsOf): void => {
  const characters = sizeOf(raw.cells);
  try {
    window.take([raw], characters, eventsOf(raw, characters));
  } catch (error) {
    window.refuse([raw], characters, refusalOf(error));
  }
};
