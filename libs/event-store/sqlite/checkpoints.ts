import { Worker } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';

export interface CheckpointOptions {
  /** Pages that gather in the write-ahead log before the thread moves them to the main file. */
  readonly pages?: number;
  /** Pages after which the write-ahead log begins anew. */
  readonly restart?: number;
}

/** Keeps the write-ahead log short. */
export interface Checkpoints {
  /** To be called after each commit. */
  readonly committed: () => void;
  readonly close: () => Promise<void>;
}

/** Where the write-ahead log ends, and how far the main file has it, pages. */
interface Reach {
  readonly log: number;
  readonly checkpointed: number;
}

const program = new URL(
  `./checkpoint-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/** Moves what it can to the main file; where the disk refuses, a later one does. */
export const checkpointer = (db: Database): (() => void) => {
  const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  return () => {
    try {
      checkpoint.get();
    } catch {
      // Nothing is lost: the pages stay in the write-ahead log.
    }
  };
};

/** Asking takes longer than a hundredth of a commit. */
const commitsBetween = 8;

/**
 * Moves pages to the main file in a thread, which is started when there is something to move. The write-ahead log can
 * begin anew only when all of it is in the main file, which a busy log reaches between two commits alone: what is left
 * then, little, is moved by the caller's own connection. Should the thread end, the engine's own bound holds.
 */
export const checkpoints = (
  db: Database,
  { pages = 4_000, restart = 12_000 }: CheckpointOptions = {},
): Checkpoints => {
  const reach = db.prepare<[], Reach>('PRAGMA wal_checkpoint(NOOP)');
  const checkpoint = checkpointer(db);
  let worker: Worker | undefined;
  let running = false;
  let commits = 0;

  const start = (): Worker => {
    const started = new Worker(program, { workerData: db.name });
    started.on('message', () => {
      running = false;
      if (db.open && (reach.get()?.log ?? 0) >= restart) checkpoint();
    });
    started.on('error', () => undefined);
    started.on('exit', () => {
      running = false;
      if (worker === started) worker = undefined;
    });
    started.unref();
    return started;
  };

  return {
    committed: () => {
      if (running || ++commits % commitsBetween > 0) return;
      const { log, checkpointed } = reach.get() ?? { log: 0, checkpointed: 0 };
      if (log - checkpointed < pages) return;
      running = true;
      worker ??= start();
      worker.postMessage(null);
    },
    close: async () => {
      await worker?.terminate();
    },
  };
};
