import type { StreamEvent } from './bulk.ts';
import { claimingRow } from './claims.ts';
import type { RawRow } from './csv.ts';
import type { RowError } from './define.ts';
import type { Rejected } from './rejects.ts';
import type { ImportCounts } from './report.ts';
import { writeRows, type TakenRow, type Writing } from './write-rows.ts';

/** Rows that are taken together: read, then claimed and appended in few commits. */
export interface Window {
  /** Adds a row's events. @throws RuleViolation when its e-mail or phone is malformed */
  take(raw: RawRow, characters: number, events: readonly StreamEvent[]): void;
  refuse(raw: RawRow, characters: number, error: RowError): void;
  /** True when it's time to flush: it bounds the memory of a run. */
  full(): boolean;
  /** Writes what it holds and empties it. @throws the event store's errors */
  flush(): Promise<Flushed>;
}

export interface Flushed {
  readonly counts: ImportCounts;
  /** In the order of their lines. */
  readonly refused: readonly Rejected[];
}

const limits = { facts: 4_000, characters: 8_000_000 } as const;

/** An empty window of a file. */
export const createWindow = (file: string, writing: Writing): Window => {
  let rows: TakenRow[] = [];
  let refused: Rejected[] = [];
  let [facts, size] = [0, 0];
  const grow = (events: number, characters: number): void => {
    facts += events + 1;
    size += characters;
  };
  const refuse = (raw: RawRow, { column, message }: RowError): void => {
    refused.push({ file, line: raw.line, column, reason: message, raw });
  };
  return {
    take: (raw, characters, events) => {
      rows.push({ raw, events, claiming: claimingRow(writing.hash, events) });
      grow(events.length, characters);
    },
    refuse: (raw, characters, error) => {
      refuse(raw, error);
      grow(0, characters);
    },
    full: () => facts >= limits.facts || size >= limits.characters,
    flush: async () => {
      const read = rows.length + refused.length;
      const ignored = rows.filter(({ events }) => events.length === 0).length;
      const taken = await writeRows(rows, writing, refuse);
      const done = refused.toSorted((one, other) => one.line - other.line);
      [rows, refused, facts, size] = [[], [], 0, 0];
      return { counts: { rows: read, ...taken, ignored, refused: done.length }, refused: done };
    },
  };
};
