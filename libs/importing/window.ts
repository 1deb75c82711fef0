import type { AppendFacts, StreamEvent } from './bulk.ts';
import type { ClaimIdentities, ClaimsOf } from './claims.ts';
import type { RawRow } from './csv.ts';
import { RowError } from './define.ts';
import type { Rejected } from './rejects.ts';
import type { ImportCounts } from './report.ts';

/** Rows that are taken together: read, then claimed and appended in few commits. */
export interface Window {
  /** Adds a row's events. @throws RuleViolation when its e-mail or phone is malformed */
  take(raw: RawRow, characters: number, events: readonly StreamEvent[]): void;
  refuse(raw: RawRow, characters: number, error: RowError): void;
  /** True when it's time to flush: it bounds the memory of a run. */
  full(): boolean;
  /** Writes what it holds and empties it. */
  flush(): Promise<Flushed>;
}

export interface Flushed {
  readonly counts: ImportCounts;
  /** In the order of their lines. */
  readonly refused: readonly Rejected[];
}

interface Taken {
  readonly raw: RawRow;
  readonly events: readonly StreamEvent[];
  readonly leadId: string;
  readonly claims: readonly StreamEvent[];
}

const limits = { facts: 4_000, characters: 8_000_000 } as const;

/** An empty window of a file. */
export const createWindow = (
  file: string,
  append: AppendFacts,
  claim: ClaimIdentities,
  claimsOf: ClaimsOf,
): Window => {
  let rows: Taken[] = [];
  let refused: Rejected[] = [];
  let [facts, size] = [0, 0];
  const grow = (events: number, characters: number): void => {
    facts += events + 1;
    size += characters;
  };
  const refuse = (raw: RawRow, { column, message }: RowError): void => {
    refused.push({ file, line: raw.line, column, reason: message, raw });
  };
  const settle = async (): Promise<readonly StreamEvent[]> => {
    const claiming = rows.filter(({ claims }) => claims.length > 0);
    if (claiming.length === 0) return rows.flatMap(({ events }) => events);
    const owners = await claim(claiming);
    const conflicts = new Map(claiming.map((row, at) => [row, owners[at] ?? null]));
    for (const [{ raw, leadId }, owner] of conflicts)
      if (owner !== null) refuse(raw, conflictOf(leadId, owner));
    return rows.flatMap(row => ((conflicts.get(row) ?? null) === null ? row.events : []));
  };
  return {
    take: (raw, characters, events) => {
      const claims = events.flatMap(claimsOf);
      const leadId = events.find(({ event }) => event.metadata.leadId !== undefined)?.event.metadata.leadId;
      rows.push({ raw, events, claims, leadId: leadId ?? '' });
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
      const taken = await append(await settle());
      const done = [...refused].sort((one, other) => one.raw.line - other.raw.line);
      [rows, refused, facts, size] = [[], [], 0, 0];
      return { counts: { rows: read, ...taken, ignored, refused: done.length }, refused: done };
    },
  };
};

const conflictOf = (leadId: string, owner: string): RowError =>
  new RowError(null, `identity-conflict: its e-mail or phone belongs to the lead ${owner}, not to ${leadId}`);
