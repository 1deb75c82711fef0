import { BACKWARDS, END, START, type RecordedEvent as ClientEvent } from '@eventstore/db-client';
import type { RecordedEvent } from '../../domain/event.ts';
import type { Position, Revision, StreamId } from '../port.ts';
import type { Left } from './patience.ts';
import type { ReadPage } from './page.ts';
import { positionOf } from './stored.ts';
import { isMissing, NoRecord } from './trouble.ts';

/** Events that one call reads at most. */
const pageOfAll = 8_192;
const pageOfStream = 500;
/** Events read backwards to find the last that is no system event, or the record before a place. */
const pagesBack = [1, 32, 1_024, 32_768] as const;

/** The server writes events of its own into the log. */
const isOurs = ({ type }: ClientEvent): boolean => !type.startsWith('$');

/** A piece of the log: events of ours, and where the next piece begins. */
export interface Stretch {
  readonly events: readonly ClientEvent[];
  /** Place of the last event looked at, which is where it began when there was none. */
  readonly end: Position;
  /** Whether the log ended there. */
  readonly last: boolean;
}

/** Reads the log and its streams, page by page. */
export interface LogReader {
  /** Up to that many events after a position, system events included in the count. */
  stretch(after: Position, count: number): Promise<Stretch>;
  head(): Promise<Position>;
  /** A stream's pages from a revision on; none when there is no stream. */
  pages(
    stream: StreamId,
    from: Revision,
    left?: Left,
  ): AsyncGenerator<readonly ClientEvent[], void, undefined>;
  /** The event at a revision; null when there is none. */
  at(stream: StreamId, revision: Revision, left?: Left): Promise<ClientEvent | null>;
}

export const createLogReader = (page: ReadPage): LogReader => {
  const backwards = (maxCount: number): Promise<readonly ClientEvent[]> =>
    page(({ client }) => client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount }));

  /** Where the last record before a place begins, when it is among the last ones; 0 otherwise. */
  const recordBefore = async (place: Position): Promise<Position> => {
    for (const count of pagesBack) {
      const before = (await backwards(count)).map(positionOf).find(position => position <= place);
      if (before !== undefined) return before;
    }
    return 0;
  };

  const forwards = (from: Position, maxCount: number, atRecord: boolean): Promise<readonly ClientEvent[]> => {
    const commit = BigInt(from);
    return page(
      ({ client }) =>
        client.readAll({ fromPosition: from === 0 ? START : { commit, prepare: commit }, maxCount }),
      { atRecord },
    );
  };

  const stretchFrom = async (
    from: Position,
    after: Position,
    count: number,
    atRecord: boolean,
  ): Promise<Stretch> => {
    // The first that comes is the one at the place itself, but at the log's beginning there is none.
    const wanted = Math.min(count, pageOfAll) + (from === 0 ? 0 : 1);
    const read = await forwards(from, wanted, atRecord);
    const end = read.at(-1);
    const events = read.filter(event => isOurs(event) && positionOf(event) > after);
    return {
      events,
      end: end === undefined ? after : Math.max(after, positionOf(end)),
      last: read.length < wanted,
    };
  };

  /** Goes on from the record before a place at which no record begins, such as a position less one. */
  const stretchInside = async (after: Position, count: number): Promise<Stretch> => {
    let from = await recordBefore(after);
    for (;;) {
      const wanted = Math.max(count, pageOfAll);
      const { events, end, last } = await stretchFrom(from, from, wanted, true);
      const later = events.filter(event => positionOf(event) > after);
      if (last || end > after) {
        const cut = later.length > count;
        const kept = later.slice(0, count);
        const lastKept = kept.at(-1);
        return {
          events: kept,
          end: cut && lastKept !== undefined ? positionOf(lastKept) : Math.max(after, end),
          last: last && !cut,
        };
      }
      from = end;
    }
  };

  return {
    stretch: async (after, count) => {
      try {
        return await stretchFrom(after, after, count, after === 0);
      } catch (error) {
        if (error instanceof NoRecord) return stretchInside(after, count);
        throw error;
      }
    },
    head: async () => {
      for (const count of pagesBack) {
        const read = await backwards(count);
        const last = read.find(isOurs);
        if (last !== undefined) return positionOf(last);
        if (read.length < count) return 0;
      }
      // So many system events in a row: the last of ours is found by reading on from the beginning.
      let [head, after] = [0, 0];
      for (;;) {
        const { events, end, last } = await stretchFrom(after, after, pageOfAll, true);
        head = events.length === 0 ? head : positionOf(events.at(-1) as ClientEvent);
        if (last) return head;
        after = end;
      }
    },
    pages: async function* (stream, from, left) {
      for (let revision = from; ;) {
        const start = BigInt(revision);
        const read = await page(
          ({ client }) => client.readStream(stream, { fromRevision: start, maxCount: pageOfStream }),
          { left },
        ).catch((error: unknown): readonly ClientEvent[] => {
          if (isMissing(error)) return [];
          throw error;
        });
        if (read.length > 0) yield read;
        const end = read.at(-1);
        if (end === undefined || read.length < pageOfStream) return;
        revision = Number(end.revision) + 1;
      }
    },
    at: async (stream, revision, left) => {
      try {
        const [event] = await page(
          ({ client }) => client.readStream(stream, { fromRevision: BigInt(revision), maxCount: 1 }),
          { left },
        );
        return event !== undefined && Number(event.revision) === revision ? event : null;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
  };
};

/** Up to that many events of ours after a position. */
export const readOn = async (
  reader: LogReader,
  decode: (event: ClientEvent) => RecordedEvent,
  after: Position,
  limit: number,
): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  let place = after;
  while (events.length < limit) {
    const stretch = await reader.stretch(place, limit - events.length);
    for (const event of stretch.events.slice(0, limit - events.length)) events.push(decode(event));
    if (stretch.last) break;
    place = stretch.end;
  }
  return events;
};
