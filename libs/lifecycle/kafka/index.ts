export { BrokerAway, NotAcknowledged, PublisherClosed, TopicRefused } from './errors.ts';
export {
  createKafkaPublisher,
  type Connection,
  type KafkaPublisher,
  type KafkaPublishing,
} from './publisher.ts';
export { createKafkaRelay, type KafkaRelay, type KafkaRelaying, type KafkaStatus } from './relay.ts';
export { topicDefaults, type Topic } from './topic.ts';
