import type { LifecyclePublisher } from '../../libs/lifecycle/index.ts';
import { lifecyclePublisherContract, type Published } from './lifecycle-publisher.ts';

/** The smallest thing that keeps the contract: it shows that the suite asks for nothing that only Kafka has. */
const inProcess = (): { readonly publisher: LifecyclePublisher; readonly log: readonly Published[] } => {
  const log: Published[] = [];
  const publisher: LifecyclePublisher = {
    publish: events => {
      for (const { leadId, cloudEvent } of events) {
        const body = JSON.parse(cloudEvent.toString()) as { readonly data: object };
        const data = Object.entries(body.data).filter(([name]) => name !== 'personal');
        log.push({ key: leadId, body: { ...body, data: Object.fromEntries(data) } });
      }
      return Promise.resolve();
    },
  };
  return { publisher, log };
};

lifecyclePublisherContract('In-process', () => {
  const { publisher, log } = inProcess();
  return Promise.resolve({
    publisher,
    published: () => Promise.resolve(log),
    dispose: () => Promise.resolve(),
  });
});
