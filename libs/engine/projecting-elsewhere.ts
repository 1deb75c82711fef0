import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Projecting, ProjectionStatus, Projector } from '../projecting/port.ts';
import type { ProjectingQuestion, ProjectingReply, ProjectingRequest } from './projecting-protocol.ts';
import type { Settings } from './settings.ts';

type Answer = readonly ProjectionStatus[] | null;

/** A thread that follows the log, and what it was asked. */
interface Running {
  readonly worker: Worker;
  readonly pending: Map<number, (answer: Answer) => void>;
}

const program = new URL(
  `./projecting-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/** Before a thread that ended by itself is started again, ms. */
const pause = 1_000;
const patience = 5_000;

/**
 * The projector with a thread of its own that follows the log from `start` to `stop`. Everything else is done here, as
 * beside any other process that projects; only waiting and the status go through the thread, which is told in this way
 * that somebody waits, and alone knows its rate.
 */
export const projectingElsewhere = (
  own: Projector,
  settings: Settings,
  log: NonNullable<Projecting['log']>,
): Projector => {
  let running: Running | undefined;
  let stopping: AbortController | undefined;
  let asked = 0;

  const take = ({ pending }: Running, reply: ProjectingReply): void => {
    if ('level' in reply) {
      log(reply.level, reply.message, reply.fields);
      return;
    }
    pending.get(reply.id)?.(reply.status);
    pending.delete(reply.id);
  };

  const begin = (stop: AbortSignal): void => {
    const worker = new Worker(program, { workerData: ofThread(settings) });
    const thread: Running = { worker, pending: new Map() };
    running = thread;
    worker.on('message', (reply: ProjectingReply) => take(thread, reply));
    worker.on('error', (error: unknown) =>
      log('error', 'the thread of the read models failed', { error: nameOf(error) }),
    );
    worker.on('exit', () => {
      if (running === thread) running = undefined;
      for (const settle of thread.pending.values()) settle(null);
      if (stop.aborted) return;
      log('error', 'the thread of the read models ended; starting it again');
      setTimeout(pause, undefined, { signal: stop, ref: false }).then(
        () => begin(stop),
        () => undefined,
      );
    });
  };

  /** Null where there is no thread, or it can't say. */
  const ask = (question: Omit<ProjectingQuestion, 'id'>): Promise<Answer> =>
    new Promise(resolve => {
      if (running === undefined) {
        resolve(null);
        return;
      }
      const id = ++asked;
      running.pending.set(id, resolve);
      running.worker.postMessage({ ...question, id } satisfies ProjectingRequest);
    });

  return {
    ...own,
    start: () => {
      if (stopping !== undefined) return;
      stopping = new AbortController();
      begin(stopping.signal);
    },
    stop: async () => {
      stopping?.abort();
      stopping = undefined;
      if (running !== undefined) {
        const { worker } = running;
        const ended = new Promise(resolve => worker.once('exit', resolve));
        worker.postMessage(null satisfies ProjectingRequest);
        await ended;
      }
      await own.stop();
    },
    waitFor: async (name, position, timeoutMs = patience) => {
      const start = performance.now();
      await ask({ wait: { name, position, timeoutMs } });
      await own.waitFor(name, position, Math.max(0, timeoutMs - (performance.now() - start)));
    },
    status: async () => (await ask({})) ?? own.status(),
  };
};

/** It answers nobody and sends nothing. */
const ofThread = (settings: Settings): Settings => ({
  ...settings,
  apiKeys: null,
  kafka: null,
  webhookNetworks: [],
});

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
