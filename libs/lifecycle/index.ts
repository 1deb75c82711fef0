export { createFeed, type Feed, type Stretch } from './feed.ts';
export { followLifecycle, type Follow, type Following } from './follow.ts';
export { createMapping, schemaUrn, type LifecycleRules, type ToLifecycle } from './mapping.ts';
export { backOff, keepTrying, type BackOff } from './policy.ts';
export type {
  CheckpointStore,
  DeliveryFailure,
  ErrorDecision,
  ErrorPolicy,
  LifecycleEvent,
  LifecyclePublisher,
  SubscriptionStatus,
} from './port.ts';
export { createRelay, type RelayPart } from './relay.ts';
export type { Sink, Streams, StreamsStatus, Wanted } from './sse/port.ts';
export { createReadOn, type Page, type ReadOn } from './read-on.ts';
export { createStreams } from './sse/streams.ts';
export { lifecycleType, lifecycleTypes, logTypesOf, type LifecycleType } from './types.ts';
export {
  createWebhookCommands,
  type ChangeWebhook,
  type RegisterWebhook,
  type SecretResult,
  type WebhookCommands,
} from './webhooks/commands.ts';
export {
  InvalidDeliveryCursor,
  type Attempt,
  type Delivery,
  type DeliveryPage,
  type DeliveryQuery,
  type DeliveryStore,
} from './webhooks/port.ts';
export { createRegistry, type Registry, type Webhook } from './webhooks/registry.ts';
export { createWebhookRelay } from './webhooks/relay.ts';
export { createSender } from './webhooks/send.ts';
export type { Network } from './webhooks/target.ts';
