import type { RawRow } from './csv.ts';
import type { ImportFile, RowError } from './define.ts';
import type { Reading } from './flush.ts';
import { noCounts, type ImportProgress } from './report.ts';
import type { Table } from './table.ts';

export const rawRow = (
  line: number,
  columns: readonly string[],
  cells: readonly string[],
  problem: string | null = null,
): RawRow => ({ line, columns, cells, problem });

/** A table of rows that are there already; it breaks off with an error where one is given. */
export const tableOf = (
  rows: readonly RawRow[],
  error?: Error,
): Table & { readonly closed: () => number } => {
  let closed = 0;
  const kind: ImportFile = { name: 'rows', columns: rows[0]?.columns ?? ['id'], facts: () => [] };
  return {
    ...{ file: 'rows.csv', kind, columns: kind.columns },
    ...{ bytesTotal: 100, bytesRead: () => 50 },
    rows: async function* () {
      for (const row of rows) yield await Promise.resolve(row);
      if (error !== undefined) throw error;
    },
    close: () => {
      closed += 1;
      return Promise.resolve();
    },
    closed: () => closed,
  };
};

/** Rows that were taken or refused together. */
export interface Told {
  readonly lines: readonly number[];
  /** Ids of the events. */
  readonly events: readonly string[];
  readonly reason: string | null;
  /** Lines that are at fault themselves. */
  readonly faults: readonly number[];
}

/** A reading that writes nothing and remembers. */
export interface FakeReading extends Reading {
  readonly taken: readonly Told[];
  readonly refusals: readonly Told[];
  readonly steps: readonly ImportProgress[];
  readonly flushes: () => number;
}

/** @param flushed called after each flush */
export const fakeReading = ({
  full = () => false,
  signal,
  flushed = () => undefined,
}: {
  readonly full?: () => boolean;
  readonly signal?: AbortSignal;
  readonly flushed?: (reading: Pick<FakeReading, 'taken' | 'refusals'>) => void;
} = {}): FakeReading => {
  const [taken, refusals, steps]: [Told[], Told[], ImportProgress[]] = [[], [], []];
  let flushes = 0;
  const linesOf = (raws: readonly RawRow[]): readonly number[] => raws.map(({ line }) => line);
  return {
    ...{ taken, refusals, steps, flushes: () => flushes },
    window: {
      take: (raws, _, events) => {
        const ids = events.map(({ event }) => event.id);
        taken.push({ lines: linesOf(raws), events: ids, reason: null, faults: [] });
      },
      refuse: (raws, _, error: RowError, faults) => {
        const at = linesOf([...(faults?.keys() ?? [])]);
        refusals.push({ lines: linesOf(raws), events: [], reason: error.message, faults: at });
      },
      full,
      flush: () => {
        flushes += 1;
        flushed({ taken, refusals });
        return Promise.resolve({ counts: noCounts, refused: [] });
      },
    },
    state: { file: 'rows.csv', kind: 'rows', counts: noCounts },
    refused: [],
    rejects: null,
    signal,
    onProgress: step => steps.push(step),
  };
};
