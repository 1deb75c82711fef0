import { join } from 'node:path';
import type { Settings } from './settings.ts';

/** The embedded log. */
export const logFile = ({ dataDir }: Pick<Settings, 'dataDir'>): string => join(dataDir, 'log.sqlite');

/** The folder of the embedded read models; it can be deleted at any time, and is then made anew from the log. */
export const readFolder = ({ dataDir }: Pick<Settings, 'dataDir'>): string => join(dataDir, 'read');

/** The relay's checkpoints and deliveries. They are no read models: without it, everything is delivered once more. */
export const relayFile = ({ dataDir }: Pick<Settings, 'dataDir'>): string => join(dataDir, 'relay.sqlite');
