import { randomBytes } from 'node:crypto';
import { openEventStoreDb, type EventStoreDbOptions } from '../../libs/event-store/eventstoredb/index.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import type { Subject } from '../contract/event-store/setup.ts';
import { startEsdb } from '../servers/esdb/start.ts';
import { temporaryFolder } from './folder.ts';
import { namesOf, viewOf } from './log-view.ts';

/** A server for the tests of a file: the one that `ESDB_URL` names, or else the stand-in. */
export interface EsdbForTests {
  readonly url: string;
  /** What the tests' names say they ran on. */
  readonly name: string;
  stop(): Promise<void>;
}

/** @param args further options of the stand-in */
export const esdbForTests = async (args: readonly string[] = ['--no-sync']): Promise<EsdbForTests> => {
  const { ESDB_URL: given } = process.env;
  if (given !== undefined && given !== '')
    return { url: given, name: 'EventStoreDB at ESDB_URL', stop: () => Promise.resolve() };
  const folder = temporaryFolder();
  const server = await startEsdb({ dir: folder.path, args });
  return {
    url: server.url,
    name: 'EventStoreDB stand-in',
    stop: async () => {
      await server.stop();
      folder.remove();
    },
  };
};

/** For tests of what is answered, and not of when: a machine may be busy with others, ms. */
export const unhurried = 30_000;

/** Stores over one log that looks new, in a server that others have used before. */
export const esdbSubject = async (
  url: string,
  options: Omit<EventStoreDbOptions, 'address'> = {},
): Promise<Subject> => {
  const opened: EventStore[] = [];
  const names = namesOf(randomBytes(6).toString('hex'));
  let base: number | undefined;
  const open = async (): Promise<EventStore> => {
    const store = openEventStoreDb({ address: url, answerMs: unhurried, ...options });
    opened.push(store);
    base ??= await store.head();
    return viewOf(store, base, names);
  };
  const closeAll = async (): Promise<void> => {
    for (const store of opened.splice(0)) await store.close();
  };
  return {
    store: await open(),
    reopen: async () => {
      await closeAll();
      return open();
    },
    second: open,
    dispose: closeAll,
  };
};
