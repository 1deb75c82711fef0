import type { StreamEvent } from './bulk.ts';
import { claimingRow } from './claims.ts';
import type { RawRow } from './csv.ts';
import type { RowError } from './define.ts';
import { noFaults, reasonsOf, type Faults } from './refusal.ts';
import type { Rejected } from './rejects.ts';
import type { ImportCounts } from './report.ts';
import { writeRows, type TakenRows, type Writing } from './write-rows.ts';

/** Rows that are taken together: read, then claimed and appended in few commits. */
export interface Window {
  /** Adds the events of a row or a group of rows. @throws RuleViolation when its e-mail or phone is malformed */
  take(raws: readonly RawRow[], characters: number, events: readonly StreamEvent[]): void;
  /** Adds a row or group that isn't taken; `faults` are those of single rows of the group. */
  refuse(raws: readonly RawRow[], characters: number, error: RowError, faults?: Faults): void;
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
  let taken: TakenRows[] = [];
  let refused: Rejected[] = [];
  let [facts, size] = [0, 0];
  const grow = (amount: number, characters: number): void => {
    facts += amount;
    size += characters;
  };
  const refuse = (raws: readonly RawRow[], error: RowError, faults: Faults): void => {
    for (const { raw, column, reason } of reasonsOf(raws, error, faults))
      refused.push({ file, line: raw.line, column, reason, raw });
  };
  return {
    take: (raws, characters, events) => {
      taken.push({ raws, events, claiming: claimingRow(writing.hash, events) });
      grow(events.length + raws.length, characters);
    },
    refuse: (raws, characters, error, faults = noFaults) => {
      refuse(raws, error, faults);
      grow(raws.length, characters);
    },
    full: () => facts >= limits.facts || size >= limits.characters,
    flush: async () => {
      const read = count(taken) + refused.length;
      const ignored = count(taken.filter(({ events }) => events.length === 0));
      const written = await writeRows(taken, writing, (raws, error) => refuse(raws, error, noFaults));
      const done = refused.toSorted((one, other) => one.line - other.line);
      [taken, refused, facts, size] = [[], [], 0, 0];
      return { counts: { rows: read, ...written, ignored, refused: done.length }, refused: done };
    },
  };
};

const count = (taken: readonly TakenRows[]): number => taken.reduce((sum, { raws }) => sum + raws.length, 0);
