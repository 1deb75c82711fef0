import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/folder.ts';
import { kafkaBrokers } from '../support/kafka-brokers.ts';
import { administer, aTopic, readTopic, type Read } from '../support/kafka-topic.ts';
import { startServer, type Harness } from './http-server.ts';

const folder = temporaryFolder();
const [all, crm, orders] = [aTopic(), aTopic(), aTopic()];

/** A server with the role `relay`, by these topics. */
const relaying = async (topics: readonly object[], brokers = kafkaBrokers.join(',')): Promise<Harness> => {
  const file = join(folder.path, `${aTopic()}.json`);
  writeFileSync(file, JSON.stringify({ kafka: { topics } }));
  const server = await startServer({ LEADFOLD_KAFKA: brokers, LEADFOLD_CONFIG: file });
  server.engine.lifecycle.relay.start();
  return server;
};

interface Health {
  readonly status: string;
  readonly details: { readonly relay: Readonly<Record<string, unknown>> };
}

const healthOf = async (server: Harness): Promise<Health> => {
  const answer = await server.get('/health/ready');
  expect(answer.status).toBe(200);
  return answer.json as unknown as Health;
};

const until = async <T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> => {
  for (let tries = 0; ; tries++) {
    const answer = await ask();
    if (holds(answer) || tries === 200) return answer;
    await pause(50);
  }
};

const types = (read: readonly Read[]): readonly string[] => read.map(({ body }) => body.type);

afterAll(async () => {
  await administer(kafkaBrokers, async admin => {
    const there = await admin.listTopics();
    await admin.deleteTopics({ topics: [all, crm, orders].filter(each => there.includes(each)) });
  });
  folder.remove();
});

describe('a server with LEADFOLD_KAFKA', () => {
  let server: Harness;

  beforeAll(async () => {
    server = await relaying([
      { name: all },
      { name: crm, types: ['leadfold.lead.captured'], personal: true, partitions: 2 },
      { name: orders, types: ['leadfold.order.placed', 'leadfold.order.cancelled'], partitions: 1 },
    ]);
    await server.post('/v1/leads', { id: 'ann', email: 'ann@example.org', name: 'Ann', origin: 'referral' });
    await server.post('/v1/leads/ann/stage', { stage: 'mql' });
    await server.post('/v1/orders', {
      id: 'o1',
      leadId: 'ann',
      total: { amount: 1_290, currency: 'EUR' },
    });
  });

  afterAll(() => server.close());

  it('publishes what happens, in order for the lead', async () => {
    const read = await until(
      () => readTopic(kafkaBrokers, all).catch(() => []),
      messages => messages.length >= 4,
    );
    expect(types(read)).toEqual([
      'leadfold.lead.captured',
      'leadfold.lead.stage-changed',
      'leadfold.lead.qualified',
      'leadfold.order.placed',
    ]);
    expect(new Set(read.map(({ key }) => key))).toEqual(new Set(['ann']));
    const { json } = await server.get('/v1/events?leadId=ann&type=LeadCaptured');
    expect(read[0]!.body.id).toBe(json.data[0]!.id);
  });

  it('publishes to each topic what that is for, and personal data only where it is told to', async () => {
    const read = await readTopic(kafkaBrokers, crm);
    expect(types(read)).toEqual(['leadfold.lead.captured']);
    expect(read[0]!.body.data).toMatchObject({ personal: { email: 'ann@example.org', name: 'Ann' } });
    expect(types(await readTopic(kafkaBrokers, orders))).toEqual(['leadfold.order.placed']);
    expect(JSON.stringify(await readTopic(kafkaBrokers, all))).not.toContain('ann@example.org');
  });

  it('tells how the relay stands', async () => {
    const health = await until(
      () => healthOf(server),
      ({ details }) => JSON.stringify(details.relay).includes('"lag":0'),
    );
    expect(health.details.relay).toEqual({ status: 'up', kafka: { state: 'following', lag: 0 } });
    const { text } = await server.get('/metrics');
    expect(text).toContain('leadfold_relay_lag{subscriber="kafka"} 0');
    expect(text).toContain('leadfold_relay_delivered_total{subscriber="kafka"} 4');
    expect(text).toContain('leadfold_relay_state{subscriber="kafka",state="following"} 1');
  });
});

describe('a server whose topic is wrong', () => {
  it('says what is wrong with it, and goes on with everything else', async () => {
    const server = await relaying([{ name: orders, partitions: 5 }]);
    try {
      expect((await server.post('/v1/leads', { id: 'bob' })).status).toBe(201);
      const health = await until(
        () => healthOf(server),
        ({ status }) => status !== 'ok',
      );
      expect(health.details.relay).toMatchObject({
        status: 'degraded',
        kafka: {
          state: 'retrying',
          error: 'TopicRefused',
          fault: expect.stringContaining(`topic "${orders}": it has 1 partitions, and 5 are configured`),
        },
      });
    } finally {
      await server.close();
    }
  });
});

describe('a server whose broker is away', () => {
  it('takes what it is told, and does not tell strangers where the broker is', async () => {
    const server = await relaying([{ name: all }], '127.0.0.1:1');
    try {
      expect((await server.post('/v1/leads', { id: 'bob' })).status).toBe(201);
      const health = await until(
        () => healthOf(server),
        ({ details }) => details.relay['status'] === 'degraded',
      );
      expect(health.details.relay).toEqual({
        status: 'degraded',
        kafka: { state: 'retrying', lag: 1, error: 'BrokerAway' },
      });
      const { text } = await server.get('/metrics');
      expect(text).toMatch(/leadfold_relay_failures_total\{subscriber="kafka"\} [1-9]/);
    } finally {
      await server.close();
    }
  });
});
