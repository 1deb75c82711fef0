import { Worker } from 'node:worker_threads';
import { ownModule } from './own-module.ts';

/** What the watchdog's thread begins with. */
export interface WatchdogData {
  /** How people know the code that is watched. */
  readonly file: string;
  /** Counts signs of life. */
  readonly beats: Int32Array<SharedArrayBuffer>;
  /** Ms without a sign of life, and megabytes of memory, after which the process is ended. */
  readonly within: number;
  readonly memoryMb: number;
}

const limits = { within: 10_000, memoryMb: 2_000 };
const beat = 500;

/**
 * Ends this process (SIGKILL, after a sentence on stderr) when the code of a file holds it up for 10 s, or makes it grow
 * beyond 2,000 MB. Answers how to end the watch.
 */
export const watchOver = (file: string, { within, memoryMb } = limits): (() => Promise<void>) => {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: WatchdogData = { file, beats, within, memoryMb };
  const worker = new Worker(ownModule('watchdog-thread'), { workerData });
  worker.unref();
  const timer = setInterval(() => Atomics.add(beats, 0, 1), beat).unref();
  return async () => {
    clearInterval(timer);
    await worker.terminate();
  };
};
