import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../../libs/event-store/port.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { openSqliteCheckpoints } from '../../libs/lifecycle/checkpoints/sqlite.ts';
import type { CheckpointStore } from '../../libs/lifecycle/index.ts';
import { createKafkaRelay, topicDefaults, type KafkaRelay } from '../../libs/lifecycle/kafka/index.ts';
import { testRules } from '../../libs/lifecycle/testing.ts';
import { temporaryFolder } from '../support/folder.ts';
import { caughtUp, expectWhole } from '../support/kafka-relaying.ts';
import { aTopic } from '../support/kafka-topic.ts';
import { startProxiedKafka, type ProxiedKafka } from '../support/kafka-proxied.ts';
import type { ProxyMode } from '../support/tcp-proxy.ts';

const batch = 100;
/** A minute takes its time: `LONG_FAULTS=1` has it too. */
const seconds = process.env['LONG_FAULTS'] === '1' ? [1, 10, 60] : [1, 10];
const faults = seconds.flatMap(s => (['hold', 'drop', 'refuse'] as const).map(mode => [mode, s] as const));

describe('a relay whose broker is away', () => {
  const folder = temporaryFolder();
  let kafka: ProxiedKafka;
  let events: EventStore;
  let checkpoints: CheckpointStore;
  let relay: KafkaRelay;
  let topic: string;
  let logged: string[];
  let writing: { readonly stop: () => Promise<number> };

  beforeAll(async () => {
    kafka = await startProxiedKafka(join(folder.path, 'kafka'));
  }, 180_000);

  afterAll(async () => {
    await kafka.stop();
    folder.remove();
  });

  /** Somebody who appends all the time, whatever becomes of the broker. */
  const write = (): typeof writing => {
    const stop = new AbortController();
    const run = async (): Promise<number> => {
      let slowest = 0;
      for (let n = 0; !stop.signal.aborted; n++) {
        const leadId = `l${n % 23}`;
        const order = {
          id: randomUUID(),
          type: 'OrderPlaced',
          version: 1,
          occurredAt: Date.now(),
          data: { leadId, orderId: `o${n}`, total: { amount: n, currency: 'EUR' } },
          metadata: { leadId, actor: 'test' },
        };
        const began = performance.now();
        await events.append(`lead-${leadId}`, [order], 'ANY');
        slowest = Math.max(slowest, performance.now() - began);
        await pause(4);
      }
      return slowest;
    };
    const running = run();
    return {
      stop: () => {
        stop.abort();
        return running;
      },
    };
  };

  beforeEach(async () => {
    topic = aTopic();
    logged = [];
    const dir = join(folder.path, topic);
    events = openSqliteEventStore({ file: `${dir}.db` });
    checkpoints = openSqliteCheckpoints({ file: `${dir}.relay.db` });
    relay = createKafkaRelay({
      events,
      checkpoints,
      rules: testRules,
      owner: 'the only one',
      batch,
      brokers: [kafka.url],
      topics: [{ ...topicDefaults, name: topic }],
      patience: { connectMs: 1_000, requestMs: 3_000 },
      log: (_, message) => logged.push(message),
    });
    writing = write();
    relay.start();
    while (relay.status().delivered === 0) await pause(20);
  }, 60_000);

  afterEach(async () => {
    await writing.stop();
    await relay.stop();
    await checkpoints.close();
    await events.close();
  });

  /** Everything is there in the end, without anybody doing anything. */
  const expectEverything = async (): Promise<void> => {
    await pause(500);
    const slowest = await writing.stop();
    await caughtUp(relay, events, 60_000);
    expect(relay.status()).toMatchObject({
      state: 'following',
      lastError: null,
      connection: { state: 'connected', fault: null },
    });
    const repeats = await expectWhole(events, [kafka.broker.url], topic);
    expect(repeats).toBeLessThanOrEqual(batch);
    // The product doesn't wait for the broker.
    expect(slowest).toBeLessThan(5_000);
  };

  it.each([0, 1])(
    'killed with −9 and started again: it goes on, time %d',
    async () => {
      await pause(Math.random() * 400);
      await kafka.broker.kill();
      await pause(1_000);
      const { state, connection } = relay.status();
      expect(state).toBe('retrying');
      expect(connection.state).toBe('away');
      expect(connection.fault).toMatch(/^127\.0\.0\.1:\d+: /);
      await kafka.broker.restart();
      await expectEverything();
      expect(logged).toContain('Kafka does not take events');
      expect(logged.filter(each => each === 'connected to Kafka').length).toBeGreaterThan(1);
    },
    180_000,
  );

  it.each(faults)(
    'cut off (%s) for %d s: it goes on',
    async (mode: ProxyMode, s: number) => {
      await pause(Math.random() * 400);
      kafka.proxy.set(mode);
      const before = relay.status().position;
      await pause(s * 1_000);
      const during = relay.status();
      kafka.proxy.set('pass');
      // Events went on, and the relay stayed where it was, but for what was under way.
      expect(during.position).toBeLessThan((await events.head()) - 50);
      expect(during.position - before).toBeLessThanOrEqual(batch);
      await expectEverything();
    },
    180_000,
  );

  it('is stopped in time', async () => {
    kafka.proxy.set('drop');
    await pause(500);
    const began = performance.now();
    await relay.stop();
    expect(performance.now() - began).toBeLessThan(6_000);
    kafka.proxy.set('pass');
  }, 60_000);
});
