import type { RunningServer } from './running-server.ts';

export interface ServerKind {
  readonly name: string;
  /** Where a server is there already, this variable says its address, and none is started. */
  readonly variable: 'ESDB_URL' | 'MONGODB_URL' | 'KAFKA_BROKERS';
  /** Specs that run against it have this in their names: `read-store.mongodb.server.spec.ts`. */
  readonly suites: string;
  readonly start: (options: {
    readonly dir: string;
    readonly log?: (line: string) => void;
  }) => Promise<RunningServer>;
}

/** The servers that the suites run against. Their modules are loaded when they are started. */
export const serverKinds: readonly ServerKind[] = [
  {
    name: 'stand-in for EventStoreDB',
    variable: 'ESDB_URL',
    suites: 'esdb',
    start: async options => (await import('./esdb/start.ts')).startEsdb(options),
  },
  {
    name: 'FerretDB, as MongoDB',
    variable: 'MONGODB_URL',
    suites: 'mongodb',
    start: async options => (await import('./ferretdb/start.ts')).startFerretdb(options),
  },
  {
    name: 'Kafka',
    variable: 'KAFKA_BROKERS',
    suites: 'kafka',
    start: async options => (await import('./kafka/start.ts')).startKafka(options),
  },
];
