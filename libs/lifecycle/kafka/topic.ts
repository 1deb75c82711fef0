/** A topic that lifecycle events are published to. */
export interface Topic {
  /** 1 to 249 characters of `[A-Za-z0-9._-]`. */
  readonly name: string;
  /** How many partitions it has. Never changed afterwards, because a lead's place follows from it. */
  readonly partitions: number;
  /** Copies of each partition when it is made; null leaves it to the broker. */
  readonly replicas: number | null;
  /** Types of the lifecycle events that go there, `leadfold.order.placed`; null for all. */
  readonly types: readonly string[] | null;
  /** Whether its messages carry data's `personal` member. */
  readonly personal: boolean;
  /** Kafka's configuration of the topic by Kafka's own names, `retention.ms`; what is left out stays as the broker has it. */
  readonly config: Readonly<Record<string, string>>;
}

/** What a topic is where its configuration says nothing else. */
export const topicDefaults: Topic = {
  name: 'leadfold.lifecycle',
  partitions: 12,
  replicas: null,
  types: null,
  personal: false,
  config: {},
};

/** Whether lifecycle events of a type go to a topic. */
export const takes = ({ types }: Topic, type: string): boolean => types === null || types.includes(type);
