import type { Clock } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import { openSqliteEventStore, type SqliteEventStoreOptions } from '../event-store/sqlite/index.ts';
import { logFile, ownersOnly } from './data-files.ts';
import type { Settings } from './settings.ts';

/**
 * Opens the log that the settings say. One on a server is opened whether or not the server is there.
 *
 * @param options `commitThread`: whether a log in a file is written by a thread of its own
 * @throws UnusableLog
 */
export const openEvents = async (
  settings: Pick<Settings, 'dataDir' | 'eventStore'>,
  clock: Clock,
  options: Pick<SqliteEventStoreOptions, 'commitThread'> = {},
): Promise<EventStore> => {
  const { eventStore } = settings;
  if (eventStore.kind === 'sqlite')
    return openSqliteEventStore({ file: ownersOnly(logFile(settings)), clock, ...options });
  // The client takes a while to load, which a workspace without a server need not wait for.
  const { openEventStoreDb } = await import('../event-store/eventstoredb/index.ts');
  return openEventStoreDb({ address: eventStore.address, clock });
};
