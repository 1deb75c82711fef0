import { NotFound } from '../domain/errors.ts';
import { occurredAt } from '../domain/occurred.ts';
import { orderDecider } from '../domain/order/decider.ts';
import type { LeadHandling } from './lead-handling.ts';
import { checkHappening } from './cause.ts';
import { handle } from './handle.ts';
import { isId } from './id.ts';
import { begin } from './idempotency.ts';
import { requireLead } from './leads.ts';
import type { CancelOrder, CommandContext, CommandResult, PlaceOrder } from './port.ts';

const streamOf = (id: string): string => `order-${id}`;

/**
 * Takes an order of a lead that was captured.
 *
 * @throws NotFound when there is no such lead; RuleViolation `order-exists`, `negative-amount`, `invalid-data`, …
 */
export const placeOrder = async (
  deps: LeadHandling,
  command: PlaceOrder,
  context: CommandContext,
): Promise<CommandResult> => {
  const { leadId, total, country } = command;
  const occurred = occurredAt(command.occurredAt, deps.clock());
  const lines = command.lines === undefined ? undefined : [...command.lines];
  const place = { kind: 'place', leadId, total, country, lines } as const;
  const { decide, initialState } = orderDecider;
  decide({ ...place, orderId: command.id ?? 'unknown' }, initialState).forEach(checkHappening);
  await requireLead(deps, leadId);
  const cause = await begin(deps, context, command, occurred);
  const id = command.id ?? cause.idOf('order');
  const { revision, position } = await handle(deps.events, {
    decider: orderDecider,
    stream: streamOf(id),
    command: { ...place, orderId: id },
    cause,
    fresh: command.id === undefined,
  });
  return { id, revision, position, created: true };
};

/** Cancels an order. @throws NotFound; RuleViolation `order-cancelled` */
export const cancelOrder = async (
  deps: LeadHandling,
  command: CancelOrder,
  context: CommandContext,
): Promise<CommandResult> => {
  const { id, reason } = command;
  const occurred = occurredAt(command.occurredAt, deps.clock());
  if (!isId(id)) throw new NotFound('order', id);
  const cause = await begin(deps, context, command, occurred);
  const { revision, position } = await handle(deps.events, {
    decider: orderDecider,
    stream: streamOf(id),
    command: { kind: 'cancel', orderId: id, reason },
    cause,
  });
  return { id, revision, position, created: false };
};
