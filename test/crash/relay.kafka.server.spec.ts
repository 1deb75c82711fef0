import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { openSqliteCheckpoints } from '../../libs/lifecycle/checkpoints/sqlite.ts';
import { createKafkaRelay, topicDefaults } from '../../libs/lifecycle/kafka/index.ts';
import { testRules } from '../../libs/lifecycle/testing.ts';
import { crashRounds, crashSeed, seeded, startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';
import { kafkaBrokers } from '../support/kafka-brokers.ts';
import { caughtUp, expectWhole } from '../support/kafka-relaying.ts';
import { administer, aTopic } from '../support/kafka-topic.ts';

const child = new URL('relay-child.ts', import.meta.url).pathname;
const batch = 60;

describe('kill −9 of the process that relays to Kafka', () => {
  const random = seeded(crashSeed);
  const folder = temporaryFolder();
  const topic = aTopic();
  const args = [folder.path, kafkaBrokers.join(','), topic, `${batch}`];
  let relayed = 0;

  afterAll(async () => {
    await administer(kafkaBrokers, admin => admin.deleteTopics({ topics: [topic] }));
    folder.remove();
  });

  it.each(Array.from({ length: crashRounds }, (_, n) => n))(
    `comes in the middle of the work: round %d, CRASH_SEED=${crashSeed}`,
    async round => {
      const one = startChild(child, [...args, `${crashSeed + round}`]);
      await one.until(1 + Math.floor(random() * 20));
      await pause(random() * 30);
      await one.kill();
      expect(one.errors()).toBe('');
      relayed += one.lines.length;
    },
    60_000,
  );

  it('leaves every event in the topic, in order for each lead, and at most a batch of repeats each time', async () => {
    const events = openSqliteEventStore({ file: join(folder.path, 'events.db') });
    const checkpoints = openSqliteCheckpoints({ file: join(folder.path, 'relay.db') });
    const relay = createKafkaRelay({
      events,
      checkpoints,
      rules: testRules,
      owner: 'the last one',
      brokers: kafkaBrokers,
      topics: [{ ...topicDefaults, name: topic }],
    });
    try {
      expect(relayed).toBeGreaterThan(crashRounds);
      expect(await checkpoints.load('kafka')).toBeLessThan(await events.head());
      relay.start();
      await caughtUp(relay, events);
      const repeats = await expectWhole(events, kafkaBrokers, topic);
      process.stderr.write(
        `${crashRounds} kills: ${await events.head()} events, ${repeats} repeats of at most ${crashRounds * batch}\n`,
      );
      expect(repeats).toBeLessThanOrEqual(crashRounds * batch);
    } finally {
      await relay.stop();
      await checkpoints.close();
      await events.close();
    }
  }, 180_000);
});
