import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { TopicRefused } from './errors.ts';
import { asked, isMissing, protocolError } from './faults.ts';
import type { Topic } from './topic.ts';

/** What an event may need: an append of the largest size, and its envelope. */
const leastMessageBytes = 1_048_588;

/**
 * Makes the topics that are missing, with their configuration, and checks the others.
 *
 * @throws TopicRefused for a wrong number of partitions, a configuration that differs, or missing rights
 */
export const ensureTopics = async (
  admin: Admin,
  topics: readonly Topic[],
  created: (topic: Topic) => void = () => undefined,
): Promise<void> => {
  for (const topic of topics) {
    if (!(await exists(admin, topic)) && (await create(admin, topic))) created(topic);
    await patiently(() => check(admin, topic));
  }
};

const exists = async (admin: Admin, topic: Topic): Promise<boolean> => {
  try {
    return (await partitionsOf(admin, topic)) > 0;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

/** A broker may not know yet what another one, or the controller, has just made. */
const patiently = async (work: () => Promise<void>, tries = 20): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (tries === 0 || protocolError(error)?.retriable !== true) throw error;
    await pause(100);
    await patiently(work, tries - 1);
  }
};

const partitionsOf = async (admin: Admin, topic: Topic): Promise<number> => {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic.name] });
    return topics[0]?.partitions.length ?? 0;
  } catch (error) {
    throw asked([topic.name], 'describing it', error);
  }
};

/** Whether it is this call that made it. */
const create = async (admin: Admin, topic: Topic): Promise<boolean> => {
  const configEntries = Object.entries(topic.config).map(([name, value]) => ({ name, value }));
  try {
    return await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic: topic.name,
          numPartitions: topic.partitions,
          ...(topic.replicas === null ? {} : { replicationFactor: topic.replicas }),
          configEntries,
        },
      ],
    });
  } catch (error) {
    throw asked([topic.name], 'making it', error);
  }
};

const configOf = async (admin: Admin, topic: Topic): Promise<ReadonlyMap<string, string>> => {
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic.name }],
    });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
  } catch (error) {
    throw asked([topic.name], 'describing its configuration', error);
  }
};

const check = async (admin: Admin, topic: Topic): Promise<void> => {
  const partitions = await partitionsOf(admin, topic);
  if (partitions !== topic.partitions)
    throw new TopicRefused(
      topic.name,
      `it has ${partitions} partitions, and ${topic.partitions} are configured; a lead's events stay in order only while their number stays`,
    );
  checkConfig(topic, await configOf(admin, topic));
};

const checkConfig = (topic: Topic, actual: ReadonlyMap<string, string>): void => {
  for (const [name, wanted] of Object.entries(topic.config)) {
    const value = actual.get(name);
    if (value !== wanted)
      throw new TopicRefused(topic.name, `${name} is ${value ?? 'unknown'}, and ${wanted} is configured`);
  }
  // Compacting keeps one event of each lead.
  if (topic.config['cleanup.policy'] === undefined && actual.get('cleanup.policy')?.includes('compact'))
    throw new TopicRefused(topic.name, 'it is compacted, which would drop all but the last event of a lead');
  const largest = Number(actual.get('max.message.bytes') ?? leastMessageBytes);
  if (largest < leastMessageBytes)
    throw new TopicRefused(
      topic.name,
      `max.message.bytes is ${largest}, and an event may need ${leastMessageBytes}`,
    );
};
