import { createKafkaPublisher, topicDefaults } from '../../libs/lifecycle/kafka/index.ts';
import { kafkaBrokers } from '../support/kafka-brokers.ts';
import { administer, aTopic, readTopic } from '../support/kafka-topic.ts';
import { lifecyclePublisherContract } from './lifecycle-publisher.ts';

lifecyclePublisherContract('Kafka', () => {
  const name = aTopic();
  const publisher = createKafkaPublisher({ brokers: kafkaBrokers, topics: [{ ...topicDefaults, name }] });
  return Promise.resolve({
    publisher,
    published: () => readTopic(kafkaBrokers, name),
    dispose: async () => {
      await publisher.close();
      await administer(kafkaBrokers, admin => admin.deleteTopics({ topics: [name] }));
    },
  });
});
