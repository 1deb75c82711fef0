import { setTimeout as pause } from 'node:timers/promises';
import { END, excludeSystemEvents } from '@eventstore/db-client';
import type { Unsubscribe } from '../port.ts';
import type { Line } from './line.ts';

/** Tells listeners that the log may have grown, by this process or another. */
export interface Doorbell {
  readonly listen: (ring: () => void) => Unsubscribe;
  /** Rings soon, in a turn of its own, so that a listener's error is no append's. */
  readonly ring: () => void;
  readonly close: () => void;
}

/** Pauses before a subscription is opened again, ms. */
const firstPause = 50;
const longestPause = 5_000;

/** Calls `ring` for what is appended; resolves when the subscription has ended, with whether it ever began. */
const follow = async (line: Line, ring: () => void, stopped: AbortSignal): Promise<boolean> => {
  const { client, onGone } = await line.held();
  if (stopped.aborted) return false;
  const subscription = client.subscribeToAll({ fromPosition: END, filter: excludeSystemEvents() });
  const began = await new Promise<boolean>(resolve => {
    let confirmed = false;
    const end = (): void => resolve(confirmed);
    subscription
      .on('confirmation', () => {
        confirmed = true;
        ring();
      })
      .on('data', ring)
      .on('error', end)
      .once('end', end)
      .once('close', end);
    stopped.addEventListener('abort', end, { once: true });
    onGone(end);
  });
  void subscription.unsubscribe().catch(() => undefined);
  return began;
};

/**
 * A bell that a subscription rings. Losing the subscription loses nothing but a moment: it is opened again, and rings when it
 * is, since something may have come in between.
 */
export const createDoorbell = (line: Line): Doorbell => {
  const listeners = new Set<{ readonly ring: () => void }>();
  let rung = false;
  let stop: AbortController | undefined;

  const ring = (): void => {
    if (rung) return;
    rung = true;
    setImmediate(() => {
      rung = false;
      for (const listener of listeners)
        setImmediate(() => {
          if (listeners.has(listener)) listener.ring();
        });
    });
  };

  /** Keeps a subscription open until the signal, and rejects then. */
  const keep = async (stopped: AbortSignal): Promise<never> => {
    for (let wait = firstPause; ; wait = Math.min(wait * 2, longestPause)) {
      if (await follow(line, ring, stopped).catch(() => false)) wait = firstPause;
      await pause(wait, undefined, { signal: stopped, ref: false });
    }
  };

  const leave = (): void => {
    stop?.abort();
    stop = undefined;
  };

  return {
    ring,
    listen: callback => {
      const listener = { ring: callback };
      listeners.add(listener);
      if (stop === undefined) {
        stop = new AbortController();
        keep(stop.signal).catch(() => undefined);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) leave();
      };
    },
    close: () => {
      listeners.clear();
      leave();
    },
  };
};
