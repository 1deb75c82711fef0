import { followLifecycle, type Follow } from '../follow.ts';
import { createMapping, type LifecycleRules } from '../mapping.ts';
import { keepTrying } from '../policy.ts';
import type { SubscriptionStatus } from '../port.ts';
import { createKafkaPublisher, type Connection, type KafkaPublishing } from './publisher.ts';

/** The name of the relay's checkpoint and lease. */
export const kafkaSubscriber = 'kafka';

export interface KafkaRelaying
  extends KafkaPublishing, Pick<Follow, 'events' | 'checkpoints' | 'owner' | 'batch' | 'leaseMs'> {
  readonly rules: Omit<LifecycleRules, 'personal'>;
}

/** Where the relay stands. */
export interface KafkaStatus extends SubscriptionStatus {
  readonly connection: Connection;
}

/** Publishes the log's lifecycle events to Kafka, from where it stood. */
export interface KafkaRelay {
  readonly start: () => void;
  /** For good. */
  readonly stop: () => Promise<void>;
  readonly status: () => KafkaStatus;
}

const backOff = { firstMs: 100, longestMs: 10_000 };

/**
 * A subscriber that publishes to Kafka: every lifecycle event at least once, in the order of the log for each lead. A broker that is away
 * stops it, and nothing else; it goes on by itself.
 *
 * @example
 * const relay = createKafkaRelay({ events, checkpoints, rules, owner: newId(), brokers: ['127.0.0.1:9092'], topics: [topicDefaults] });
 * relay.start();
 */
export const createKafkaRelay = (relaying: KafkaRelaying): KafkaRelay => {
  const { rules, topics } = relaying;
  const publisher = createKafkaPublisher(relaying);
  const following = followLifecycle({
    ...relaying,
    subscriber: kafkaSubscriber,
    toLifecycle: createMapping({ ...rules, personal: topics.some(({ personal }) => personal) }),
    deliver: events => publisher.publish(events),
    onError: keepTrying(backOff),
  });
  return {
    start: following.start,
    stop: async () => {
      const stopped = following.stop();
      await publisher.close();
      await stopped;
    },
    status: () => {
      const connection = publisher.connection();
      // Where brokers are is nothing for everybody who may ask for the health.
      const fault = connection.state === 'refused' ? connection.fault : null;
      return { ...following.status(), connection, fault };
    },
  };
};
