import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A broker to measure with. */
export interface Broker {
  readonly brokers: readonly string[];
  readonly stop: () => Promise<void>;
}

interface Starter {
  readonly startKafka: (options: {
    readonly dir: string;
  }) => Promise<{ readonly url: string; stop(): Promise<void> }>;
}

// Not built with the rest, because it is the tests' own; Node runs it as it is.
const starter = 'test/servers/kafka/start.ts';

/**
 * The brokers of `KAFKA_BROKERS`, or one that is started for the run.
 *
 * @throws Error where neither is possible
 */
export const openBroker = async (dir: string): Promise<Broker> => {
  const given = process.env['KAFKA_BROKERS'] ?? '';
  if (given !== '') return { brokers: given.split(','), stop: () => Promise.resolve() };
  const file = ['..', '../..'].map(up => join(import.meta.dirname, up, starter)).find(existsSync);
  if (file === undefined) throw new Error('set KAFKA_BROKERS to the address of a broker');
  const { startKafka } = (await import(pathToFileURL(file).href)) as Starter;
  const broker = await startKafka({ dir });
  return { brokers: [broker.url], stop: () => broker.stop() };
};
