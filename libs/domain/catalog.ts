import type { Static } from '@sinclair/typebox';
import type { RecordedEvent } from './event.ts';
import type { EventDefinition } from './define-event.ts';
import * as command from './command/events.ts';
import * as due from './due/events.ts';
import * as identity from './identity/events.ts';
import * as lead from './lead/events.ts';
import * as opportunity from './opportunity/events.ts';
import * as order from './order/events.ts';
import * as projection from './projection/events.ts';
import { touchpoints } from './touchpoint/events.ts';
import * as webhook from './webhook/events.ts';

const all = [
  lead.LeadCaptured,
  lead.LeadRecaptured,
  lead.LeadProfileUpdated,
  lead.LeadStageChanged,
  lead.ConsentGranted,
  ...touchpoints,
  opportunity.OpportunityOpened,
  opportunity.OpportunityStageChanged,
  opportunity.OpportunityWon,
  opportunity.OpportunityLost,
  opportunity.OpportunityReopened,
  order.OrderPlaced,
  order.OrderCancelled,
  due.ScoreBandChanged,
  due.CustomerChurned,
  due.CustomerWonBack,
  identity.IdentityClaimed,
  identity.IdentityReleased,
  command.IdempotencyKeyUsed,
  command.IdempotencyKeySettled,
  projection.ProjectionEventSkipped,
  webhook.WebhookRegistered,
  webhook.WebhookChanged,
  webhook.WebhookDisabled,
  webhook.WebhookEnabled,
  webhook.WebhookSecretRotated,
  webhook.WebhookDeleted,
] as const;

type Definition = (typeof all)[number];

/** Names of the event types that Leadfold knows. */
export type EventType = Definition['type'];

/** The data of each type at its newest version. */
export type DataOf<T extends EventType> = Static<Extract<Definition, { type: T }>['schema']>;

/** What happened, of a type that Leadfold knows: an event without id, times and place. */
export type Happening = { [T in EventType]: { readonly type: T; readonly data: DataOf<T> } }[EventType];

/** An event of a known type as the log holds it; data of a type that Leadfold doesn't know is `unknown`. */
export type EventOf<T extends string> = RecordedEvent<T, T extends EventType ? DataOf<T> : unknown>;

/** Every type that Leadfold knows, by name. */
export const catalog: ReadonlyMap<string, EventDefinition> = new Map(
  all.map(definition => [definition.type, definition]),
);
