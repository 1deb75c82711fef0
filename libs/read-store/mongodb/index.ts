import { randomUUID } from 'node:crypto';

import type { ReadStore } from '../port.ts';
import { clientOf, databaseOf } from './connection.ts';
import { storeIn } from './store.ts';

export interface MongoReadStoreOptions {
  /** Connection string, `mongodb://…` or `mongodb+srv://…`; its database is `leadfold` unless it names one. */
  readonly url: string;
  /** Operations in one command, 1,000 by default. */
  readonly batchSize?: number;
  /** How long another worker's batch may stay open before this one finishes it, ms; 3,000 by default. */
  readonly patience?: number;
  /** How long a call other than `commit` may take, ms; 4,000 by default. */
  readonly within?: number;
  /** Makes names for batches, unique among all workers. */
  readonly newToken?: () => string;
}

/**
 * Opens a read store on a MongoDB server. Nothing happens until the first call; while the server is away calls are
 * answered by ReadStoreUnavailable, and they work again by themselves when it is back. Any number of processes may share a
 * database.
 *
 * @example
 * const reads = openMongoReadStore({ url: 'mongodb://localhost:27017/leadfold' });
 * @throws MongoParseError when the connection string is malformed
 */
export const openMongoReadStore = (options: MongoReadStoreOptions): ReadStore => {
  const { url, batchSize = 1_000, patience = 3_000, within = 4_000, newToken = randomUUID } = options;
  const client = clientOf(url);
  return storeIn(databaseOf(client, url), {
    size: batchSize,
    patience,
    newToken,
    within,
    disconnect: () => client.close(),
  });
};
