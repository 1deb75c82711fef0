import { Type, type Static } from '@sinclair/typebox';
import { exactly } from '../domain/schema.ts';
import { topicDefaults, type Topic } from '../lifecycle/kafka/topic.ts';
import { lifecycleTypes } from '../lifecycle/types.ts';

const TopicSchema = exactly({
  name: Type.String({ pattern: '^(?!\\.\\.?$)[A-Za-z0-9._-]{1,249}$' }),
  partitions: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  replicas: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  types: Type.Optional(
    Type.Array(Type.Union(lifecycleTypes.map(({ type }) => Type.Literal(type))), {
      minItems: 1,
      uniqueItems: true,
    }),
  ),
  personal: Type.Optional(Type.Boolean()),
  config: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[a-z][a-z.]{0,99}$' }),
      Type.Union([Type.String(), Type.Integer()]),
      {
        additionalProperties: false,
      },
    ),
  ),
});

/** The member `kafka` of a configuration file. */
export const KafkaSchema = exactly({
  topics: Type.Optional(Type.Array(TopicSchema, { minItems: 1, maxItems: 100 })),
});

/**
 * The topics that lifecycle events are published to; one for all of them unless the configuration has others.
 *
 * @throws Error when a name stands twice
 */
export const kafkaTopics = ({ topics }: Static<typeof KafkaSchema>): readonly Topic[] => {
  if (topics === undefined) return [topicDefaults];
  const names = topics.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`/kafka/topics: "${twice}" stands twice`);
  return topics.map(({ config = {}, ...topic }) => ({
    ...topicDefaults,
    ...topic,
    config: Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)])),
  }));
};

const broker = /^[A-Za-z0-9._-]+:(\d{1,5})$/;

/**
 * The brokers of `host:port,…`, each a name or an IPv4 address.
 *
 * @throws Error when one of them isn't that, as an IPv6 address isn't: Kafka's client takes what stands before its first
 * colon for the host
 */
export const parseBrokers = (value: string): readonly string[] => {
  const brokers = value.split(',').map(each => each.trim());
  for (const each of brokers) {
    const port = Number(broker.exec(each)?.[1] ?? 0);
    if (port >= 1 && port <= 65_535) continue;
    const hint = each.startsWith('[') ? '; give an IPv6 address a name' : '';
    throw new Error(`"${each}" is no broker such as kafka-1:9092${hint}`);
  }
  return brokers;
};
