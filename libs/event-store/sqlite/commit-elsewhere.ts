import { Worker } from 'node:worker_threads';
import type { CommitRequest } from './commit-thread.ts';
import type { Call, FailedGroup, GroupResult } from './write-group.ts';

/** A thread that writes to the log. */
export interface CommitThread {
  /** Writes a group; one at a time. A thread that ends meanwhile leaves it unknown what was written. */
  readonly write: (calls: readonly Call[], now: number) => Promise<GroupResult>;
  readonly close: () => Promise<void>;
}

const program = new URL(`./commit-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Starts the thread at once, so that the first append finds it there; after it ended, when there is something to write. */
export const commitThread = (file: string): CommitThread => {
  let worker: Worker | undefined;
  let settle: ((result: GroupResult) => void) | undefined;

  const start = (): Worker => {
    const started = new Worker(program, { workerData: file });
    let reason: unknown = new Error('the thread that writes to the log has ended');
    const settled = (result: GroupResult): void => {
      started.unref();
      settle?.(result);
      settle = undefined;
    };
    started.on('message', settled);
    started.on('error', (error: unknown) => {
      reason = error;
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      settled({ error: reason, busy: false, outcomeUnknown: true } satisfies FailedGroup);
    });
    started.unref();
    return started;
  };

  worker = start();
  return {
    write: (calls, now) =>
      new Promise(resolve => {
        settle = resolve;
        worker ??= start();
        // The process stays for as long as somebody waits for an answer.
        worker.ref();
        worker.postMessage({ calls, now } satisfies CommitRequest);
      }),
    close: async () => {
      if (worker === undefined) return;
      const ending = worker;
      const ended = new Promise(resolve => ending.once('exit', resolve));
      ending.ref();
      ending.postMessage(null satisfies CommitRequest);
      await ended;
    },
  };
};
