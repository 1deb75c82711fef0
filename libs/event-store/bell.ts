import { setTimeout } from 'node:timers/promises';

/** Remembers a ring until somebody listens. */
export interface Bell {
  readonly ring: () => void;
  /** Forgets a ring; to be called before looking, so that what rings during the look is heard after it. */
  readonly hush: () => void;
  /** Resolves when it rings or has rung, or after so many ms. */
  readonly rung: (withinMs: number) => Promise<void>;
}

/** For readers of the log: they look, then rest until the log's doorbell rings or a while has passed. */
export const createBell = (): Bell => {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      rang = true;
      wake?.();
    },
    hush: () => {
      rang = false;
    },
    rung: async withinMs => {
      if (rang) return;
      const timer = new AbortController();
      const called = new Promise<void>(resolve => (wake = resolve));
      const waited = setTimeout(withinMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([called, waited]);
      timer.abort();
      wake = undefined;
    },
  };
};
