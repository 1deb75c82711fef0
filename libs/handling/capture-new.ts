import type { StreamAppend } from '../event-store/port.ts';
import { WrongExpectedRevision } from '../event-store/errors.ts';
import type { LeadCommand } from '../domain/lead/decider.ts';
import type { LeadHandling } from './lead-handling.ts';
import { eventsOf, type Cause } from './cause.ts';
import { claimEvent, readClaim, type Identity } from './identity.ts';
import type { CommandResult } from './port.ts';
import { leadStream } from './standing.ts';

type Capture = Omit<Extract<LeadCommand, { kind: 'capture' }>, 'leadId' | 'claims'>;

/** Whether claims can be tried: one that is refused leaves nothing behind, but two of which one is refused would. */
const promising = async (
  { events }: LeadHandling,
  cause: Cause,
  identities: readonly Identity[],
): Promise<boolean> => {
  if (cause.repeated || identities.length === 0) return false;
  if (identities.length === 1) return true;
  const claims = await Promise.all(identities.map(identity => readClaim(events, identity)));
  return claims.every(({ state }) => state.next === 0);
};

/**
 * Captures a lead by e-mail or phone as one that nobody has seen, which most are: claims and lead go to the log
 * together, and the log tells where that was wrong. Null then, and nothing was captured; a claim may have been left by a
 * race, as by a crash.
 */
export const captureNew = async (
  deps: LeadHandling,
  cause: Cause,
  identities: readonly Identity[],
  capture: Capture,
): Promise<CommandResult | null> => {
  if (!(await promising(deps, cause, identities))) return null;
  const { events, decider } = deps;
  const leadId = cause.idOf('lead');
  const claims = identities.map((identity): StreamAppend => ({
    stream: identity.stream,
    events: [claimEvent(identity, leadId, 0, cause.occurredAt, cause.metadata)],
    expected: 'NO_STREAM',
  }));
  const refs = claims.map(({ stream }) => ({ identity: stream, claim: 0 }));
  const decided = decider.decide({ ...capture, leadId, claims: refs }, decider.initialState);
  const lead = {
    stream: leadStream(leadId),
    events: eventsOf(cause, decided),
    expected: 'NO_STREAM',
  } as const;
  try {
    const last = (await events.appendEach([...claims, lead])).at(-1);
    return last === undefined
      ? null
      : { id: leadId, revision: last.revision, position: last.position, created: true };
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return null;
    throw error;
  }
};
