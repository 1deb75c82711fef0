import { CloudEvent, Kafka } from 'cloudevents';
import { Partitioners, type Message, type PartitionMetadata } from 'kafkajs';
import type { LifecycleEvent } from '../port.ts';
import { takes, type Topic } from './topic.ts';

/** A message and where it goes. */
export interface Placed {
  readonly topic: string;
  readonly partition: number;
  readonly message: Message;
  /** Of its record at most, without compression. */
  readonly bytes: number;
}

/** Length, attributes, deltas and the content type's header. */
const recordOverhead = 120;

/** The CloudEvent as a topic carries it. */
const carried = (cloudEvent: CloudEvent<unknown>, personal: boolean): CloudEvent<unknown> => {
  const { data } = cloudEvent;
  if (personal || typeof data !== 'object' || data === null || !('personal' in data)) return cloudEvent;
  const harmless = Object.fromEntries(Object.entries(data).filter(([name]) => name !== 'personal'));
  return new CloudEvent({ ...cloudEvent.toJSON(), data: harmless }, false);
};

/** The partition of a key as every client of Kafka chooses it (murmur2). */
const partitionBy = (partitions: number): ((key: string) => number) => {
  const choose = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId): PartitionMetadata => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return key => choose({ topic: '', partitionMetadata, message: { key, value: null } });
};

/**
 * Makes the messages (CloudEvents in Kafka's structured content mode) of lifecycle events: one for each topic that takes its type, with the lead's id as key. The message's time is when it
 * is published, because a topic that keeps a week would drop what happened earlier at once.
 */
export const placing = (topics: readonly Topic[]): ((event: LifecycleEvent) => readonly Placed[]) => {
  const places = topics.map(topic => ({ topic, partitionOf: partitionBy(topic.partitions) }));
  return ({ leadId, cloudEvent }) =>
    places
      .filter(({ topic }) => takes(topic, cloudEvent.type))
      .map(({ topic, partitionOf }) => {
        const { value, headers } = Kafka.structured(carried(cloudEvent, topic.personal));
        const partition = partitionOf(leadId);
        return {
          topic: topic.name,
          partition,
          message: { key: leadId, value, partition, headers },
          bytes: Buffer.byteLength(value) + Buffer.byteLength(leadId) + recordOverhead,
        };
      });
};
