import { NotFound } from '../domain/errors.ts';
import { profileChanges, toProfile } from '../domain/lead/profile.ts';
import { occurredAt } from '../domain/occurred.ts';
import type { LeadHandling } from './lead-handling.ts';
import { checkHappening } from './cause.ts';
import { handle } from './handle.ts';
import { begin } from './idempotency.ts';
import { identitiesOf, readClaim } from './identity.ts';
import { isId } from './id.ts';
import type { ChangeStage, CommandContext, CommandResult, Commands, UpdateLead } from './port.ts';
import { resolve } from './resolve.ts';
import { leadStream, standingOf } from './standing.ts';
import { holds } from '../domain/lead/decider.ts';

/** @throws NotFound when the lead was never captured */
export const requireLead = async ({ events, decider }: LeadHandling, leadId: string): Promise<void> => {
  if (!isId(leadId) || !(await standingOf(events, decider, leadId)).state.captured)
    throw new NotFound('lead', leadId);
};

/**
 * Changes what is known of a lead. A new e-mail or phone is claimed for it first; those that it had stay its own.
 *
 * @throws NotFound; RuleViolation `identity-conflict`, `invalid-email`, `invalid-phone`, `invalid-data`, …
 */
export const updateLead = async (
  deps: LeadHandling,
  command: UpdateLead,
  context: CommandContext,
): Promise<CommandResult> => {
  const { events, decider, clock } = deps;
  const { id } = command;
  const occurred = occurredAt(command.occurredAt, clock());
  const identities = identitiesOf(deps.hash, command);
  const profile = toProfile(command);
  await requireLead(deps, id);
  checkHappening({ type: 'LeadProfileUpdated', data: { leadId: id, ...profileChanges({}, profile) } });
  const cause = await begin(deps, context, command, occurred);
  if (identities.length > 0)
    await resolve(events, decider, cause, { given: id, identities, newLeadId: () => id, careful: false });
  const { revision, position } = await handle(events, {
    decider,
    stream: leadStream(id),
    command: { kind: 'update', leadId: id, profile },
    cause,
  });
  return { id, revision, position, created: false };
};

/** @throws NotFound; RuleViolation `unknown-stage`, …; WrongExpectedRevision */
export const changeStage = async (
  deps: LeadHandling,
  command: ChangeStage,
  context: CommandContext,
): Promise<CommandResult> => {
  const { events, decider, clock } = deps;
  const { id, stage, reason, expectedRevision } = command;
  const occurred = occurredAt(command.occurredAt, clock());
  if (!isId(id)) throw new NotFound('lead', id);
  const cause = await begin(deps, context, command, occurred);
  const { revision, position } = await handle(events, {
    decider,
    stream: leadStream(id),
    command: { kind: 'stage', leadId: id, stage, reason },
    cause,
    expectedRevision,
  });
  return { id, revision, position, created: false };
};

/** The lead that an e-mail or phone belongs to; null when nobody's, or claimed for a lead that was never captured. */
export const findLead = async (
  { events, decider, hash }: LeadHandling,
  identity: Parameters<Commands['findLead']>[0],
): Promise<string | null> => {
  const [wanted] = identitiesOf(hash, identity);
  if (wanted === undefined) return null;
  const { owner } = (await readClaim(events, wanted)).state;
  if (owner === null) return null;
  const { state } = await standingOf(events, decider, owner.leadId);
  return state.captured && holds(state, { identity: wanted.stream, claim: owner.claim })
    ? owner.leadId
    : null;
};
