import { checkEvents, type CheckOptions } from '../event-store/check-events.ts';
import type { EventStore } from '../event-store/port.ts';
import { checkIntegrity } from '../event-store/sqlite/index.ts';
import { logFile } from './data-files.ts';
import type { Settings } from './settings.ts';

/** A workspace's log, as far as it matters here. */
export interface LogToCheck {
  readonly settings: Pick<Settings, 'dataDir' | 'eventStore'>;
  readonly events: EventStore;
}

/**
 * Looks whether the log is sound: positions and revisions without gaps, ids unique in their streams, every event
 * readable. On a server it is read as everybody reads it, and a gap in positions is none. Answers a sentence for each fault.
 */
export const checkLog = (
  { settings, events }: LogToCheck,
  options: Pick<CheckOptions, 'signal' | 'onProgress'> = {},
): Promise<readonly string[]> =>
  settings.eventStore.kind === 'sqlite'
    ? checkIntegrity(logFile(settings), options)
    : checkEvents(events, options);
