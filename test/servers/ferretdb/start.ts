import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { freePorts } from '../../support/free-ports.ts';
import { runProgram, type Program } from '../process.ts';
import { ferretdbProgram } from './build.ts';
import { preparePostgresql, startPostgresql } from './postgresql.ts';

export interface FerretdbOptions {
  /** Where it keeps its data; the caller's to make and to remove. */
  readonly dir: string;
  readonly log?: (line: string) => void;
}

/** A server of MongoDB's protocol that a test may do anything to. */
export interface FerretdbServer {
  readonly env: { readonly MONGODB_URL: string; readonly LEADFOLD_MONGO_BATCH: string };
  /** `mongodb://127.0.0.1:port/` */
  readonly url: string;
  readonly port: number;
  /** `kill -9`, of the server and of the database below it. */
  kill(): Promise<void>;
  /** Starts it again, at the same address and over the same data, where it doesn't run. */
  restart(): Promise<void>;
  /** Lets it end in order. */
  stop(): Promise<void>;
}

const startMs = 60_000;
const stopMs = 20_000;

const answers = async (url: string): Promise<boolean> => {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500 });
  try {
    await client.db().command({ ping: 1 });
    await client.db('leadfold-start').collection('none').findOne();
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
};

/**
 * Starts FerretDB over a PostgreSQL of its own, at random ports.
 *
 * @throws Error with the last lines of what doesn't come up
 */
export const startFerretdb = async ({ dir, log }: FerretdbOptions): Promise<FerretdbServer> => {
  const program = await ferretdbProgram();
  const [port = 0, below = 0] = await freePorts(2);
  const url = `mongodb://127.0.0.1:${port}/`;
  await preparePostgresql(dir, log);

  const launch = async (): Promise<readonly Program[]> => {
    const postgresql = await startPostgresql(dir, below, log);
    // One connection of the pool stays taken for each operation of a command until the command ends.
    const database = `postgres://postgres@127.0.0.1:${below}/postgres?pool_max_conns=400`;
    const ferretdb = runProgram(program, [`127.0.0.1:${port}`, database], { log });
    const over = ferretdb.ended.then(() => true);
    const until = performance.now() + startMs;
    while (!(await answers(url)) || (await Promise.race([over, pause(0, false)]))) {
      if (!(await Promise.race([over, pause(100, false)])) && performance.now() < until) continue;
      for (const each of [ferretdb, postgresql]) each.kill('SIGKILL');
      throw new Error(`FerretDB did not start: ${ferretdb.tail()}`);
    }
    return [ferretdb, postgresql];
  };

  let running: readonly Program[] | null = await launch();
  const end = async (signals: readonly NodeJS.Signals[]): Promise<void> => {
    const programs = running ?? [];
    running = null;
    for (const [at, each] of programs.entries()) {
      each.kill(signals[at] ?? 'SIGKILL');
      const impatient = setTimeout(() => each.kill('SIGKILL'), stopMs);
      await each.ended;
      clearTimeout(impatient);
    }
  };

  return {
    env: { MONGODB_URL: url, LEADFOLD_MONGO_BATCH: '100' },
    url,
    port,
    kill: () => end(['SIGKILL', 'SIGKILL']),
    restart: async () => {
      running ??= await launch();
    },
    // SIGINT: PostgreSQL ends its sessions instead of waiting for them.
    stop: () => end(['SIGTERM', 'SIGINT']),
  };
};
