import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EventStoreDBClient } from '@eventstore/db-client';
import { openEventStoreDb, parseAddress } from '../libs/event-store/eventstoredb/index.ts';
import type { EventStore } from '../libs/event-store/port.ts';
import { benchFolder } from './bare-log.ts';

/** A server to measure with: ours and the bare client, which do the same work through it. */
export interface EsdbBench {
  readonly store: EventStore;
  readonly client: EventStoreDBClient;
  readonly close: () => Promise<void>;
}

interface Starter {
  readonly startEsdb: (options: {
    readonly dir: string;
  }) => Promise<{ readonly url: string; stop(): Promise<void> }>;
}

// Not built with the rest, because it is the tests' own; Node runs it as it is.
const starter = 'test/servers/esdb/start.ts';

const openServer = async (dir: string): Promise<{ readonly url: string; stop(): Promise<void> }> => {
  const given = process.env['ESDB_URL'] ?? '';
  if (given !== '') return { url: given, stop: () => Promise.resolve() };
  const file = ['..', '../..'].map(up => join(import.meta.dirname, up, starter)).find(existsSync);
  if (file === undefined) throw new Error('set ESDB_URL to the address of a server');
  const { startEsdb } = (await import(pathToFileURL(file).href)) as Starter;
  return startEsdb({ dir });
};

/** The server of `ESDB_URL`, or the tests' stand-in, which waits for the disk as the real one does. */
export const openEsdbBench = async (): Promise<EsdbBench> => {
  const folder = benchFolder();
  const server = await openServer(folder.path);
  const store = openEventStoreDb({ address: server.url });
  const client = EventStoreDBClient.connectionString(parseAddress(server.url).connectionString);
  return {
    store,
    client,
    close: async () => {
      await store.close();
      await client.dispose();
      await server.stop();
      folder.remove();
    },
  };
};
