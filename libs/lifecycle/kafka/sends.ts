import type { TopicMessages } from 'kafkajs';
import type { Placed } from './message.ts';

/** What is sent at once: for each partition one batch of records, which brokers take whole or not at all. */
export interface Send {
  readonly topicMessages: readonly TopicMessages[];
  /** `topic/partition`, all that have to be acknowledged. */
  readonly places: ReadonlySet<string>;
}

/** Kafka's own bound of a batch of records is 1,048,588 bytes; the rest is for its header. */
const mostBytes = 1_040_000;

/** The name of a place in errors and acknowledgements. */
export const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * Divides messages into sends, to be made one after the other, so that no partition's batch is larger than a broker takes. Within a
 * partition the order stays. A message that is too large by itself goes alone, for the broker to judge.
 */
export const sendsOf = (messages: readonly Placed[], most = mostBytes): readonly Send[] => {
  const sends: Send[] = [];
  let topics = new Map<string, TopicMessages['messages']>();
  let bytes = new Map<string, number>();
  const finish = (): void => {
    if (bytes.size === 0) return;
    sends.push({
      topicMessages: [...topics].map(([topic, list]) => ({ topic, messages: list })),
      places: new Set(bytes.keys()),
    });
    topics = new Map();
    bytes = new Map();
  };
  for (const each of messages) {
    const place = placeOf(each.topic, each.partition);
    if (bytes.has(place) && (bytes.get(place) ?? 0) + each.bytes > most) finish();
    bytes.set(place, (bytes.get(place) ?? 0) + each.bytes);
    const list = topics.get(each.topic);
    if (list === undefined) topics.set(each.topic, [each.message]);
    else list.push(each.message);
  }
  finish();
  return sends;
};
