import { openSqliteReadStore, type SqliteReadStoreOptions } from '../../libs/read-store/sqlite/index.ts';
import type { ReadStoreSubject } from '../contract/read-store/setup.ts';
import { temporaryFolder } from './folder.ts';

/** An embedded read store over a folder of its own. */
export const sqliteReads = (options: Omit<SqliteReadStoreOptions, 'dir'> = {}): ReadStoreSubject => {
  const folder = temporaryFolder();
  const open = [openSqliteReadStore({ dir: folder.path, ...options })];
  const opened = () => {
    const store = openSqliteReadStore({ dir: folder.path, ...options });
    open.push(store);
    return store;
  };
  return {
    store: open[0]!,
    reopen: async () => {
      await Promise.all(open.splice(0).map(store => store.close()));
      return opened();
    },
    second: () => Promise.resolve(opened()),
    dispose: async () => {
      await Promise.all(open.splice(0).map(store => store.close()));
      folder.remove();
    },
  };
};
