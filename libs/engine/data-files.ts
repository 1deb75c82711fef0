import { join } from 'node:path';
import type { Settings } from './settings.ts';

/** The embedded log. */
export const logFile = ({ dataDir }: Pick<Settings, 'dataDir'>): string => join(dataDir, 'log.sqlite');

/** The folder of the embedded read models; it can be deleted at any time, and is then made anew from the log. */
export const readFolder = ({ dataDir }: Pick<Settings, 'dataDir'>): string => join(dataDir, 'read');
