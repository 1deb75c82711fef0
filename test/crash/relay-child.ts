import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { openSqliteCheckpoints } from '../../libs/lifecycle/checkpoints/sqlite.ts';
import { createKafkaRelay, topicDefaults } from '../../libs/lifecycle/kafka/index.ts';
import { testRules } from '../../libs/lifecycle/testing.ts';
import { seeded } from '../support/child.ts';

/** Appends orders and relays them for as long as it lives; it prints how far it has come. */
const [dir = '', brokers = '', topic = '', batch = '', seed = '1'] = process.argv.slice(2);
const random = seeded(Number(seed));
const below = (bound: number): number => Math.floor(random() * bound);
const events = openSqliteEventStore({ file: join(dir, 'events.db') });
const checkpoints = openSqliteCheckpoints({ file: join(dir, 'relay.db') });

const relay = createKafkaRelay({
  events,
  checkpoints: {
    ...checkpoints,
    save: async (subscriber, position) => {
      await checkpoints.save(subscriber, position);
      process.stdout.write(`${position}\n`);
    },
  },
  rules: testRules,
  owner: randomUUID(),
  leaseMs: 200,
  batch: Number(batch),
  brokers: brokers.split(','),
  topics: [{ ...topicDefaults, name: topic }],
});
relay.start();

for (;;) {
  const leadId = `l${below(30)}`;
  const orders = Array.from({ length: 1 + below(30) }, () => ({
    id: randomUUID(),
    type: 'OrderPlaced',
    version: 1,
    occurredAt: Date.now(),
    data: { leadId, orderId: randomUUID(), total: { amount: below(1_000), currency: 'EUR' } },
    metadata: { leadId, actor: 'test' },
  }));
  await events.append(`lead-${leadId}`, orders, 'ANY');
}
