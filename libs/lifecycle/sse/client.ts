import { setTimeout } from 'node:timers/promises';
import type { Feed } from '../feed.ts';
import type { LifecycleEvent } from '../port.ts';
import type { Page, ReadOn } from '../read-on.ts';
import { frames, heartbeat } from './frames.ts';
import type { Sink } from './port.ts';

/** One stream, and how far it is. */
export interface Client {
  readonly types: ReadonlySet<string> | null;
  /** Everything up to here was handed to its sink; null while "from now on" has not begun. */
  readonly position: () => number | null;
  /** Whether it is at the log's end and able to take more. */
  readonly ready: () => boolean;
  /** Since when it doesn't keep up, by the monotonic clock; null when it does. */
  readonly blockedSince: () => number | null;
  /** Hands over all that comes after its position up to another one; null where that is nothing for it. */
  readonly take: (chunk: Buffer | null, to: number) => void;
  /** Brings it to the log's end, unless that is under way. */
  readonly catchUp: () => void;
  /** Tells it that nothing is new, if it has heard nothing since then. */
  readonly beat: (since: number) => void;
  /** Nothing is handed over any more. */
  readonly close: () => void;
}

export interface ClientOptions {
  readonly sink: Sink;
  readonly types: ReadonlySet<string> | null;
  readonly after: number | null;
  readonly feed: Feed;
  readonly readOn: ReadOn;
  readonly count: (events: number) => void;
  readonly log: (message: string) => void;
}

/** Before a look at a log that was away, or whose end nobody has read yet, ms. */
const rest = { afterFailure: 1_000, beforeFeed: 10 } as const;

/** Whether a client with these types wants the event. */
export const wants = (types: ReadonlySet<string> | null, { cloudEvent }: LifecycleEvent): boolean =>
  types === null || types.has(cloudEvent.type);

/**
 * A stream to one client. It reads the log by itself until it has come to where the feed is, and is handed what is new from then on. A client
 * that doesn't keep up is handed nothing until it has room, and then goes on reading where it stood: what it costs does not grow.
 */
export const createClient = (options: ClientOptions): Client => {
  const { sink, types, feed, readOn, count, log } = options;
  const state = {
    position: options.after ?? feed.position(),
    closed: false,
    reading: false,
    blockedSince: null as number | null,
    wroteAt: performance.now(),
  };

  const write = (chunk: string | Buffer): void => {
    state.wroteAt = performance.now();
    if (sink.write(chunk)) return;
    state.blockedSince = state.wroteAt;
    sink.onDrained(() => {
      state.blockedSince = null;
      catchUp();
    });
  };

  /** What comes next for it: from memory where the feed still has that. */
  const next = async (after: number): Promise<Page> => {
    const stretch = feed.since(after);
    if (stretch === null) return readOn(after, types);
    return { events: stretch.events.filter(event => wants(types, event)), to: stretch.to };
  };

  const step = async (after: number): Promise<void> => {
    const { events, to } = await next(after);
    if (state.closed) return;
    state.position = Math.max(after, to);
    if (events.length === 0) return;
    write(frames(events));
    count(events.length);
  };

  const read = async (): Promise<void> => {
    state.reading = true;
    while (!state.closed && state.blockedSince === null) {
      const end = feed.position();
      state.position ??= end;
      if (state.position !== null && end !== null && state.position >= end) break;
      try {
        if (state.position !== null) await step(state.position);
        if (end === null) await setTimeout(rest.beforeFeed);
      } catch {
        log('the log is away; a stream waits');
        await setTimeout(rest.afterFailure);
      }
    }
    // In the same turn as the last look at the feed, so that nothing new falls in between.
    state.reading = false;
  };

  const catchUp = (): void => {
    if (!state.reading && !state.closed) void read();
  };

  return {
    types,
    position: () => state.position,
    ready: () => !state.reading && state.blockedSince === null,
    blockedSince: () => state.blockedSince,
    take: (chunk, to) => {
      state.position = to;
      if (chunk !== null) write(chunk);
    },
    catchUp,
    beat: since => {
      if (state.reading || state.blockedSince !== null || state.position === null) return;
      if (state.wroteAt < since) write(heartbeat(state.position));
    },
    close: () => {
      state.closed = true;
    },
  };
};
