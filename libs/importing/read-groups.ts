import { setImmediate as turn } from 'node:timers/promises';
import { groupLimits, openAside, type Aside, type AsideRow, type Group } from './aside.ts';
import type { StreamEvent } from './bulk.ts';
import { sizeOf, type RawRow } from './csv.ts';
import { RowError, type Row, type RowGroup } from './define.ts';
import { FileProblem } from './errors.ts';
import { definitionFailed } from './facts.ts';
import { createFlush, type Reading } from './flush.ts';
import { refusalOf, type Faults } from './refusal.ts';
import type { Table } from './table.ts';
import type { Window } from './window.ts';

/** How rows become groups, and groups events. */
export interface Grouping {
  readonly key: RowGroup['key'];
  /** @throws RowError */
  readonly shape: (raw: RawRow) => Row;
  /** @throws RowError */
  readonly eventsOf: (key: string, rows: readonly Row[], characters: number) => readonly StreamEvent[];
}

/** Rows read between two pauses. */
const step = 4_000;

/**
 * Puts a file's rows aside and takes them group by group once all are read. A group may go on up to the last line, so of a file that
 * breaks off, or of a run that is stopped before its end, no group is taken.
 *
 * @throws FileProblem; the event store's errors
 */
export const readGroups = async (table: Table, reading: Reading, grouping: Grouping): Promise<void> => {
  const aside = openAside();
  const flush = createFlush(table, reading);
  const pause = async (taken: number): Promise<boolean> => {
    await flush({ rows: aside.rows(), taken });
    await turn();
    return reading.signal?.aborted === true;
  };
  try {
    if (await putAside(table, aside, reading.window, grouping, pause)) return;
    let taken = 0;
    for (const group of aside.groups()) {
      takeGroup(group, reading.window, grouping);
      taken += group.rows.length;
      if (reading.window.full() && (await pause(taken))) return;
    }
    await pause(taken);
  } finally {
    aside.close();
  }
};

/** Answers true when the run was stopped. */
const putAside = async (
  table: Table,
  aside: Aside,
  window: Window,
  grouping: Grouping,
  pause: (taken: number) => Promise<boolean>,
): Promise<boolean> => {
  let read = 0;
  try {
    for await (const raw of table.rows()) {
      sortOut(raw, aside, window, grouping);
      if (++read % step !== 0 && !window.full()) continue;
      if (await pause(0)) return true;
    }
    return await pause(0);
  } catch (error) {
    if (error instanceof FileProblem) await pause(0);
    throw error;
  } finally {
    await table.close();
  }
};

const sortOut = (raw: RawRow, aside: Aside, window: Window, { key: keyOf, shape }: Grouping): void => {
  const characters = sizeOf(raw.cells);
  try {
    const key = textOf(keyOf, shape(raw));
    if (key === null) window.take([raw], characters, []);
    else aside.put(key, { raw, characters, fault: null });
  } catch (error) {
    const fault = refusalOf(error);
    const key = keyOfBroken(keyOf, raw);
    if (key === null) window.refuse([raw], characters, fault);
    else aside.put(key, { raw, characters, fault });
  }
};

const textOf = (keyOf: RowGroup['key'], row: Row): string | null => {
  try {
    const key: unknown = keyOf(row);
    if (key === null || typeof key === 'string') return key;
  } catch (error) {
    throw error instanceof RowError ? error : definitionFailed(error);
  }
  throw new RowError(null, 'the import definition failed: the key of a group is a text, or null');
};

/** The group that a row which can't be taken would have belonged to, as far as its cells tell: it isn't whole without the row. */
const keyOfBroken = (keyOf: RowGroup['key'], { columns, cells }: RawRow): string | null => {
  if (cells.length === 0) return null;
  try {
    return textOf(keyOf, Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ''])));
  } catch {
    return null;
  }
};

const takeGroup = (group: Group, window: Window, { shape, eventsOf }: Grouping): void => {
  const { key, rows: held, tooLarge } = group;
  const raws = held.map(({ raw }) => raw);
  const characters = held.reduce((sum, row) => sum + row.characters, 0);
  if (tooLarge) {
    window.refuse(raws, characters, tooMany(key));
    return;
  }
  const faults = faultsOf(held);
  const [first] = faults.values();
  if (first !== undefined) {
    window.refuse(raws, characters, first, faults);
    return;
  }
  const rows = raws.map(shape);
  try {
    window.take(raws, characters, eventsOf(key, rows, characters));
  } catch (error) {
    const refusal = refusalOf(error);
    const raw = refusal.row === undefined ? undefined : raws[rows.indexOf(refusal.row)];
    window.refuse(raws, characters, refusal, new Map(raw === undefined ? [] : [[raw, refusal]]));
  }
};

const faultsOf = (rows: readonly AsideRow[]): Faults =>
  new Map(rows.flatMap(({ raw, fault }) => (fault === null ? [] : [[raw, fault]])));

const tooMany = (key: string): RowError =>
  new RowError(
    null,
    `"${key.slice(0, 80)}" has more than ${groupLimits.rows} rows or ${groupLimits.characters} characters`,
  );
