import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { restWhenIdle } from '../../libs/lifecycle/kafka/rest-when-idle.ts';

restWhenIdle();

/** A message as a reader of the topic sees it. */
export interface Read {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly body: {
    readonly id: string;
    readonly type: string;
    readonly subject: string;
    readonly position: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly [attribute: string]: unknown;
  };
}

const client = (brokers: readonly string[]): Kafka =>
  new Kafka({ clientId: 'reader', brokers: [...brokers], logLevel: logLevel.NOTHING });

/** Does something as an administrator. */
export const administer = async <T>(
  brokers: readonly string[],
  work: (admin: Admin) => Promise<T>,
): Promise<T> => {
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
};

/** A topic's name that no other test uses. */
export const aTopic = (): string => `test-${randomUUID()}`;

/** Where the partitions begin and end. The leaders of a topic that was just made may not know it yet. */
const endsOf = async (
  brokers: readonly string[],
  topic: string,
  tries = 20,
): Promise<Awaited<ReturnType<Admin['fetchTopicOffsets']>>> => {
  try {
    return await administer(brokers, admin => admin.fetchTopicOffsets(topic));
  } catch (error) {
    if (tries === 0) throw error;
    await pause(100);
    return endsOf(brokers, topic, tries - 1);
  }
};

/** Everything that a topic holds now, each partition in its order, partition after partition. */
export const readTopic = async (brokers: readonly string[], topic: string): Promise<readonly Read[]> => {
  const ends = await endsOf(brokers, topic);
  const missing = new Map(
    ends
      .filter(({ low, high }) => Number(high) > Number(low))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
  if (missing.size === 0) return [];
  const all: Read[] = [];
  const consumer = client(brokers).consumer({ groupId: `reader-${randomUUID()}`, maxWaitTimeInMs: 100 });
  const done = Promise.withResolvers<undefined>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { partition, messages } }) => {
        for (const { key, value, offset } of messages) {
          const body = JSON.parse(String(value)) as Read['body'];
          all.push({ partition, offset: Number(offset), key: String(key), body });
          if (Number(offset) + 1 >= (missing.get(partition) ?? Infinity)) missing.delete(partition);
        }
        if (missing.size === 0) done.resolve(undefined);
        return Promise.resolve();
      },
    });
    await done.promise;
  } finally {
    await consumer.disconnect();
  }
  return all.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
};

/** Those that are there for the first time, in the order of the topic: what a reader keeps who drops repeats by id. */
export const withoutRepeats = (read: readonly Read[]): readonly Read[] => {
  const seen = new Set<string>();
  return read.filter(({ body: { id } }) => !seen.has(id) && seen.add(id));
};
