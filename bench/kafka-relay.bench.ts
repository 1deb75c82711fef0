import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Message, Producer } from 'kafkajs';
import { openSqliteEventStore } from '../libs/event-store/sqlite/index.ts';
import { openSqliteCheckpoints } from '../libs/lifecycle/checkpoints/sqlite.ts';
import { createMapping, type LifecycleRules } from '../libs/lifecycle/index.ts';
import { createClient, createProducer } from '../libs/lifecycle/kafka/client.ts';
import { createKafkaRelay, topicDefaults } from '../libs/lifecycle/kafka/index.ts';
import { placing } from '../libs/lifecycle/kafka/message.ts';
import { benchFolder } from './bare-log.ts';
import { writeHistory } from './history.ts';
import { openBroker } from './kafka-broker.ts';
import type { Benchmark } from './port.ts';
import { compare } from './rounds.ts';

const batch = 1_000;
const rules: LifecycleRules = {
  source: 'urn:leadfold:bench',
  stages: ['visitor', 'lead', 'mql', 'sql', 'opportunity', 'customer', 'advocate'],
  qualifiedStage: 'mql',
};
const patience = { connectMs: 5_000, requestMs: 30_000 };

export const benchmark: Benchmark = {
  name: 'kafka-relay',
  description: 'the relay from the log to Kafka, against bare kafkajs sends of the same batches',
  run: async options => {
    const folder = benchFolder();
    const broker = await openBroker(join(folder.path, 'kafka')).catch((error: unknown) => {
      options.log(`left out, because there is no broker: ${String(error)}`);
      return null;
    });
    if (broker === null) {
      folder.remove();
      return [];
    }
    const file = join(folder.path, 'log.sqlite');
    const count = options.quick === true ? 5_000 : 100_000;
    writeHistory(file, count);
    const events = openSqliteEventStore({ file });
    const client = createClient(broker.brokers, patience);
    const producer = createProducer(client);
    const topics = { ours: `bench-${randomUUID()}`, bare: `bench-${randomUUID()}` };
    const admin = client.admin();
    try {
      await admin.connect();
      await admin.createTopics({
        topics: Object.values(topics).map(topic => ({ topic, numPartitions: topicDefaults.partitions })),
      });
      await producer.connect();
      const batches = await messagesOf(events);
      options.log(`${batches.flat().length} lifecycle events of ${count} events`);

      const relay = async (round: number): Promise<number> => {
        const checkpoints = openSqliteCheckpoints({ file: join(folder.path, `relay-${round}.sqlite`) });
        const one = createKafkaRelay({
          events,
          checkpoints,
          rules,
          owner: randomUUID(),
          batch,
          brokers: broker.brokers,
          topics: [{ ...topicDefaults, name: topics.ours }],
          patience,
        });
        one.start();
        while (one.status().position < count) await pause(2);
        const { delivered } = one.status();
        await one.stop();
        await checkpoints.close();
        return delivered;
      };

      const result = await compare(
        {
          name: 'kafka-relay',
          unit: 'messages/s',
          rounds: options.quick === true ? 2 : 6,
          wanted: 0.5,
          ours: relay,
          bare: () => sendAll(producer, topics.bare, batches),
        },
        options,
      );
      return [result];
    } finally {
      await admin.deleteTopics({ topics: Object.values(topics) }).catch(() => undefined);
      await admin.disconnect();
      await producer.disconnect();
      await events.close();
      await broker.stop();
      folder.remove();
    }
  },
};

/** The messages that the relay sends, ready, batch by batch; kafkajs chooses the partition of each by its key. */
const messagesOf = async (
  events: Pick<ReturnType<typeof openSqliteEventStore>, 'readAll'>,
): Promise<readonly (readonly Message[])[]> => {
  const [toLifecycle, place] = [createMapping(rules), placing([topicDefaults])];
  const batches: Message[][] = [];
  for (let position = 0; ;) {
    const read = await events.readAll(position, batch);
    const last = read.at(-1);
    if (last === undefined) return batches;
    position = last.position;
    const placed = read.flatMap(toLifecycle).flatMap(place);
    batches.push(placed.map(({ message: { key = null, value, headers = {} } }) => ({ key, value, headers })));
  }
};

const sendAll = async (
  producer: Producer,
  topic: string,
  batches: readonly (readonly Message[])[],
): Promise<number> => {
  let sent = 0;
  for (const messages of batches) {
    await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages: [...messages] }] });
    sent += messages.length;
  }
  return sent;
};
