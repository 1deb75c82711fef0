import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { restWhenIdle } from './rest-when-idle.ts';
import { securityOptions, unsecured, type Security } from './security.ts';

/** How long a broker may take. Times in ms. */
export interface Patience {
  /** For a connection. */
  readonly connectMs: number;
  /** For an answer; a connection that gives none in time is taken for dead. */
  readonly requestMs: number;
}

restWhenIdle();

/** A client that gives up soon; whoever calls it tries again. Its own log is off, because errors say all that it would. */
export const createClient = (
  brokers: readonly string[],
  { connectMs, requestMs }: Patience,
  security: Security = unsecured,
): Kafka =>
  new Kafka({
    clientId: 'leadfold',
    brokers: [...brokers],
    ...securityOptions(security),
    logLevel: logLevel.NOTHING,
    connectionTimeout: connectMs,
    requestTimeout: requestMs,
    retry: { retries: Math.max(2, brokers.length), initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2 },
  });

/** One request at a time, each numbered, so that brokers recognise what is sent again. */
export const createProducer = (client: Kafka): Producer =>
  client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2 },
  });
