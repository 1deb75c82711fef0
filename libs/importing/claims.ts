import { WrongExpectedRevision } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/port.ts';
import type { StreamEvent } from './bulk.ts';

/** The identities (e-mail, phone) that an event's lead needs to own, as claims on their streams. @throws RowError */
export type ClaimsOf = (event: StreamEvent) => readonly StreamEvent[];

/** A row's events and the claims that have to stand before them. */
export interface ClaimingRow {
  readonly leadId: string;
  readonly claims: readonly StreamEvent[];
}

/** Claims the identities of a window of rows; answers for each row null, or the lead that owns one of them. */
export type ClaimIdentities = (rows: readonly ClaimingRow[]) => Promise<readonly (string | null)[]>;

/**
 * Claims in bulk: the owners are read first, so that a row that is refused leaves no claim behind, then what is free is claimed
 * with NO_STREAM, all at once. A claim whose facts are not written yet (a crash) is its lead's own at the next run.
 */
export const bulkClaim =
  (store: Pick<EventStore, 'append' | 'readStream'>): ClaimIdentities =>
  async rows => {
    const owners = await ownersOf(store, rows);
    const { conflicts, free } = assign(rows, owners);
    const lost = await Promise.all(free.map(claim => claimed(store, claim)));
    if (!lost.includes(false)) return conflicts;
    // Somebody else claimed in between.
    const now = await ownersOf(store, rows);
    return rows.map((row, at) => conflicts[at] ?? otherOwner(row, now));
  };

/** Answers as `bulkClaim`, and claims nothing; remembers each identity of the run. */
export const dryClaim = (store: Pick<EventStore, 'readStream'>): ClaimIdentities => {
  const owners = new Map<string, string>();
  return async rows => {
    for (const [stream, owner] of await ownersOf(store, rows)) owners.set(stream, owner);
    return assign(rows, owners).conflicts;
  };
};

const ownersOf = async (
  store: Pick<EventStore, 'readStream'>,
  rows: readonly ClaimingRow[],
): Promise<Map<string, string>> => {
  const owners = new Map<string, string>();
  const streams = new Set(rows.flatMap(({ claims }) => claims.map(({ stream }) => stream)));
  for (const stream of streams)
    for await (const { data } of store.readStream(stream)) {
      owners.set(stream, (data as { readonly leadId: string }).leadId);
      break;
    }
  return owners;
};

const otherOwner = ({ claims, leadId }: ClaimingRow, owners: ReadonlyMap<string, string>): string | null =>
  claims.map(({ stream }) => owners.get(stream)).find(owner => owner !== undefined && owner !== leadId) ??
  null;

/** In the order of the rows: the first that asks for a free identity gets it. */
const assign = (
  rows: readonly ClaimingRow[],
  owners: Map<string, string>,
): { readonly conflicts: readonly (string | null)[]; readonly free: readonly StreamEvent[] } => {
  const free: StreamEvent[] = [];
  const conflicts = rows.map(row => {
    const conflict = otherOwner(row, owners);
    if (conflict !== null) return conflict;
    for (const claim of row.claims) {
      if (!owners.has(claim.stream)) free.push(claim);
      owners.set(claim.stream, row.leadId);
    }
    return null;
  });
  return { conflicts, free };
};

const claimed = async (
  store: Pick<EventStore, 'append'>,
  { stream, event }: StreamEvent,
): Promise<boolean> => {
  try {
    await store.append(stream, [event], 'NO_STREAM');
    return true;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return false;
    throw error;
  }
};
