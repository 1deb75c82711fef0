import type { MongoReadStoreOptions } from '../read-store/mongodb/index.ts';
import type { ReadStore } from '../read-store/port.ts';
import { openSqliteReadStore } from '../read-store/sqlite/index.ts';
import { readFolder } from './data-files.ts';
import { InvalidSettings } from './parse-settings.ts';
import type { Settings } from './settings.ts';

/**
 * Opens the read store that the settings say. One on a server is opened whether or not the server is there.
 *
 * @param options `within`: how long a server may take for a question, ms
 * @throws InvalidSettings for a connection string that the driver does not take; the file system's error
 */
export const openReads = async (
  settings: Pick<Settings, 'dataDir' | 'readStore' | 'mongoBatch'>,
  options: Pick<MongoReadStoreOptions, 'within'> = {},
): Promise<ReadStore> => {
  const { readStore, mongoBatch } = settings;
  if (readStore.kind === 'sqlite') return openSqliteReadStore({ dir: readFolder(settings) });
  // The driver takes a while to load, which a workspace without a server need not wait for.
  const { openMongoReadStore } = await import('../read-store/mongodb/index.ts');
  try {
    return openMongoReadStore({ url: readStore.url, batchSize: mongoBatch, ...options });
  } catch (error) {
    throw new InvalidSettings(`LEADFOLD_READ_STORE: ${error instanceof Error ? error.message : 'not valid'}`);
  }
};
