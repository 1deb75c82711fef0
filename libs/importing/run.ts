import type { Clock, NewId } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { KeyedHash } from '../handling/keyed-hash.ts';
import { bulkBegin, dryBegin } from './begin.ts';
import { bulkAppend } from './bulk.ts';
import { bulkClaim, dryClaim } from './claims.ts';
import type { ImportContext, ImportDefinition } from './define.ts';
import { dryAppend } from './dry.ts';
import { FileProblem, ImportRefused, ImportStopped } from './errors.ts';
import { createToEvents, type ToEvents } from './facts.ts';
import type { FileState, Reading } from './flush.ts';
import { createGroupIds, createRowIds } from './ids.ts';
import { readGroups } from './read-groups.ts';
import { readTable } from './read-table.ts';
import { checkRejects, openRejects } from './rejects.ts';
import {
  addCounts,
  noCounts,
  type ImportCounts,
  type ImportProgress,
  type ImportReport,
  type RefusedRow,
} from './report.ts';
import { checkTables, createShape, openTable, type Table } from './table.ts';
import { createWindow } from './window.ts';
import type { Writing } from './write-rows.ts';

/** What an import works with. */
export interface ImportDeps {
  readonly events: EventStore;
  /** Of the workspace's zone: `createImportContext(timeZone)`. */
  readonly context: ImportContext;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Names the streams of e-mails and phones: `createKeyedHash(secret)`, the same as for commands. */
  readonly hash: KeyedHash;
}

export interface ImportOptions {
  /** Appends nothing and counts as if. */
  readonly dryRun?: boolean;
  /** A file for the refused rows, in the source's format. */
  readonly rejects?: string;
  /** Stops after the window under way. */
  readonly signal?: AbortSignal;
  /** Called after each window of rows. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

/**
 * Reads files of a source into the log. Running it again, in another order or after it was stopped anywhere, appends only what
 * is missing. Rows that can't be taken are refused, counted and reported; the others are kept.
 *
 * @example
 * const report = await runImport(deps, olist, ['leads.csv', 'deals.csv.gz'], { rejects: 'refused.csv' });
 * @throws ImportRefused before anything is appended: a file that can't be used, or whose columns are none of the source's
 * @throws ImportStopped with the report so far: a file that can't be read to its end, or a store that is away
 */
export const runImport = async (
  deps: ImportDeps,
  definition: ImportDefinition,
  files: readonly string[],
  options: ImportOptions = {},
): Promise<ImportReport> => {
  const started = performance.now();
  const { dryRun = false, signal, onProgress } = options;
  const columns = await checkTables(definition, files);
  const rejects =
    options.rejects === undefined ? null : await openRejects(options.rejects, files, columns, definition);
  const origin = { source: definition.source, batchId: deps.newId() };
  const writing: Writing = {
    hash: deps.hash,
    claim: dryRun ? dryClaim(deps.events) : bulkClaim(deps.events),
    append: dryRun ? dryAppend(deps.events) : bulkAppend(deps.events),
    begin: dryRun ? dryBegin(deps.events) : bulkBegin(deps.events),
    store: dryRun ? null : deps.events,
  };
  const toEvents = createToEvents(origin, deps.clock);
  const states: FileState[] = [];
  const refused: RefusedRow[] = [];

  const importFile = async (file: string): Promise<void> => {
    const table = await openTable(definition, file);
    const state: FileState = { file, kind: table.kind.name, counts: noCounts };
    states.push(state);
    const window = createWindow(file, writing);
    const reading: Reading = { window, state, refused, rejects, signal, onProgress };
    await readRows(table, reading, definition.source, toEvents, deps.context);
  };
  const report = (): ImportReport => ({
    ...origin,
    dryRun,
    aborted: signal?.aborted ?? false,
    files: states.map(({ file, kind, counts }) => ({ file, kind, ...counts })),
    total: states.map(({ counts }) => counts).reduce<ImportCounts>(addCounts, noCounts),
    refused,
    seconds: (performance.now() - started) / 1_000,
  });

  try {
    for (const file of files) {
      if (signal?.aborted === true) break;
      try {
        await importFile(file);
      } catch (error) {
        throw new ImportStopped(file, reasonOf(error), report(), error);
      }
    }
    return report();
  } finally {
    await rejects?.close();
  }
};

/**
 * Looks at the files of an import without reading their rows, before anything is opened or made for it.
 *
 * @throws ImportRefused as `runImport` would
 */
export const checkImport = async (
  definition: ImportDefinition,
  files: readonly string[],
  { rejects }: Pick<ImportOptions, 'rejects'> = {},
): Promise<void> => {
  await checkTables(definition, files);
  if (rejects !== undefined) await checkRejects(rejects, files);
};

const readRows = (
  table: Table,
  reading: Reading,
  source: string,
  toEvents: ToEvents,
  context: ImportContext,
): Promise<void> => {
  const { kind } = table;
  const shape = createShape(kind);
  if (kind.group !== undefined) {
    const { key, facts } = kind.group;
    const ids = createGroupIds(source, kind);
    return readGroups(table, reading, {
      key,
      shape,
      eventsOf: (name, rows, characters) => toEvents(() => facts(rows, context), ids(name, rows), characters),
    });
  }
  const ids = createRowIds(source, kind);
  return readTable(table, reading, (raw, characters) => {
    const row = shape(raw);
    return toEvents(() => kind.facts(row, context), ids(row), characters);
  });
};

const reasonOf = (error: unknown): string => {
  if (error instanceof FileProblem) return error.message;
  if (error instanceof ImportRefused) return error.detail;
  return `the import could not go on: ${error instanceof Error ? error.message : String(error)}`;
};
