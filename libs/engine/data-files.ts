import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Settings } from './settings.ts';

/** The embedded log. */
export const logFile = ({ dataDir }: Pick<Settings, 'dataDir'>): string => join(dataDir, 'log.sqlite');

/** The folder of the embedded read models; it can be deleted at any time, and is then made anew from the log. */
export const readFolder = ({ dataDir }: Pick<Settings, 'dataDir'>): string => join(dataDir, 'read');

/** The relay's checkpoints and deliveries. They are no read models: without it, everything is delivered once more. */
export const relayFile = ({ dataDir }: Pick<Settings, 'dataDir'>): string => join(dataDir, 'relay.sqlite');

/** Makes the data folder for its owner alone, because it holds personal data; one that is there stays as it is. */
export const makeDataFolder = (dataDir: string): void => {
  const parent = dirname(resolve(dataDir));
  if (!existsSync(parent)) mkdirSync(parent, { recursive: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
};

/**
 * Makes a file for its owner alone before SQLite would make it for everybody; its journals get the same mode. One that is
 * there stays as it is.
 *
 * @returns the file
 */
export const ownersOnly = (file: string): string => {
  try {
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  } catch {
    // Whoever opens it next says what is in the way.
  }
  return file;
};
