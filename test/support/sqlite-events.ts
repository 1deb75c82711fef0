import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteEventStore, type SqliteEventStoreOptions } from '../../libs/event-store/sqlite/index.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import type { Subject } from '../contract/event-store/setup.ts';
import { temporaryFolder } from './folder.ts';

/** Breaks a text of an event in the log's file. */
export const damageRow = (
  file: string,
  stream: string,
  revision: number,
  part: 'data' | 'metadata' | 'personal',
  text = '{"half',
): void => {
  const db = new Database(file);
  db.prepare(`UPDATE events SET ${part} = ? WHERE stream = ? AND revision = ?`).run(text, stream, revision);
  db.close();
};

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
    damage: (stream, revision, part) => {
      damageRow(file, stream, revision, part);
      return Promise.resolve();
    },
    dispose: async () => {
      await closeAll();
      folder.remove();
    },
  };
};
