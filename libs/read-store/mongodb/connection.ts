import { MongoClient } from 'mongodb';

import { ReadStoreUnavailable } from '../errors.ts';
import { hearClosing } from './hear-closing.ts';
import { isAway } from './server-errors.ts';

/** mongodb 7.9.0 keeps what is left of a first connection that failed, and refuses everything from then on. */
class Client extends MongoClient {
  override async connect(): Promise<this> {
    try {
      return await super.connect();
    } catch (error) {
      const left = this as { topology?: { isDestroyed(): boolean } | undefined };
      if (left.topology?.isDestroyed() === true) left.topology = undefined;
      throw error;
    }
  }
}

/** A connection that says nothing for so long is given up, ms. */
const silence = { server: 2_000, operation: 20_000 } as const;

hearClosing();

/**
 * The driver's client for a connection string, whose database is `leadfold` unless it names one. It connects by itself, and
 * again when the server comes back. What consistency needs is set here, whatever the string says.
 */
export const clientOf = (url: string): MongoClient =>
  new Client(url, {
    appName: 'leadfold',
    // By this name: by `readConcern` the string's own would win.
    readConcernLevel: 'majority',
    writeConcern: { w: 'majority' },
    readPreference: 'primary',
    retryReads: true,
    retryWrites: true,
    serverSelectionTimeoutMS: silence.server,
    connectTimeoutMS: silence.server,
    heartbeatFrequencyMS: silence.server,
    socketTimeoutMS: silence.operation,
  });

const named = /^mongodb(?:\+srv)?:\/\/[^/]+\/[^?]/;

export const databaseOf = (client: MongoClient, url: string): ReturnType<MongoClient['db']> =>
  named.test(url) ? client.db() : client.db('leadfold');

/** Runs work on the database; a server that is away becomes ReadStoreUnavailable. */
export const answer = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (isAway(error)) throw new ReadStoreUnavailable(`the read store is away: ${error.message}`, error);
    throw error;
  }
};

/**
 * Runs work on the database for at most so many ms; the signal tells the work that it isn't waited for any more.
 *
 * @throws ReadStoreUnavailable
 */
export const answerWithin = async <T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const over = new AbortController();
  const late = new ReadStoreUnavailable(`the read store has not answered within ${ms} ms`);
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    over.abort(late);
    reject(late);
  }, ms);
  const answered = answer(() => work(over.signal));
  answered.catch(() => undefined);
  try {
    return await Promise.race([answered, promise]);
  } finally {
    clearTimeout(timer);
  }
};
