import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { openMongoReadStore, type MongoReadStoreOptions } from '../../libs/read-store/mongodb/index.ts';
import type { ReadStore } from '../../libs/read-store/port.ts';
import type { ReadStoreSubject } from '../contract/read-store/setup.ts';
import { serverUrl } from './server-url.ts';

/** The server that the suites run against, with the operations per command that it can take. */
export const mongoServer = (): { readonly url: string; readonly batchSize: number } => ({
  url: serverUrl('MONGODB_URL'),
  batchSize: Number(process.env.LEADFOLD_MONGO_BATCH ?? 100),
});

/** The same server with another database. */
export const withDatabase = (url: string, name: string): string => {
  const [, hosts = url, options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(url) ?? [];
  return `${hosts}/${name}${options}`;
};

/** A database of its own on the server. */
export const temporaryDatabase = (
  server = mongoServer(),
): { readonly url: string; readonly remove: () => Promise<void> } => {
  const url = withDatabase(server.url, `leadfold-${randomUUID().slice(0, 18)}`);
  return {
    url,
    remove: async () => {
      const client = new MongoClient(url);
      await client.db().dropDatabase();
      await client.close();
    },
  };
};

/** A MongoDB read store over a database of its own. */
export const mongoReads = (options: Partial<MongoReadStoreOptions> = {}): ReadStoreSubject => {
  const { batchSize } = mongoServer();
  const database = temporaryDatabase();
  const open: ReadStore[] = [];
  const opened = (): ReadStore => {
    const store = openMongoReadStore({ batchSize, within: 20_000, ...options, url: database.url });
    open.push(store);
    return store;
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(open.splice(0).map(store => store.close()));
  };
  return {
    store: opened(),
    reopen: async () => {
      await closeAll();
      return opened();
    },
    second: () => Promise.resolve(opened()),
    dispose: async () => {
      await closeAll();
      await database.remove();
    },
  };
};
