import { setTimeout } from 'node:timers/promises';

/** Lets events gather while nobody waits for them: a batch costs as much as dozens of events, for each read model. */
export interface Gathering {
  /** Keeps whoever rests from resting until the wait is over. */
  readonly waiting: <T>(wait: () => Promise<T>) => Promise<T>;
  /** Resolves after that many ms; at once while somebody waits, or when the signal says so. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const createGathering = (): Gathering => {
  let waits = 0;
  let resting = new AbortController();
  return {
    waiting: async wait => {
      waits++;
      resting.abort();
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
