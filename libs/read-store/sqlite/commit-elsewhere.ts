import { Worker } from 'node:worker_threads';
import { CheckpointConflict, InvalidRequest, ReadStoreUnavailable, UnknownProjection } from '../errors.ts';
import type { ProjectionId } from '../port.ts';
import type { CommitReply, CommitRequest } from './commit-thread.ts';
import { buffersOf } from './packed.ts';
import type { PackedBatch } from './prepared.ts';

/** A thread that commits batches, in the order in which they are given. */
export interface CommitThread {
  /**
   * Packs a batch when its turn has come, because a packed one takes memory, and commits it.
   *
   * @throws what `pack` throws; as `ReadStore.commit`; ReadStoreUnavailable where the thread ended, and nobody knows
   * what it wrote
   */
  readonly commit: (id: ProjectionId, pack: () => Promise<PackedBatch>) => Promise<void>;
  /** Finishes what is under way, and takes no more. */
  readonly close: () => Promise<void>;
}

const program = new URL(`./commit-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** A thread, and who waits for its next answers, in order. */
interface Running {
  readonly worker: Worker;
  readonly waiting: ((reply: CommitReply) => void)[];
  idle?: NodeJS.Timeout;
}

/** After so long without work the thread ends, and lets go of its memory and of files that are dropped; ms. */
const patience = 5_000;

/** Rows live for a moment only: a large young generation would take memory, and no less time. */
const resourceLimits = { maxYoungGenerationSizeMb: 24 };

/** Batches that are under way at once: while one is written, the next gets there. */
const atOnce = 2;

/** The thread is started when there is something to commit, also after it ended. */
export const commitThread = (dir: string): CommitThread => {
  let running: Running | undefined;
  const endings = new Set<Promise<void>>();
  const queue: (() => void)[] = [];
  let free = atOnce;
  let closing = false;

  /** Takes no more work; what it was given before, it does. */
  const end = ({ worker, idle }: Running): void => {
    clearTimeout(idle);
    running = undefined;
    const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()));
    endings.add(ended);
    void ended.then(() => endings.delete(ended));
    worker.postMessage(null satisfies CommitRequest);
  };

  const start = (): Running => {
    const worker = new Worker(program, { workerData: dir, resourceLimits });
    const started: Running = { worker, waiting: [] };
    let reason = 'the thread that commits has ended';
    worker.on('message', (reply: CommitReply) => {
      started.waiting.shift()?.(reply);
      if (started.waiting.length > 0) return;
      worker.unref();
      started.idle = setTimeout(end, patience, started).unref();
    });
    worker.on('error', error => (reason = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => {
      clearTimeout(started.idle);
      if (running === started) running = undefined;
      for (const settle of started.waiting.splice(0)) settle({ kind: 'away', message: reason });
    });
    return started;
  };

  const enter = async (): Promise<void> => {
    if (free > 0) free--;
    else await new Promise<void>(resolve => queue.push(resolve));
    if (closing) throw new ReadStoreUnavailable('the read store is closed');
  };

  const leave = (): void => {
    const next = queue.shift();
    if (next === undefined) free++;
    else next();
  };

  const ask = (id: ProjectionId, batch: PackedBatch): Promise<CommitReply> => {
    const { worker, waiting, idle } = (running ??= start());
    clearTimeout(idle);
    return new Promise(resolve => {
      waiting.push(resolve);
      // The process stays for as long as somebody waits for an answer.
      worker.ref();
      const buffers = [...buffersOf(batch.entities), ...buffersOf(batch.additions)];
      worker.postMessage({ id, batch } satisfies CommitRequest, buffers);
    });
  };

  return {
    commit: async (id, pack) => {
      try {
        await enter();
        const batch = await pack();
        const error = errorOf(await ask(id, batch), id, batch.follows);
        if (error !== null) throw error;
      } finally {
        leave();
      }
    },
    close: async () => {
      closing = true;
      if (running !== undefined) {
        running.worker.ref();
        end(running);
      }
      await Promise.all(endings);
    },
  };
};

const errorOf = (reply: CommitReply, id: ProjectionId, follows: number): Error | null => {
  switch (reply.kind) {
    case 'done':
      return null;
    case 'conflict':
      return new CheckpointConflict(id, follows, reply.actual);
    case 'unknown':
      return new UnknownProjection(id);
    case 'refused':
      return new InvalidRequest(reply.rule, reply.message);
    case 'away':
      return new ReadStoreUnavailable(reply.message);
    case 'failed':
      return Object.assign(new Error(reply.message), reply.code !== undefined && { code: reply.code });
  }
};
