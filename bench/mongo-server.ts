import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MongoClient, type Db } from 'mongodb';
import { openMongoReadStore } from '../libs/read-store/mongodb/index.ts';
import type { ReadStore } from '../libs/read-store/port.ts';
import { benchFolder } from './bare-log.ts';

/** A server to measure with, ours and the bare client on a database each. */
export interface MongoBench {
  readonly store: ReadStore;
  readonly ours: Db;
  readonly bare: Db;
  /** Operations that the server takes in one command. */
  readonly size: number;
  readonly close: () => Promise<void>;
}

interface Server {
  readonly env: { readonly MONGODB_URL: string; readonly LEADFOLD_MONGO_BATCH: string };
  stop(): Promise<void>;
}

interface Starter {
  readonly startFerretdb: (options: { readonly dir: string }) => Promise<Server>;
}

// Not built with the rest, because it is the tests' own; Node runs it as it is.
const starter = 'test/servers/ferretdb/start.ts';

const openServer = async (dir: string): Promise<Server> => {
  const { MONGODB_URL = '', LEADFOLD_MONGO_BATCH = '1000' } = process.env;
  if (MONGODB_URL !== '')
    return { env: { MONGODB_URL, LEADFOLD_MONGO_BATCH }, stop: () => Promise.resolve() };
  const file = ['..', '../..'].map(up => join(import.meta.dirname, up, starter)).find(existsSync);
  if (file === undefined) throw new Error('set MONGODB_URL to the address of a server');
  const { startFerretdb } = (await import(pathToFileURL(file).href)) as Starter;
  return startFerretdb({ dir });
};

/** The server of `MONGODB_URL`, or the tests' FerretDB over PostgreSQL. */
export const openMongoBench = async (): Promise<MongoBench> => {
  const folder = benchFolder();
  const server = await openServer(folder.path);
  const { MONGODB_URL: url, LEADFOLD_MONGO_BATCH } = server.env;
  const size = Number(LEADFOLD_MONGO_BATCH);
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const at = new URL(url);
  at.pathname = `/${name}-ours`;
  const store = openMongoReadStore({ url: at.href, batchSize: size, within: 60_000 });
  const client = new MongoClient(url, {
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority' },
  });
  return {
    store,
    ours: client.db(`${name}-ours`),
    bare: client.db(`${name}-bare`),
    size,
    close: async () => {
      await store.close();
      for (const side of ['ours', 'bare']) await client.db(`${name}-${side}`).dropDatabase();
      await client.close();
      await server.stop();
      folder.remove();
    },
  };
};
