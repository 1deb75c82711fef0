import { serverUrl } from './server-url.ts';

/** The brokers that the tests are given, `KAFKA_BROKERS=host:port,…`. */
export const kafkaBrokers: readonly string[] = serverUrl('KAFKA_BROKERS').split(',');
