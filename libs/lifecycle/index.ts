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
export { createReadOn } from './sse/read-on.ts';
export { createStreams } from './sse/streams.ts';
export { lifecycleType, lifecycleTypes, logTypesOf, type LifecycleType } from './types.ts';
