import { setTimeout as pause } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import type { LifecycleEvent, LifecyclePublisher } from '../port.ts';
import { accessFault } from './access-faults.ts';
import { createClient, createProducer, type Patience } from './client.ts';
import { ensureTopics } from './ensure-topics.ts';
import { BrokerAway, NotAcknowledged, PublisherClosed, TopicRefused } from './errors.ts';
import { asked, isOutOfNumbers } from './faults.ts';
import { placing } from './message.ts';
import { showsPassword, unsecured, type Security } from './security.ts';
import { placeOf, sendsOf, type Send } from './sends.ts';
import type { Topic } from './topic.ts';

/** How it stands between the relay and the brokers. */
export interface Connection {
  /**
   * `idle` before the first event; `away`: no broker takes events; `refused`: a topic is wrong or the brokers are not
   * reached for want of trust, and a person has to act.
   */
  readonly state: 'idle' | 'connected' | 'away' | 'refused';
  /** What is wrong, in a sentence; null when nothing is. */
  readonly fault: string | null;
}

/** Publishes to Kafka. */
export interface KafkaPublisher extends LifecyclePublisher {
  readonly connection: () => Connection;
  /** Gives what is under way a moment, and lets go of the connections. */
  readonly close: () => Promise<void>;
}

export interface KafkaPublishing {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly topics: readonly Topic[];
  /** Unless given, neither TLS nor a user. */
  readonly security?: Security;
  readonly patience?: Patience;
  /** Structured log; nothing personal. */
  readonly log?: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

const defaultPatience: Patience = { connectMs: 3_000, requestMs: 10_000 };
const closeMs = 2_000;

/** Events that are being published, and how many of their sends are acknowledged. */
interface Work {
  readonly events: readonly LifecycleEvent[];
  readonly sends: readonly Send[];
  acknowledged: number;
}

/**
 * Publishes lifecycle events as CloudEvents to Kafka's topics, which it makes or checks when it connects. One send at a time, acknowledged by
 * all replicas in sync, so a partition has the order of the log. Events that are published once more go on with the send that failed;
 * the numbers of the idempotent producer let brokers recognise what they had taken without saying so.
 *
 * @example
 * const publisher = createKafkaPublisher({ brokers: ['127.0.0.1:9092'], topics: [topicDefaults] });
 * await publisher.publish(events); // BrokerAway, TopicRefused, NotAcknowledged, AuthenticationFailed, TlsFailed: publish them again
 */
export const createKafkaPublisher = (publishing: KafkaPublishing): KafkaPublisher => {
  const {
    brokers,
    topics,
    security = unsecured,
    patience = defaultPatience,
    log = () => undefined,
  } = publishing;
  if (showsPassword(security)) log('warn', "without TLS, Kafka's password goes over the network as it is");
  const client = createClient(brokers, patience, security);
  const place = placing(topics);
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => undefined);
  let producer: Producer | null = null;
  let connected = false;
  let work: Work | null = null;
  let underWay: Promise<void> = Promise.resolve();
  let connection: Connection = { state: 'idle', fault: null };

  const checkTopics = async (): Promise<void> => {
    const admin = client.admin();
    try {
      await admin.connect();
      await ensureTopics(admin, topics, ({ name, partitions }) =>
        log('info', 'a topic is made', { topic: name, partitions }),
      );
    } finally {
      await admin.disconnect();
    }
  };

  const connect = async (): Promise<Producer> => {
    await checkTopics();
    const fresh = (producer ??= createProducer(client));
    // One that was connected before keeps its numbers.
    await fresh.connect();
    if (connection.state !== 'connected') log('info', 'connected to Kafka', { brokers });
    connected = true;
    connection = { state: 'connected', fault: null };
    return fresh;
  };

  /** A connection may be dead without anybody having noticed, so after a failure there is another. */
  const disconnect = async (keepNumbers: boolean): Promise<void> => {
    const old = producer;
    connected = false;
    if (!keepNumbers) producer = null;
    if (old === null) return;
    const ended = old.disconnect().then(
      () => true,
      () => false,
    );
    const late = pause(patience.requestMs + closeMs, false, { ref: false });
    // It must not take down what is connected after it.
    if (!(await Promise.race([ended, late]))) producer = null;
  };

  const failed = async (error: unknown): Promise<never> => {
    const refused = asked(
      topics.map(({ name }) => name),
      'publishing',
      error,
    );
    const named = refused instanceof TopicRefused || refused instanceof NotAcknowledged;
    const denied = accessFault(error);
    const told = denied ?? (named ? refused : new BrokerAway(brokers, error));
    const state = denied !== null || told instanceof TopicRefused ? 'refused' : 'away';
    if (connection.state !== state || connection.fault !== told.message)
      log(state === 'refused' ? 'error' : 'warn', 'Kafka does not take events', { fault: told.message });
    connection = { state, fault: told.message };
    await disconnect(!(told instanceof TopicRefused) && !isOutOfNumbers(error));
    throw told;
  };

  const send = async (by: Producer, { topicMessages, places }: Send): Promise<void> => {
    const acknowledgements = await by.sendBatch({
      acks: -1,
      timeout: patience.requestMs,
      topicMessages: [...topicMessages],
    });
    // kafkajs leaves out partitions whose leader changed in the middle of a send.
    const taken = new Set(acknowledgements.map(({ topicName, partition }) => placeOf(topicName, partition)));
    const missing = [...places].filter(each => !taken.has(each));
    if (missing.length > 0) throw new NotAcknowledged(missing);
  };

  const attempt = async (events: readonly LifecycleEvent[]): Promise<void> => {
    if (work?.events !== events) {
      // Numbers of a send that may have arrived would let brokers take another one for its repeat.
      if (work !== null && producer !== null) await disconnect(false);
      work = { events, sends: sendsOf(events.flatMap(place)), acknowledged: 0 };
    }
    try {
      for (let next = work.sends[work.acknowledged]; next; next = work.sends[work.acknowledged]) {
        await send(connected && producer !== null ? producer : await connect(), next);
        work.acknowledged++;
      }
      work = null;
    } catch (error) {
      await failed(error);
    }
  };

  return {
    connection: () => connection,
    publish: events => {
      const attempted = underWay.then(() => attempt(events));
      underWay = attempted.catch(() => undefined);
      return Promise.race([attempted, closed.promise]);
    },
    close: async () => {
      await Promise.race([underWay, pause(closeMs, undefined, { ref: false })]);
      closed.reject(new PublisherClosed('the publisher is closed'));
      await Promise.race([disconnect(false), pause(closeMs, undefined, { ref: false })]);
    },
  };
};
