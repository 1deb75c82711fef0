import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { createMapping, type LifecycleEvent } from '../../libs/lifecycle/index.ts';
import {
  createKafkaPublisher,
  topicDefaults,
  type KafkaPublisher,
} from '../../libs/lifecycle/kafka/index.ts';
import { recordedAt, testRules } from '../../libs/lifecycle/testing.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startProxiedKafka, type ProxiedKafka } from '../support/kafka-proxied.ts';
import { administer, aTopic, readTopic } from '../support/kafka-topic.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const toLifecycle = createMapping(testRules);

const orders = (count: number): readonly LifecycleEvent[] =>
  Array.from({ length: count }, (_, n) => n).flatMap(n =>
    toLifecycle({
      ...recordedAt(n, 'OrderPlaced', { leadId: `l${n % 5}`, orderId: `o${n}` }),
      id: randomUUID(),
    }),
  );

const idsOf = (events: readonly LifecycleEvent[]): readonly string[] =>
  events.map(({ cloudEvent }) => cloudEvent.id).sort();

describe('a publisher', () => {
  const folder = temporaryFolder();
  let kafka: ProxiedKafka;
  let topic: string;
  let publisher: KafkaPublisher;

  beforeAll(async () => {
    kafka = await startProxiedKafka(join(folder.path, 'kafka'), {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'allow.everyone.if.no.acl.found': 'true',
    });
  }, 180_000);

  afterAll(async () => {
    await kafka.stop();
    folder.remove();
  });

  beforeEach(() => {
    topic = aTopic();
    publisher = createKafkaPublisher({
      brokers: [kafka.url],
      topics: [{ ...topicDefaults, name: topic, partitions: 2 }],
      patience: { connectMs: 1_000, requestMs: 2_000 },
    });
  });

  afterEach(async () => {
    kafka.proxy.set('pass');
    await publisher.close();
  });

  const published = async (): Promise<readonly string[]> =>
    (await readTopic([kafka.broker.url], topic)).map(({ body }) => body.id).sort();

  /** The broker takes them, and its answer is lost on the way, as are all further attempts. */
  const publishUnheard = async (events: readonly LifecycleEvent[]): Promise<void> => {
    const before = (await published()).length;
    kafka.proxy.delay(400);
    const attempt = publisher.publish(events);
    const refused = expect(attempt).rejects.toThrow(/127\.0\.0\.1/);
    while ((await published()).length < before + events.length) await pause(5);
    kafka.proxy.set('refuse');
    kafka.proxy.delay(0);
    await refused;
    kafka.proxy.set('pass');
  };

  it('whose acknowledgement was lost repeats nothing', async () => {
    const [first, second, third] = [orders(20), orders(30), orders(10)];
    await publisher.publish(first);
    await publishUnheard(second);
    expect(publisher.connection().state).toBe('away');
    await publisher.publish(second);
    await publisher.publish(third);
    expect(publisher.connection()).toEqual({ state: 'connected', fault: null });
    expect(await published()).toEqual(idsOf([...first, ...second, ...third]));
  }, 60_000);

  it('that is given something else after that loses none of it', async () => {
    const [first, second, third] = [orders(20), orders(30), orders(30)];
    await publisher.publish(first);
    await publishUnheard(second);
    // As many, to the same partitions: under the numbers of the second the broker would take them for its repeat.
    await publisher.publish(third);
    expect(await published()).toEqual(idsOf([...first, ...second, ...third]));
  }, 60_000);

  it('without the right to write says so, and goes on when it is given', async () => {
    const events = orders(10);
    await publisher.publish(events);
    const acl = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:ANONYMOUS',
      host: '*',
      operation: AclOperationTypes.WRITE,
      permissionType: AclPermissionTypes.DENY,
    };
    await administer([kafka.broker.url], admin =>
      admin.createAcls({
        acl: [acl, { ...acl, operation: AclOperationTypes.ALL, permissionType: AclPermissionTypes.ALLOW }],
      }),
    );
    const more = orders(10);
    await expect(publisher.publish(more)).rejects.toMatchObject({ name: 'TopicRefused', topic });
    expect(publisher.connection()).toMatchObject({
      state: 'refused',
      fault: `topic "${topic}": publishing was refused: Not authorized to access topics: [Topic authorization failed]`,
    });
    await administer([kafka.broker.url], admin => admin.deleteAcls({ filters: [acl] }));
    await pause(200);
    await publisher.publish(more);
    expect(await published()).toEqual(idsOf([...events, ...more]));
  }, 60_000);

  it('makes its topic anew when somebody has deleted it', async () => {
    await publisher.publish(orders(10));
    await administer([kafka.broker.url], admin => admin.deleteTopics({ topics: [topic] }));
    const events = orders(10);
    for (let tries = 0; tries < 20; tries++) {
      const done = await publisher.publish(events).then(
        () => true,
        () => false,
      );
      if (done) break;
      await pause(200);
    }
    expect(await published()).toEqual(idsOf(events));
  }, 60_000);

  it('takes nothing once it is closed', async () => {
    await publisher.publish(orders(1));
    await publisher.close();
    await expect(publisher.publish(orders(1))).rejects.toMatchObject({ name: 'PublisherClosed' });
  }, 60_000);
});
