import { EventStoreDBClient } from '@eventstore/db-client';
import { createSeen, type Seen } from './seen.ts';

/** A client in use. */
export interface Held {
  readonly client: EventStoreDBClient;
  /** Calls back when the client is replaced: what waits for it waits in vain. The answer ends that. */
  readonly onGone: (listener: () => void) => () => void;
  /** The server answered it. */
  worked(): void;
}

/** Gives a client, and a fresh one after it hung. */
export interface Line {
  readonly held: () => Held | Promise<Held>;
  /** The client gave no answer in time. */
  readonly hung: (held: Held) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A client that never worked is given so long to find the server, ms, before it is replaced in its turn. */
const trial = 30_000;

interface Kept extends Held {
  readonly since: number;
  readonly works: () => boolean;
  /** Tells all who wait. */
  readonly leave: () => void;
}

const make = (connectionString: string): Kept => {
  const listeners = new Set<{ readonly tell: () => void }>();
  let works = false;
  return {
    client: EventStoreDBClient.connectionString(connectionString),
    onGone: tell => {
      const listener = { tell };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    since: performance.now(),
    works: () => works,
    worked: () => {
      works = true;
    },
    leave: () => {
      for (const { tell } of listeners) tell();
    },
  };
};

/** A new client's appends must not begin before: until an old one is gone, an error of it would reject them too. */
let leaving: Promise<void> | null = null;

export const createLine = (connectionString: string): Line => {
  let kept: Kept | undefined;
  const drop = async (): Promise<void> => {
    const old = kept;
    kept = undefined;
    if (old !== undefined) {
      old.leave();
      const gone = (leaving ?? Promise.resolve()).then(() => old.client.dispose()).catch(() => undefined);
      leaving = gone;
      void gone.then(() => {
        if (leaving === gone) leaving = null;
      });
    }
    await leaving;
  };
  const give = (): Held => (kept ??= make(connectionString));
  return {
    held: () => (leaving === null ? give() : leaving.then(give)),
    hung: async held => {
      if (held.client !== kept?.client) return;
      if (kept.works() || performance.now() - kept.since > trial) await drop();
    },
    close: drop,
  };
};

/** A line, and what the answers on it have shown of the log. */
export interface SharedLine extends Line {
  readonly seen: Seen;
}

const shared = new Map<string, { readonly line: Line; readonly seen: Seen; users: number }>();

/**
 * The line that all of a process's stores at an address append through: the client keeps the appends under way of all
 * clients in one table, where an error of one rejects those of the others. Close it once for each time it was asked for.
 */
export const sharedLine = (connectionString: string): SharedLine => {
  const entry = shared.get(connectionString) ?? {
    line: createLine(connectionString),
    seen: createSeen(),
    users: 0,
  };
  shared.set(connectionString, entry);
  entry.users++;
  const { line, seen } = entry;
  return {
    seen,
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
