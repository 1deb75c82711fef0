import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { clientOf, databaseOf } from '../../libs/read-store/mongodb/connection.ts';
import { storeIn } from '../../libs/read-store/mongodb/store.ts';
import { ReadStoreUnavailable } from '../../libs/read-store/errors.ts';
import type { ReadStore } from '../../libs/read-store/port.ts';

/** Calls by which something is written. */
const writing: ReadonlySet<unknown> = new Set([
  'insertOne',
  'bulkWrite',
  'updateOne',
  'deleteOne',
  'deleteMany',
  'createIndexes',
  'dropIndex',
  'dropCollection',
]);

/** Asked before each write of a worker. When it throws, the worker is dead: nothing that it asks for is done any more. */
export type BeforeWrite = (place: number) => void | Promise<void>;

export interface MongoWorker {
  readonly store: ReadStore;
  /** Writes that were begun. */
  readonly writes: () => number;
}

/** A read store whose every write is one command, which the test may hold up or never let happen. */
export const mongoWorker = (
  url: string,
  before: BeforeWrite = () => undefined,
  patience = 0,
): MongoWorker => {
  const client = clientOf(url);
  let count = 0;
  let dead: Error | null = null;

  const watched = <T extends object>(of: T): T =>
    new Proxy(of, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (args: readonly unknown[]): unknown => Reflect.apply(member, target, args);
        if (name === 'collection') return (...args: unknown[]) => watched(call(args) as object);
        return (...args: unknown[]) => {
          if (dead !== null) throw dead;
          if (!writing.has(name)) return call(args);
          const place = count++;
          return (async () => {
            try {
              await before(place);
            } catch {
              dead = new ReadStoreUnavailable(`the test ends this worker before its write ${place}`);
              throw dead;
            }
            return call(args);
          })();
        };
      },
    });

  const store = storeIn(watched<Db>(databaseOf(client, url)), {
    size: 1,
    patience,
    newToken: randomUUID,
    within: 120_000,
    disconnect: () => client.close(),
  });
  return { store, writes: () => count };
};

/** Ends a worker before a write of it. */
export const dyingAt =
  (last: number): BeforeWrite =>
  place => {
    if (place >= last) throw new Error('dead');
  };
