import type { Settings } from '../../libs/engine/settings.ts';

interface OfWorkspace {
  readonly settings: Pick<Settings, 'dataDir' | 'eventStore'>;
}

/** Whether a position in the log is the number of events up to there: so it is in the embedded log. */
export const countsEvents = ({ settings }: OfWorkspace): boolean => settings.eventStore.kind === 'sqlite';

/** What positions in the log count: EventStoreDB's are places in its file. @param unit what the embedded log's count */
export const placesOf = (workspace: OfWorkspace, unit: string): string =>
  countsEvents(workspace) ? unit : 'bytes of the log';

/** How people call the log. */
export const logName = ({ dataDir, eventStore }: OfWorkspace['settings']): string =>
  eventStore.kind === 'sqlite' ? dataDir : `the log at ${eventStore.shown}`;

/** What to do for another log. */
export const otherLog = (workspace: OfWorkspace): string =>
  countsEvents(workspace) ? 'give --data another folder' : 'LEADFOLD_EVENT_STORE may name another server';
