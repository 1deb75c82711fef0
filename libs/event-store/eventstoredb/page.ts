import type { RecordedEvent as ClientEvent } from '@eventstore/db-client';
import type { Held, Line } from './line.ts';
import { persist, type Left, type Watch } from './patience.ts';
import { Away, Hung, troubleOfRead } from './trouble.ts';

interface Resolved {
  readonly event?: ClientEvent;
}

/** What the client gives for a read. */
export interface Reading {
  on(name: 'data', listener: (resolved: Resolved) => void): unknown;
  on(name: 'error', listener: (error: Error) => void): unknown;
  once(name: 'end', listener: () => void): unknown;
  cancel(): Promise<void>;
}

/** Everything that a read gives. @throws Hung when nothing comes for so long; the client's errors */
const collect = (reading: Reading, { onGone }: Held, idleMs: number): Promise<readonly ClientEvent[]> =>
  new Promise((resolve, reject) => {
    const events: ClientEvent[] = [];
    const end = (): void => {
      clearTimeout(timer);
      off();
    };
    const fail = (error: Error): void => {
      end();
      reject(error);
    };
    const off = onGone(() => fail(new Away('its client was replaced')));
    const timer = setTimeout(() => {
      void reading.cancel();
      fail(new Hung(`nothing was read for ${Math.round(idleMs)} ms`));
    }, idleMs);
    reading.on('data', ({ event }) => {
      timer.refresh();
      if (event !== undefined) events.push(event);
    });
    reading.once('end', () => {
      end();
      resolve(events);
    });
    // It stays: an error without a listener would end the process.
    reading.on('error', fail);
  });

export interface PageOptions {
  /** Whether a record is known to begin where the page begins; true by default. */
  readonly atRecord?: boolean;
  /** What is left for the caller, ms; by default it is as long as any caller has. */
  readonly left?: Left | undefined;
}

/** One page of the log or of a stream; missing streams and places without a record are thrown. */
export type ReadPage = (
  open: (held: Held) => Reading,
  options?: PageOptions,
) => Promise<readonly ClientEvent[]>;

/**
 * Reads pages through a line, again while the server is away.
 *
 * @throws StoreUnavailable, NoRecord, and the client's error for a missing stream
 */
export const pageReader =
  (line: Line, watch: Watch): ReadPage =>
  (open, { atRecord = true, left: given } = {}) => {
    const since = performance.now();
    const left = given ?? (() => watch.left(since));
    return persist(left, false, async rest => {
      const held = await line.held();
      try {
        const events = await collect(open(held), held, rest);
        watch.answered();
        held.worked();
        return events;
      } catch (error) {
        if (error instanceof Hung) await line.hung(held);
        throw troubleOfRead(error, atRecord);
      }
    });
  };
