import type { ClaimRef } from '../domain/lead/decider.ts';
import { identityDecider, type IdentityState } from '../domain/identity/decider.ts';
import { normaliseEmail, normalisePhone } from '../domain/identity/normalise.ts';
import type { NewEvent } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import { eventOf, type Cause } from './cause.ts';
import { derivedId } from './derived-id.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { happeningOf } from './load.ts';

export type IdentityKind = 'email' | 'phone';

/** An e-mail or phone as the log knows it: by the name of its stream. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly stream: string;
}

/** Who an e-mail or phone belongs to, as far as its stream was read. */
export interface Claim extends Identity {
  readonly state: IdentityState;
}

/**
 * The identities that are given.
 *
 * @throws RuleViolation `invalid-email`, `invalid-phone`
 */
export const identitiesOf = (
  hash: KeyedHash,
  { email, phone }: { readonly email?: string; readonly phone?: string },
): readonly Identity[] => [
  ...(email === undefined
    ? []
    : [{ kind: 'email', stream: hash.identityStream('email', normaliseEmail(email)) } as const]),
  ...(phone === undefined
    ? []
    : [{ kind: 'phone', stream: hash.identityStream('phone', normalisePhone(phone)) } as const]),
];

export const readClaim = async (events: EventStore, identity: Identity): Promise<Claim> => {
  let state = identityDecider.initialState;
  for await (const event of events.readStream(identity.stream))
    state = identityDecider.evolve(state, happeningOf(event));
  return { ...identity, state };
};

/**
 * Event of a claim. Its id says what is claimed for whom at which place, so that all who claim the same for the same
 * lead make one event.
 */
export const claimEvent = (
  { kind, stream }: Identity,
  leadId: string,
  at: number,
  occurredAt: number,
  metadata: NewEvent['metadata'],
): NewEvent =>
  eventOf(
    { type: 'IdentityClaimed', data: { leadId, kind } },
    derivedId('claim', stream, at, leadId),
    occurredAt,
    { ...metadata, leadId },
  );

/**
 * Claims an identity for a lead where it was read to be free, or to belong to `voided`.
 *
 * @throws RuleViolation `identity-conflict`; WrongExpectedRevision when another writer was faster
 */
export const claim = async (
  events: EventStore,
  cause: Cause,
  { state, ...identity }: Claim,
  leadId: string,
  voided: string | undefined,
): Promise<ClaimRef> => {
  const { kind, stream } = identity;
  const decided = identityDecider.decide({ leadId, kind, void: voided }, state);
  if (decided.length === 0 && state.owner !== null) return { identity: stream, claim: state.owner.claim };
  const event = claimEvent(identity, leadId, state.next, cause.occurredAt, cause.metadata);
  await events.append(stream, [event], state.next === 0 ? 'NO_STREAM' : state.next - 1);
  return { identity: stream, claim: state.next };
};
