import { afterAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { kafkaBrokers } from '../../../test/support/kafka-brokers.ts';
import { administer, aTopic } from '../../../test/support/kafka-topic.ts';
import { ensureTopics } from './ensure-topics.ts';
import { TopicRefused } from './errors.ts';
import { topicDefaults, type Topic } from './topic.ts';

const used: string[] = [];

const topic = (change: Partial<Topic> = {}): Topic => {
  const one = { ...topicDefaults, name: aTopic(), ...change };
  used.push(one.name);
  return one;
};

afterAll(() =>
  administer(kafkaBrokers, async admin => {
    const there = await admin.listTopics();
    await admin.deleteTopics({ topics: there.filter(name => used.includes(name)) });
  }),
);

/** What was made. */
const ensure = async (...topics: readonly Topic[]): Promise<readonly string[]> => {
  const made: string[] = [];
  await administer(kafkaBrokers, admin => ensureTopics(admin, topics, ({ name }) => made.push(name)));
  return made;
};

const refusal = async (one: Topic): Promise<string> => {
  const error: unknown = await ensure(one).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TopicRefused);
  expect((error as TopicRefused).topic).toBe(one.name);
  return (error as TopicRefused).fault;
};

const configOf = (name: string, entry: string): Promise<string | undefined> =>
  administer(kafkaBrokers, async admin => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: [entry] }],
    });
    return resources[0]!.configEntries[0]?.configValue;
  });

describe('topics', () => {
  it('that are missing are made, with their partitions and configuration, once', async () => {
    const small = topic({ partitions: 3, replicas: 1, config: { 'retention.ms': '86400000' } });
    const usual = topic();
    expect(await ensure(small, usual)).toEqual([small.name, usual.name]);
    expect(await ensure(small, usual)).toEqual([]);
    const counts = await administer(kafkaBrokers, async admin => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [small.name, usual.name] });
      return topics.map(each => each.partitions.length).sort((a, b) => a - b);
    });
    expect(counts).toEqual([3, 12]);
    expect(await configOf(small.name, 'retention.ms')).toBe('86400000');
  });

  it('are made by one of those who make them at once', async () => {
    const one = topic();
    const made = await Promise.all([ensure(one), ensure(one), ensure(one)]);
    expect(made.flat()).toEqual([one.name]);
  });

  it('with another number of partitions are refused', async () => {
    const one = topic({ partitions: 2 });
    await ensure(one);
    expect(await refusal({ ...one, partitions: 12 })).toMatch(/^it has 2 partitions, and 12 are configured/);
  });

  it('with another configuration are refused', async () => {
    const one = topic({ config: { 'retention.ms': '86400000' } });
    await ensure(one);
    expect(await refusal({ ...one, config: { 'retention.ms': '1000' } })).toBe(
      'retention.ms is 86400000, and 1000 is configured',
    );
    await ensure({ ...one, config: {} });
  });

  it('that are compacted are refused, unless that is wished', async () => {
    const one = topic({ config: { 'cleanup.policy': 'compact' } });
    await ensure(one);
    expect(await refusal({ ...one, config: {} })).toMatch(/^it is compacted/);
  });

  it('that take small messages only are refused', async () => {
    expect(await refusal(topic({ config: { 'max.message.bytes': '1000' } }))).toBe(
      'max.message.bytes is 1000, and an event may need 1048588',
    );
  });

  it('that the broker does not make are refused with its words', async () => {
    expect(await refusal(topic({ config: { nonsense: '1' } }))).toBe(
      'making it was refused: Configuration is invalid',
    );
    expect(await refusal(topic({ replicas: 30 }))).toBe(
      'making it was refused: Replication-factor is invalid',
    );
    expect(await refusal(topic({ name: 'not a topic' }))).toMatch(/was refused/);
  });
});
