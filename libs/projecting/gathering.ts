import { setTimeout } from 'node:timers/promises';

/** Lets events gather while nobody waits for them: a batch costs as much as dozens of events, for each read model. */
export interface Gathering {
  /** Keeps whoever rests from resting until the wait is over. */
  readonly waiting: <T>(wait: () => Promise<T>) => Promise<T>;
  /** Told each time that somebody begins to wait. Returns what ends that. */
  readonly onWaiting: (tell: () => void) => () => void;
  /** Resolves after that many ms; at once while somebody waits, or when the signal says so. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>;
}

const shortestRest = 40;
const longestRest = 250;
const share = 10;

/**
 * How long events gather after a batch that took so long, ms: ten times as long, at least 40 ms and at most 250. Under
 * load the batches get fewer and larger, which leaves more of the thread to those who are answered meanwhile.
 */
export const restAfter = (took: number): number =>
  Math.min(longestRest, Math.max(shortestRest, share * took));

export const createGathering = (): Gathering => {
  let waits = 0;
  let resting = new AbortController();
  const listeners = new Set<() => void>();
  return {
    onWaiting: tell => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    waiting: async wait => {
      waits++;
      resting.abort();
      for (const tell of listeners) tell();
      try {
        return await wait();
      } finally {
        waits--;
      }
    },
    rest: async (ms, signal) => {
      if (waits > 0) return;
      resting = new AbortController();
      const disturbed = AbortSignal.any([resting.signal, signal]);
      await setTimeout(ms, undefined, { signal: disturbed }).catch(() => undefined);
    },
  };
};
