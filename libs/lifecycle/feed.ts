import { setTimeout } from 'node:timers/promises';
import { createBell } from '../event-store/bell.ts';
import type { EventStore } from '../event-store/port.ts';
import type { ToLifecycle } from './mapping.ts';
import { backOff } from './policy.ts';
import type { LifecycleEvent } from './port.ts';

/** A stretch of the log, read once for all who are at its end. */
export interface Stretch {
  /** Positions `from` < position ≤ `to`. */
  readonly from: number;
  readonly to: number;
  /** The lifecycle events in it. */
  readonly events: readonly LifecycleEvent[];
}

/** The log's end, read once for everybody in the process who follows it. */
export interface Feed {
  /** Up to where it has read; null until it has begun. */
  position(): number | null;
  /** What comes after a position, from memory; null where that is too long ago, or the feed has not begun. */
  since(after: number): Stretch | null;
  /** Calls for each new stretch, in order. The feed reads while somebody listens. */
  listen(listener: (stretch: Stretch) => void): () => void;
  stop(): Promise<void>;
}

export interface FeedOptions {
  readonly events: Pick<EventStore, 'readAll' | 'head' | 'onAppended'>;
  readonly toLifecycle: ToLifecycle;
  /** Lifecycle events that are kept in memory for those who are a little behind; 2,000 by default. */
  readonly kept?: number;
  readonly log?: (level: 'error', message: string, fields?: Readonly<Record<string, unknown>>) => void;
}

const ownLook = 1_000;
/** Between two reads, ms: what is appended meanwhile is brought together. */
const gatheringMs = 25;
const batch = 1_000;
const restAfterErrors = { firstMs: 100, longestMs: 5_000 };

/**
 * Makes a feed. It begins at the log's end when the first listener comes; what is before that, each reads for himself.
 *
 * @example
 * const feed = createFeed({ events, toLifecycle });
 * const quiet = feed.listen(({ events }) => console.log(events.length));
 */
export const createFeed = ({
  events,
  toLifecycle,
  kept = 2_000,
  log = () => undefined,
}: FeedOptions): Feed => {
  const listeners = new Set<(stretch: Stretch) => void>();
  let running: AbortController | undefined;
  let ended = Promise.resolve();
  let position: number | null = null;
  /** After this position, `recent` has everything. */
  let floor = 0;
  let recent: readonly LifecycleEvent[] = [];

  const remember = (stretch: Stretch): void => {
    const all = [...recent, ...stretch.events];
    const dropped = all[all.length - kept - 1];
    // Events that share a position stay together, or are forgotten together.
    if (dropped !== undefined) floor = dropped.position;
    recent = dropped === undefined ? all : all.filter(event => event.position > floor);
    position = stretch.to;
  };

  /** Reads what is new; whether there was anything. */
  const step = async (signal: AbortSignal): Promise<boolean> => {
    const from = position ?? (await events.head());
    const read = await events.readAll(from, batch);
    if (signal.aborted) return false;
    if (position === null) position = floor = from;
    const last = read.at(-1);
    if (last === undefined) return false;
    const stretch = { from, to: last.position, events: read.flatMap(toLifecycle) };
    remember(stretch);
    for (const listener of listeners) listener(stretch);
    return true;
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const bell = createBell();
    const unsubscribe = events.onAppended(bell.ring);
    signal.addEventListener('abort', bell.ring);
    for (let mishaps = 0; !signal.aborted;) {
      bell.hush();
      try {
        const moved = await step(signal);
        mishaps = 0;
        if (moved) await setTimeout(gatheringMs, undefined, { signal }).catch(() => undefined);
        else await bell.rung(ownLook);
      } catch (error) {
        log('error', 'the log is away; trying again', {
          error: error instanceof Error ? error.name : typeof error,
        });
        await setTimeout(backOff(restAfterErrors, ++mishaps), undefined, { signal }).catch(() => undefined);
      }
    }
    unsubscribe();
    signal.removeEventListener('abort', bell.ring);
  };

  const stop = (): Promise<void> => {
    running?.abort();
    running = undefined;
    // Whoever comes next begins anew, because nobody reads on meanwhile.
    [position, recent] = [null, []];
    return ended;
  };

  return {
    position: () => position,
    since: after => {
      if (position === null || after < floor) return null;
      const at = recent.findIndex(event => event.position > after);
      return {
        from: after,
        to: Math.max(after, position),
        events: at === -1 ? [] : recent.slice(at),
      };
    },
    listen: listener => {
      listeners.add(listener);
      if (running === undefined) {
        const { signal } = (running = new AbortController());
        ended = ended.then(() => run(signal));
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) void stop();
      };
    },
    stop,
  };
};
