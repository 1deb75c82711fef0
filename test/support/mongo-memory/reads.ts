import { randomUUID } from 'node:crypto';
import { storeIn, type StoreOptions } from '../../../libs/read-store/mongodb/store.ts';
import type { ReadStore } from '../../../libs/read-store/port.ts';
import type { ReadStoreSubject } from '../../contract/read-store/setup.ts';
import { memoryDb, type MemoryDb } from './db.ts';

/** A read store over a database in memory. */
export const memoryReads = (
  memory: MemoryDb = memoryDb(),
  options: Partial<StoreOptions> = {},
): ReadStoreSubject => {
  const open = (): ReadStore =>
    storeIn(memory.db, {
      size: 1_000,
      patience: 0,
      within: 10_000,
      newToken: randomUUID,
      disconnect: () => Promise.resolve(),
      ...options,
    });
  return {
    store: open(),
    reopen: () => Promise.resolve(open()),
    second: () => Promise.resolve(open()),
    dispose: () => Promise.resolve(),
  };
};
