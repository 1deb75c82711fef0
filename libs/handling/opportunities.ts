import { NotFound } from '../domain/errors.ts';
import { occurredAt } from '../domain/occurred.ts';
import { opportunityDecider, type OpportunityCommand } from '../domain/opportunity/decider.ts';
import type { LeadHandling } from './lead-handling.ts';
import { checkHappening } from './cause.ts';
import { handle } from './handle.ts';
import { isId } from './id.ts';
import { begin } from './idempotency.ts';
import { requireLead } from './leads.ts';
import type { CommandContext, CommandResult, Occurring, OpenOpportunity } from './port.ts';

type Change = Exclude<OpportunityCommand, { kind: 'open' }>;

const streamOf = (id: string): string => `opportunity-${id}`;

/**
 * Opens a deal with a lead that was captured.
 *
 * @throws NotFound when there is no such lead; RuleViolation `opportunity-exists`, `negative-amount`, `invalid-data`, …
 */
export const openOpportunity = async (
  deps: LeadHandling,
  command: OpenOpportunity,
  context: CommandContext,
): Promise<CommandResult> => {
  const { leadId, amount, name, owner } = command;
  const occurred = occurredAt(command.occurredAt, deps.clock());
  const open = { kind: 'open', leadId, amount, name, owner } as const;
  const { decide, initialState } = opportunityDecider;
  decide({ ...open, opportunityId: command.id ?? 'unknown' }, initialState).forEach(checkHappening);
  await requireLead(deps, leadId);
  const cause = await begin(deps, context, command, occurred);
  const id = command.id ?? cause.idOf('opportunity');
  const { revision, position } = await handle(deps.events, {
    decider: opportunityDecider,
    stream: streamOf(id),
    command: { ...open, opportunityId: id },
    cause,
    fresh: command.id === undefined,
  });
  return { id, revision, position, created: true };
};

/** Moves, wins, loses or reopens a deal. @throws NotFound; RuleViolation by the rules of the deal */
export const changeOpportunity = async (
  deps: LeadHandling,
  command: Occurring,
  change: Change,
  context: CommandContext,
): Promise<CommandResult> => {
  const { opportunityId: id } = change;
  const occurred = occurredAt(command.occurredAt, deps.clock());
  if (!isId(id)) throw new NotFound('opportunity', id);
  const cause = await begin(deps, context, command, occurred);
  const { revision, position } = await handle(deps.events, {
    decider: opportunityDecider,
    stream: streamOf(id),
    command: change,
    cause,
  });
  return { id, revision, position, created: false };
};
