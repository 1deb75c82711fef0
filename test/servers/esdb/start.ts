import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from '../../support/child.ts';
import type { RunningServer } from '../running-server.ts';

export interface StartOptions {
  /** A folder for the server's files; the log in it is kept from one start to the next. */
  readonly dir: string;
  /** Hears what the server says on stderr when it has ended by itself. */
  readonly log?: (line: string) => void;
  /** Further options of `main.ts`, such as `--no-sync`. */
  readonly args?: readonly string[];
  /** What stands after the address, `?tls=false` by default. */
  readonly query?: string;
}

/** The stand-in for EventStoreDB in a process of its own. */
export interface RunningEsdb extends RunningServer {
  readonly url: string;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again at the same address over the same files. */
  restart(): Promise<void>;
  readonly port: number;
  /** Stops its process where it is, so that it answers nothing and its connections stay open; `false` lets it go on. */
  freeze(frozen: boolean): void;
}

const main = join(import.meta.dirname, 'main.ts');

const launch = async (options: StartOptions, port: number): Promise<{ child: Child; port: number }> => {
  const { dir, log, args = [] } = options;
  mkdirSync(dir, { recursive: true });
  const child = startChild(main, ['--file', join(dir, 'esdb.log'), '--port', String(port), ...args]);
  await child.until(1);
  const bound = /^listening (\d+)$/.exec(child.lines[0] ?? '')?.[1];
  if (bound === undefined) {
    log?.(child.errors());
    throw new Error(`the EventStoreDB stand-in did not start: ${child.errors()}`);
  }
  return { child, port: Number(bound) };
};

/**
 * Starts the stand-in in a process of its own.
 *
 * @example
 * const server = await startEsdb({ dir }); // server.url is esdb://127.0.0.1:PORT?tls=false
 */
export const startEsdb = async (options: StartOptions): Promise<RunningEsdb> => {
  let { child, port } = await launch(options, 0);
  const url = `esdb://127.0.0.1:${port}${options.query ?? '?tls=false'}`;
  return {
    env: { ESDB_URL: url },
    url,
    port,
    kill: () => child.kill(),
    restart: async () => {
      await child.kill();
      ({ child, port } = await launch(options, port));
    },
    stop: async () => {
      child.signal('SIGCONT');
      child.signal('SIGTERM');
      await child.ended;
    },
    freeze: frozen => child.signal(frozen ? 'SIGSTOP' : 'SIGCONT'),
  };
};
