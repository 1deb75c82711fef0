import { EventStoreDBClient } from '@eventstore/db-client';

/** A client in use. */
export interface Held {
  readonly client: EventStoreDBClient;
  /** Aborted when the client is replaced: what waits for it waits in vain. */
  readonly gone: AbortSignal;
  /** The server answered it. */
  worked(): void;
}

/** Gives a client, and a fresh one after it hung. */
export interface Line {
  readonly held: () => Promise<Held>;
  /** The client gave no answer in time. */
  readonly hung: (held: Held) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A client that never worked is given so long to find the server, ms, before it is replaced in its turn. */
const trial = 30_000;

interface Kept extends Held {
  readonly since: number;
  worksNow: boolean;
  readonly abort: () => void;
}

const make = (connectionString: string): Kept => {
  const controller = new AbortController();
  const kept: Kept = {
    client: EventStoreDBClient.connectionString(connectionString),
    gone: controller.signal,
    since: performance.now(),
    worksNow: false,
    worked: () => {
      kept.worksNow = true;
    },
    abort: () => controller.abort(),
  };
  return kept;
};

/** A new client's appends must not begin before: until an old one is gone, an error of it would reject them too. */
let leaving: Promise<void> = Promise.resolve();

export const createLine = (connectionString: string): Line => {
  let kept: Kept | undefined;
  const drop = (): Promise<void> => {
    const old = kept;
    kept = undefined;
    if (old === undefined) return leaving;
    old.abort();
    leaving = leaving.then(() => old.client.dispose()).catch(() => undefined);
    return leaving;
  };
  return {
    held: async () => {
      await leaving;
      return (kept ??= make(connectionString));
    },
    hung: async held => {
      if (held.client !== kept?.client) return;
      if (kept.worksNow || performance.now() - kept.since > trial) await drop();
    },
    close: drop,
  };
};

const shared = new Map<string, { readonly line: Line; users: number }>();

/**
 * The line that all of a process's stores at an address append through: the client keeps the appends under way of all
 * clients in one table, where an error of one rejects those of the others. Close it once for each time it was asked for.
 */
export const sharedLine = (connectionString: string): Line => {
  const entry = shared.get(connectionString) ?? { line: createLine(connectionString), users: 0 };
  shared.set(connectionString, entry);
  entry.users++;
  const { line } = entry;
  return {
    held: line.held,
    hung: line.hung,
    close: async () => {
      entry.users--;
      if (entry.users > 0) return;
      shared.delete(connectionString);
      await line.close();
    },
  };
};
