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
export { lifecycleType, lifecycleTypes, logTypesOf, type LifecycleType } from './types.ts';
