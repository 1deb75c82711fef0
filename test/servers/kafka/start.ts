import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { freePorts } from '../../support/free-ports.ts';
import type { Program } from '../process.ts';
import { kafkaJars } from './jars.ts';
import { runJava } from './java.ts';
import { properties, type Listener, type Listeners } from './properties.ts';

export interface KafkaOptions {
  /** Where it keeps its data; the caller's to make and to remove. */
  readonly dir: string;
  readonly log?: (line: string) => void;
  /** Properties of the broker beside the usual ones, or in their place. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Port of a proxy on 127.0.0.1 that clients of `proxiedUrl` are sent to. */
  readonly proxy?: number;
  /** Listeners beside the usual one, whose clients the broker wants to know. */
  readonly listeners?: readonly Listener[];
  /** Users whom it knows from the start, by both of SCRAM's mechanisms. */
  readonly users?: readonly { readonly name: string; readonly password: string }[];
}

/** A broker that a test may do anything to. */
export interface KafkaServer {
  readonly env: { readonly KAFKA_BROKERS: string };
  /** `127.0.0.1:port` */
  readonly url: string;
  /** The listener whose clients go on through the proxy; the proxy's target. Empty without one. */
  readonly proxiedUrl: string;
  /** Of one of the `listeners`. */
  urlOf(name: string): string;
  /** Makes a user for SCRAM-SHA-512, or gives one another password. */
  setUser(name: string, password: string): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again, at the same address and over the same data, where it doesn't run. */
  restart(): Promise<void>;
  /** Lets it end in order. */
  stop(): Promise<void>;
}

const startMs = 120_000;
const stopMs = 20_000;

// A leading hyphen would be taken for an option.
const clusterId = (): string => `L${randomBytes(16).toString('base64url').slice(1)}`;

const answers = async (broker: string): Promise<boolean> => {
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
};

/**
 * Starts the real broker, one node with KRaft, at random ports.
 *
 * @throws Error with the broker's last lines when it doesn't come up
 */
export const startKafka = async (options: KafkaOptions): Promise<KafkaServer> => {
  const { dir, log, proxy, listeners: extra = [], users = [] } = options;
  const jars = await kafkaJars();
  const [port = 0, controller = 0, proxiedPort = 0, ...ports] = await freePorts(3 + extra.length);
  const data = join(dir, 'data');
  const file = join(dir, 'server.properties');
  const listeners: Listeners = {
    port,
    controller,
    ...(proxy === undefined ? {} : { proxied: { port: proxiedPort, advertised: proxy } }),
    others: extra.map((each, index) => ({ ...each, port: ports[index] ?? 0 })),
  };
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, properties(data, listeners, options.properties));
  if (!existsSync(join(data, 'meta.properties'))) {
    const known = users.flatMap(({ name, password }) =>
      ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(each => [
        '--add-scram',
        `${each}=[name=${name},password=${password}]`,
      ]),
    );
    const args = ['format', '-t', clusterId(), '-c', file, ...known];
    const format = runJava(jars, 'kafka.tools.StorageTool', args, log);
    await format.ended;
    if (!existsSync(join(data, 'meta.properties'))) throw new Error(`Kafka's folder: ${format.tail()}`);
  }
  const url = `127.0.0.1:${port}`;

  const launch = async (): Promise<Program> => {
    const broker = runJava(jars, 'kafka.Kafka', [file], log);
    const over = broker.ended.then(() => true);
    const until = performance.now() + startMs;
    while (!(await answers(url))) {
      if (!(await Promise.race([over, pause(100, false)])) && performance.now() < until) continue;
      broker.kill('SIGKILL');
      await broker.ended;
      throw new Error(`Kafka did not start: ${broker.tail()}`);
    }
    return broker;
  };

  let running: Program | null = await launch();
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const broker = running;
    running = null;
    if (broker === null) return;
    broker.kill(signal);
    const impatient = setTimeout(() => broker.kill('SIGKILL'), stopMs);
    await broker.ended;
    clearTimeout(impatient);
  };
  return {
    env: { KAFKA_BROKERS: url },
    url,
    proxiedUrl: proxy === undefined ? '' : `127.0.0.1:${proxiedPort}`,
    urlOf: name => `127.0.0.1:${ports[extra.findIndex(each => each.name === name)] ?? 0}`,
    setUser: async (name, password) => {
      const config = `SCRAM-SHA-512=[password=${password}]`;
      const whose = ['--entity-type', 'users', '--entity-name', name];
      const args = ['--bootstrap-server', url, '--alter', '--add-config', config, ...whose];
      const command = runJava(jars, 'kafka.admin.ConfigCommand', args, log);
      await command.ended;
      if (!command.tail().includes('Completed updating')) throw new Error(`${name}: ${command.tail()}`);
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      running ??= await launch();
    },
    stop: () => end('SIGTERM'),
  };
};
