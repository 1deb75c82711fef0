import type { CheckpointStore } from './port.ts';

/** A lease that is held, and prolonged until it is given back. */
export interface Lease {
  /** Aborted when it turns out to be another's, or can't be prolonged in time. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/**
 * Takes a subscriber's lease and keeps it.
 *
 * @param ms how long it is another's to take after this process died
 * @returns null while it is another's
 */
export const takeLease = async (
  store: Pick<CheckpointStore, 'hold' | 'release'>,
  subscriber: string,
  owner: string,
  ms: number,
): Promise<Lease | null> => {
  if (!(await store.hold(subscriber, owner, ms))) return null;
  const lost = new AbortController();
  let until = performance.now() + ms;
  const prolong = async (): Promise<void> => {
    const asked = performance.now();
    const held = await store.hold(subscriber, owner, ms).catch(() => null);
    if (held === true) until = asked + ms;
    else if (held === false || performance.now() >= until) lost.abort();
  };
  const timer = setInterval(() => void prolong(), ms / 3).unref();
  lost.signal.addEventListener('abort', () => clearInterval(timer));
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer);
      if (!lost.signal.aborted) await store.release(subscriber, owner);
    },
  };
};
