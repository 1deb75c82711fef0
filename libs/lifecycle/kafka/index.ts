export {
  AuthenticationFailed,
  BrokerAway,
  NotAcknowledged,
  PublisherClosed,
  TlsFailed,
  TopicRefused,
} from './errors.ts';
export {
  createKafkaPublisher,
  type Connection,
  type KafkaPublisher,
  type KafkaPublishing,
} from './publisher.ts';
export { createKafkaRelay, type KafkaRelay, type KafkaRelaying, type KafkaStatus } from './relay.ts';
export type { Security } from './security.ts';
export { topicDefaults, type Topic } from './topic.ts';
