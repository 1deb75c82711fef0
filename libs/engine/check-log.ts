import { checkIntegrity, type IntegrityOptions } from '../event-store/sqlite/index.ts';
import { logFile } from './data-files.ts';
import type { Settings } from './settings.ts';

/**
 * Looks whether the log is sound: positions and revisions without gaps, ids unique in their streams, every event
 * readable. Answers a sentence for each fault.
 */
export const checkLog = (
  settings: Settings,
  options: Pick<IntegrityOptions, 'signal' | 'onProgress'> = {},
): Promise<readonly string[]> => checkIntegrity(logFile(settings), options);
