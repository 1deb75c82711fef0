import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { Kafka, logLevel } from 'kafkajs';
import { createMapping, type LifecycleEvent } from '../../libs/lifecycle/index.ts';
import { createKafkaPublisher, topicDefaults } from '../../libs/lifecycle/kafka/index.ts';
import { recordedAt, testRules } from '../../libs/lifecycle/testing.ts';
import { temporaryFolder } from '../support/folder.ts';
import { kafkaBrokers } from '../support/kafka-brokers.ts';
import { administer, aTopic } from '../support/kafka-topic.ts';

const program = new URL('../../docs/consumers/kafka.ts', import.meta.url).pathname;
const toLifecycle = createMapping(testRules);

const orders = (from: number, count: number): readonly LifecycleEvent[] =>
  Array.from({ length: count }, (_, n) => from + n).flatMap(n =>
    toLifecycle(
      recordedAt(n, 'OrderPlaced', {
        leadId: `lead-${n % 5}`,
        orderId: `o${n}`,
        total: { amount: n, currency: 'EUR' },
      }),
    ),
  );

interface Bought {
  readonly lead: string;
  readonly orders: number;
  readonly amount: number;
}

describe('the consumer of Kafka in the documentation', () => {
  const folder = temporaryFolder();
  const topic = aTopic();
  const file = join(folder.path, 'bought.sqlite');
  const publisher = createKafkaPublisher({
    brokers: kafkaBrokers,
    topics: [{ ...topicDefaults, name: topic, partitions: 3 }],
  });

  afterAll(async () => {
    await publisher.close();
    await administer(kafkaBrokers, admin => admin.deleteTopics({ topics: [topic] }));
    folder.remove();
  });

  /** Runs it until something holds after a batch, and ends it by a signal. */
  const consume = async (
    done: (read: number) => boolean,
    signal: 'SIGTERM' | 'SIGKILL',
  ): Promise<{ read: number; repeats: number; errors: string }> => {
    const child = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', program], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        BROKERS: kafkaBrokers.join(','),
        TOPIC: topic,
        GROUP: topic,
        FILE: file,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    let [read, repeats] = [0, 0];
    for await (const line of createInterface({ input: child.stdout })) {
      const [, events, again] = /: (\d+) events, (\d+)/.exec(line) ?? [];
      read += Number(events);
      repeats += Number(again);
      if (done(read)) child.kill(signal);
    }
    await ended;
    return { read, repeats, errors };
  };

  /** What it has kept. */
  const bought = (): readonly Bought[] => {
    const db = new Database(file, { readonly: true });
    try {
      return db.prepare('SELECT lead, orders, amount FROM bought ORDER BY lead').all() as Bought[];
    } finally {
      db.close();
    }
  };

  /** What it ought to have kept of the orders up to a number. */
  const expected = (count: number): readonly Bought[] =>
    [0, 1, 2, 3, 4].map(lead => {
      const amounts = Array.from({ length: count }, (_, n) => n + 1).filter(n => n % 5 === lead);
      return {
        lead: `lead-${lead}`,
        orders: amounts.length,
        amount: amounts.reduce((sum, n) => sum + n, 0),
      };
    });

  it('counts each order once, though the topic has repeats and something else', async () => {
    const [first, second] = [orders(1, 60), orders(61, 40)];
    await publisher.publish(first);
    await publisher.publish(second);
    await publisher.publish(second);
    const stranger = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING }).producer();
    await stranger.connect();
    await stranger.send({ topic, messages: [{ value: 'no JSON' }, { value: '{"id":"x"}' }] });
    await stranger.disconnect();
    const { read, repeats, errors } = await consume(all => all === 142, 'SIGTERM');
    expect({ read, repeats }).toEqual({ read: 142, repeats: 40 });
    expect(errors.match(/no CloudEvent/g)).toHaveLength(2);
    expect(bought()).toEqual(expected(100));
  }, 60_000);

  it('goes on where it stood, and a crash before the commit counts nothing twice', async () => {
    await publisher.publish(orders(101, 200));
    // It dies right after a transaction, most often before the broker knows.
    await consume(() => true, 'SIGKILL');
    const counted = (): number => bought().reduce((sum, each) => sum + each.orders, 0);
    await consume(() => counted() === 300, 'SIGKILL');
    expect(bought()).toEqual(expected(300));
    await publisher.publish(orders(301, 5));
    const { errors } = await consume(() => counted() === 305, 'SIGTERM');
    expect(errors).toBe('');
    expect(bought()).toEqual(expected(305));
  }, 120_000);
});
