import type { Clock, NewId } from '../domain/event.ts';
import { leadDecider } from '../domain/lead/decider.ts';
import type { EventStore } from '../event-store/port.ts';
import { captureLead } from './capture.ts';
import { createKeyedHash } from './keyed-hash.ts';
import type { LeadHandling } from './lead-handling.ts';
import { changeStage, findLead, updateLead } from './leads.ts';
import { changeOpportunity, openOpportunity } from './opportunities.ts';
import { cancelOrder, placeOrder } from './orders.ts';
import type { Commands } from './port.ts';
import { recordTouchpoints } from './touchpoints.ts';

export interface Handling {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Keys the hashes of e-mail addresses, phone numbers and idempotency keys; must stay the same for the log's life. */
  readonly secret: string;
  /** Names of the life cycle's stages. */
  readonly stages: readonly string[];
}

/**
 * Everything that changes something, over an event store.
 *
 * @example
 * const commands = createCommands({ events, clock: Date.now, newId: uuidv7, secret, stages: ['lead', 'customer'] });
 * await commands.captureLead({ email: 'ann@example.org' }, { command: 'captureLead', actor: 'api' });
 * @throws Error when the secret is empty
 */
export const createCommands = ({ events, clock, newId, secret, stages }: Handling): Commands => {
  const deps: LeadHandling = {
    events,
    clock,
    newId,
    hash: createKeyedHash(secret),
    decider: leadDecider(stages),
  };
  return {
    captureLead: (command, context) => captureLead(deps, command, context),
    updateLead: (command, context) => updateLead(deps, command, context),
    changeStage: (command, context) => changeStage(deps, command, context),
    recordTouchpoints: (touchpoints, context) => recordTouchpoints(deps, touchpoints, context),
    openOpportunity: (command, context) => openOpportunity(deps, command, context),
    moveOpportunity: (command, context) => {
      const { id: opportunityId, stage, probability } = command;
      return changeOpportunity(deps, command, { kind: 'move', opportunityId, stage, probability }, context);
    },
    winOpportunity: (command, context) => {
      const { id: opportunityId, amount } = command;
      return changeOpportunity(deps, command, { kind: 'win', opportunityId, amount }, context);
    },
    loseOpportunity: (command, context) => {
      const { id: opportunityId, reason } = command;
      return changeOpportunity(deps, command, { kind: 'lose', opportunityId, reason }, context);
    },
    reopenOpportunity: (command, context) => {
      const { id: opportunityId, reason } = command;
      return changeOpportunity(deps, command, { kind: 'reopen', opportunityId, reason }, context);
    },
    placeOrder: (command, context) => placeOrder(deps, command, context),
    cancelOrder: (command, context) => cancelOrder(deps, command, context),
    findLead: identity => findLead(deps, identity),
  };
};
