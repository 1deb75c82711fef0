import { openSqliteReadStore } from '../../libs/read-store/sqlite/index.ts';
import type { ReadStoreSubject } from '../contract/read-store/setup.ts';
import { temporaryFolder } from './folder.ts';

/** An embedded read store over a folder of its own. */
export const sqliteReads = (): ReadStoreSubject => {
  const folder = temporaryFolder();
  const open = [openSqliteReadStore({ dir: folder.path })];
  const opened = () => {
    const store = openSqliteReadStore({ dir: folder.path });
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
