import type { Happening } from '../domain/catalog.ts';
import type { Decider } from '../domain/decider.ts';
import type { LeadCommand, LeadState } from '../domain/lead/decider.ts';
import type { EventStore } from '../event-store/port.ts';
import { eventsOf, type Cause } from './cause.ts';
import { derivedId } from './derived-id.ts';
import type { Claim } from './identity.ts';
import { happeningOf } from './load.ts';

export type LeadDecider = Decider<LeadState, LeadCommand, Happening>;

/** How far a lead has come to be: all that decides whether claims for it hold. */
export interface Standing {
  readonly leadId: string;
  readonly state: LeadState;
  /** The last revision that was read; null when there is no stream. */
  readonly revision: number | null;
}

export const leadStream = (leadId: string): string => `lead-${leadId}`;

/** Reads a lead's stream up to its capture; claims are released before that or never. */
export const standingOf = async (
  events: EventStore,
  decider: LeadDecider,
  leadId: string,
): Promise<Standing> => {
  let state = decider.initialState;
  let revision: number | null = null;
  for await (const event of events.readStream(leadStream(leadId))) {
    state = decider.evolve(state, happeningOf(event));
    revision = event.revision;
    if (state.captured) break;
  }
  return { leadId, state, revision };
};

/**
 * Gives up a claim of a lead that was never captured, in that lead's own stream: whoever is about to capture it appends
 * at the revision before, conflicts, and learns that the claim is void.
 *
 * @throws WrongExpectedRevision when the lead's stream has moved on
 */
export const release = async (
  events: EventStore,
  decider: LeadDecider,
  cause: Cause,
  { leadId, state, revision }: Standing,
  { stream, state: { owner } }: Claim,
): Promise<void> => {
  if (owner === null) return;
  const command = { kind: 'release', leadId, identity: stream, claim: owner.claim } as const;
  const eventId = (): string => derivedId('release', stream, owner.claim);
  const made = eventsOf({ ...cause, commandHash: null, eventId }, decider.decide(command, state));
  if (made.length > 0) await events.append(leadStream(leadId), made, revision ?? 'NO_STREAM');
};
