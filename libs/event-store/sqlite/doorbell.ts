import type { Database } from 'better-sqlite3';
import type { Unsubscribe } from '../port.ts';

/** Tells listeners that the log may have grown, by this process or another. */
export interface Doorbell {
  readonly listen: (ring: () => void) => Unsubscribe;
  /** Rings soon, in a turn of its own, so that a listener's error is no append's. */
  readonly ring: () => void;
  readonly close: () => void;
}

/** @param pollMs how often to look for commits of other processes while somebody listens */
export const doorbell = (db: Database, pollMs: number): Doorbell => {
  // It changes when another connection commits; this one's own commits leave it as it is.
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  const listeners = new Set<{ readonly ring: () => void }>();
  let seen: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const ring = (): void => {
    for (const listener of listeners)
      setImmediate(() => {
        if (listeners.has(listener)) listener.ring();
      });
  };

  /** A file that can't be read now is the readers' affair: they are told to look. */
  const version = (): number | undefined => {
    try {
      return dataVersion.get();
    } catch {
      return undefined;
    }
  };

  const poll = (): void => {
    const now = version();
    if (now !== undefined && now === seen) return;
    seen = now;
    ring();
  };

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    ring,
    listen: callback => {
      const listener = { ring: callback };
      listeners.add(listener);
      if (timer === undefined) {
        seen = version();
        timer = setInterval(poll, pollMs).unref();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    close: () => {
      listeners.clear();
      stop();
    },
  };
};
