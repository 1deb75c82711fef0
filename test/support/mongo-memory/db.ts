import type { Db, Document } from 'mongodb';
import { memoryCollection, type Command, type OnDuplicate, type Place } from './collection.ts';

export interface MemoryDb {
  /** With what the adapter uses of the driver's. */
  readonly db: Db;
  /** All that was asked for, in order. */
  readonly commands: readonly Command[];
  /** Documents of a collection; none where it is not there. */
  readonly documents: (collection: string) => readonly Document[];
  /** Names of the collections that are there. */
  readonly collections: () => readonly string[];
  /** Called before each command; what it throws is the server's answer. */
  before: (command: Command) => void | Promise<void>;
}

/** A database in memory, for specs of what the adapter asks of a server. What servers do is told by the suites that run on them. */
export const memoryDb = (onDuplicate: OnDuplicate = 'goes on'): MemoryDb => {
  const places = new Map<string, Place>();
  const commands: Command[] = [];

  const run = async <T>(command: Command, work: () => T): Promise<T> => {
    commands.push(command);
    await memory.before(command);
    return work();
  };
  const place =
    (name: string) =>
    (make: boolean): Place | null => {
      if (make && !places.has(name)) places.set(name, { documents: new Map(), indexes: new Map() });
      return places.get(name) ?? null;
    };
  const db = {
    collection: (name: string) => memoryCollection(name, place(name), onDuplicate, run),
    dropCollection: (name: string) =>
      run({ collection: name, name: 'dropCollection', of: null }, () => places.delete(name)),
    listCollections: () => ({
      toArray: () =>
        run({ collection: '', name: 'listCollections', of: null }, () =>
          [...places.keys()].map(name => ({ name })),
        ),
    }),
  };
  const memory: MemoryDb = {
    db: db as unknown as Db,
    commands,
    documents: name => [...(places.get(name)?.documents.values() ?? [])],
    collections: () => [...places.keys()].sort(),
    before: () => undefined,
  };
  return memory;
};
