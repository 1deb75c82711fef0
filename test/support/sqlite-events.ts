import { join } from 'node:path';
import { openSqliteEventStore, type SqliteEventStoreOptions } from '../../libs/event-store/sqlite/index.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import type { Subject } from '../contract/event-store/setup.ts';
import { temporaryFolder } from './folder.ts';

/** SQLite event stores over one new log in a folder of its own. */
export const sqliteSubject = (
  options: Omit<SqliteEventStoreOptions, 'file'> = {},
): Subject & { readonly file: string } => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'events.db');
  const opened: EventStore[] = [];
  const open = (): EventStore => {
    const store = openSqliteEventStore({ file, pollMs: 20, ...options });
    opened.push(store);
    return store;
  };
  const closeAll = async (): Promise<void> => {
    for (const store of opened.splice(0)) await store.close();
  };
  return {
    file,
    store: open(),
    reopen: async () => {
      await closeAll();
      return open();
    },
    second: () => Promise.resolve(open()),
    dispose: async () => {
      await closeAll();
      folder.remove();
    },
  };
};
