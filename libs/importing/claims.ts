import { RuleViolation } from '../domain/errors.ts';
import { WrongExpectedRevision } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/port.ts';
import { claimEvent, identitiesOf, readClaim, type Identity } from '../handling/identity.ts';
import type { KeyedHash } from '../handling/keyed-hash.ts';
import { settled, type StreamEvent } from './bulk.ts';

/** A row whose lead has to own identities (e-mail, phone) before its facts are written. */
export interface ClaimingRow {
  readonly leadId: string;
  readonly identities: readonly Identity[];
  readonly events: readonly StreamEvent[];
}

/** Whose an identity is, and the revision of the claim in the identity's stream. */
export interface Owner {
  readonly leadId: string;
  readonly claim: number;
}

/** Owners by the identities' streams. */
export type Owners = ReadonlyMap<string, Owner>;

/** Claims the identities of a window of rows and answers whose they are. Rows come first that stand first. */
export type ClaimIdentities = (rows: readonly ClaimingRow[]) => Promise<Owners>;

const profiles: readonly string[] = ['LeadCaptured', 'LeadRecaptured', 'LeadProfileUpdated'];

interface Profile {
  readonly leadId: string;
  readonly personal?: { readonly email?: string; readonly phone?: string };
}

/**
 * The identities that a row's events bring, or null when there are none.
 *
 * @throws RuleViolation `invalid-email`, `invalid-phone`, or `several-leads` when they are of more than one lead
 */
export const claimingRow = (hash: KeyedHash, events: readonly StreamEvent[]): ClaimingRow | null => {
  const profile = events
    .filter(({ event }) => profiles.includes(event.type))
    .map(({ event }) => event.data as Profile)
    .filter(({ personal }) => personal?.email !== undefined || personal?.phone !== undefined);
  const [first] = profile;
  if (first === undefined) return null;
  if (profile.some(({ leadId }) => leadId !== first.leadId))
    throw new RuleViolation('several-leads', 'a row may bring the e-mail or phone of one lead only');
  const identities = profile.flatMap(({ personal = {} }) => identitiesOf(hash, personal));
  return { leadId: first.leadId, identities, events };
};

/** The lead that holds an identity of the row against it, or null. */
export const rivalOf = ({ identities, leadId }: ClaimingRow, owners: Owners): string | null =>
  identities
    .map(({ stream }) => owners.get(stream)?.leadId)
    .find(owner => owner !== undefined && owner !== leadId) ?? null;

/**
 * Claims in bulk: the owners are read first, so that a row that is refused leaves no claim behind, then what is free is claimed
 * with NO_STREAM, all at once. A claim whose facts are not written yet (a crash) is its lead's own at the next run.
 */
export const bulkClaim =
  (store: EventStore): ClaimIdentities =>
  async rows => {
    const owners = await readOwners(store, rows);
    const free = assign(rows, owners);
    const lost: StreamEvent[] = [];
    await settled(
      free.map(async claim => {
        if (!(await claimed(store, claim))) lost.push(claim);
      }),
    );
    // Somebody else claimed those in between.
    return lost.length > 0 ? readOwners(store, rows) : owners;
  };

/** Answers as `bulkClaim`, and claims nothing; remembers each identity of the run. */
export const dryClaim = (store: EventStore): ClaimIdentities => {
  const owners = new Map<string, Owner>();
  return async rows => {
    for (const [stream, owner] of await readOwners(store, rows)) owners.set(stream, owner);
    assign(rows, owners);
    return owners;
  };
};

const readOwners = async (store: EventStore, rows: readonly ClaimingRow[]): Promise<Map<string, Owner>> => {
  const owners = new Map<string, Owner>();
  for (const identity of rows.flatMap(({ identities }) => identities)) {
    if (owners.has(identity.stream)) continue;
    const { owner } = (await readClaim(store, identity)).state;
    if (owner !== null) owners.set(identity.stream, owner);
  }
  return owners;
};

/** Gives what is free to the row that asks first, unless the row is to be refused; answers the claims to make. */
const assign = (rows: readonly ClaimingRow[], owners: Map<string, Owner>): readonly StreamEvent[] => {
  const claims: StreamEvent[] = [];
  for (const row of rows) {
    if (rivalOf(row, owners) !== null) continue;
    for (const identity of row.identities) {
      if (owners.has(identity.stream)) continue;
      owners.set(identity.stream, { leadId: row.leadId, claim: 0 });
      claims.push({ stream: identity.stream, event: claimOf(row, identity) });
    }
  }
  return claims;
};

const claimOf = ({ leadId, events }: ClaimingRow, identity: Identity): StreamEvent['event'] => {
  const { occurredAt = 0, metadata = {} } = events[0]?.event ?? {};
  return claimEvent(identity, leadId, 0, occurredAt, metadata);
};

const claimed = async (store: EventStore, { stream, event }: StreamEvent): Promise<boolean> => {
  try {
    await store.append(stream, [event], 'NO_STREAM');
    return true;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return false;
    throw error;
  }
};
