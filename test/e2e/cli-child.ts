import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';

const main = resolve('dist/apps/cli/main.js');

/** How a run of the command line ended. */
export interface Ended {
  /** Null when a signal killed it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** Waits until stdout or stderr holds the text. */
  readonly says: (text: string) => Promise<void>;
  readonly err: () => string;
}

/** Starts the built command line as a process of its own. Nothing of this process's settings is handed down. */
export const start = (
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Child => {
  if (!existsSync(main)) throw new Error(`${main} is missing: npm run build`);
  const child = spawn(process.execPath, [main, ...words], {
    env: { PATH: process.env['PATH'], LEADFOLD_DATA: '/nonexistent/leadfold', ...environment },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((done, failed) => {
    child.on('error', failed);
    child.on('close', code => done({ code, out, err }));
  });
  const says = async (text: string): Promise<void> => {
    const until = Date.now() + 60_000;
    while (!out.includes(text) && !err.includes(text)) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`it never said ${JSON.stringify(text)}, but ${out}${err}`);
      await new Promise(resume => setTimeout(resume, 10));
    }
  };
  return { process: child, ended, says, err: () => err };
};

/** Runs the built command line to its end. */
export const leadfold = (
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> => start(words, environment).ended;

/** A folder for one spec, to be removed by it. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'leadfold-'));

/** Events in a data folder's log; 0 where there is none yet. */
export const eventsIn = (data: string): number => {
  const file = join(data, 'log.sqlite');
  if (!existsSync(file)) return 0;
  const log = new Database(file, { readonly: true });
  try {
    const made = log.prepare("SELECT 1 FROM sqlite_master WHERE name = 'events'").get() !== undefined;
    return made ? (log.prepare<[], number>('SELECT count(*) FROM events').pluck().get() ?? 0) : 0;
  } finally {
    log.close();
  }
};

/** A port that nobody listens on now. */
export const freePort = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
};
