import { openEngine, parseSettings, type Engine } from '../../libs/engine/index.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import { startEsdb } from '../servers/esdb/start.ts';
import { temporaryFolder } from '../support/folder.ts';

/** Opens an empty workspace of its own. */
export type OpenWorkspace = () => Promise<{ readonly engine: Engine; close(): Promise<void> }>;

export const embeddedWorkspace: OpenWorkspace = async () => {
  const place = temporaryFolder();
  const engine = await openEngine(parseSettings({ LEADFOLD_DATA: place.path }));
  return {
    engine,
    close: async () => {
      await engine.close();
      place.remove();
    },
  };
};

/** With its log in a stand-in for EventStoreDB that nobody has used before. */
export const esdbWorkspace: OpenWorkspace = async () => {
  const place = temporaryFolder();
  const server = await startEsdb({ dir: place.path, args: ['--no-sync'] });
  const engine = await openEngine(
    parseSettings({ LEADFOLD_DATA: place.path, LEADFOLD_EVENT_STORE: server.url }),
  );
  return {
    engine,
    close: async () => {
      await engine.close();
      await server.stop();
      place.remove();
    },
  };
};

/** Events in a log, read from its beginning to its end. */
export const countOf = async (events: EventStore): Promise<number> => {
  let count = 0;
  for (let after = 0; ;) {
    const page = await events.readAll(after, 5_000);
    count += page.length;
    after = page.at(-1)?.position ?? after;
    if (page.length < 5_000) return count;
  }
};
