import { RuleViolation } from '../domain/errors.ts';
import { occurredAt } from '../domain/occurred.ts';
import { toProfile } from '../domain/lead/profile.ts';
import { captureNew } from './capture-new.ts';
import { begin } from './idempotency.ts';
import { checkHappening } from './cause.ts';
import { handle } from './handle.ts';
import { identitiesOf } from './identity.ts';
import type { LeadHandling } from './lead-handling.ts';
import type { CaptureLead, CommandContext, CommandResult } from './port.ts';
import { resolve } from './resolve.ts';
import { retryingConflicts } from './retry.ts';
import { leadStream } from './standing.ts';

const isReleased = (error: unknown): boolean =>
  error instanceof RuleViolation && error.rule === 'identity-released';

/** Stands in for an id that isn't known yet while the rest is checked. */
const placeholder = 'unknown';

/**
 * Captures a lead, or recaptures the one that has the id, e-mail or phone. Identities are claimed before the lead is
 * written; a crash in between heals at the next capture.
 *
 * @throws RuleViolation `identity-missing`, `identity-conflict`, `invalid-email`, `invalid-phone`, `invalid-data`,
 * `occurred-in-the-future`, `occurred-too-early`, `idempotency-key-reused`
 */
export const captureLead = async (
  deps: LeadHandling,
  command: CaptureLead,
  context: CommandContext,
): Promise<CommandResult> => {
  const { events, decider, clock } = deps;
  const { id: given, consents = [] } = command;
  const occurred = occurredAt(command.occurredAt, clock());
  const identities = identitiesOf(deps.hash, command);
  if (given === undefined && identities.length === 0)
    throw new RuleViolation('identity-missing', 'a lead needs an id, an e-mail or a phone number');
  const profile = toProfile(command);
  const capture = { kind: 'capture', profile, consents } as const;
  // All that can be refused is refused before anything is written.
  decider
    .decide({ ...capture, leadId: given ?? placeholder, claims: [] }, decider.initialState)
    .forEach(checkHappening);
  const cause = await begin(deps, context, command, occurred);
  const made = given === undefined ? await captureNew(deps, cause, identities, capture) : null;
  if (made !== null) return made;
  const newLeadId = (): string => cause.idOf('lead');
  return retryingConflicts(async attempt => {
    const careful = attempt > 1;
    const { leadId, fresh, claims } = await resolve(events, decider, cause, {
      given,
      identities,
      newLeadId,
      careful,
    });
    const { revision, position, first } = await handle(events, {
      decider,
      stream: leadStream(leadId),
      command: { ...capture, leadId, claims },
      cause,
      fresh,
    });
    return { id: leadId, revision, position, created: first === 'LeadCaptured' };
  }, isReleased);
};
