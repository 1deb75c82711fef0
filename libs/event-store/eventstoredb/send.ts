import { NO_STREAM } from '@eventstore/db-client';
import { InvalidAppend, StoreUnavailable } from '../errors.ts';
import type { Position, Revision, StreamId } from '../port.ts';
import type { PreparedEvent } from '../prepare.ts';
import type { SharedLine } from './line.ts';
import { persist, within, type Left, type Watch } from './patience.ts';
import type { LogReader } from './read.ts';
import { markOf, toClientEvents, type Writing } from './stored.ts';
import { Conflict, Hung, troubleOfAppend } from './trouble.ts';

/** Events that go to a stream after a revision; −1: to none. */
export interface Sending {
  readonly stream: StreamId;
  readonly events: readonly PreparedEvent[];
  readonly after: Revision;
  /** Whether the stream was read to its end since the append was called, and had none of the events. */
  readonly current: boolean;
}

/** Where the last of the events stands, and whether this append has put it there. */
export interface Sent {
  readonly revision: Revision;
  readonly position: Position;
  readonly ours: boolean;
}

/** Sends an append, again while the server is away. @throws StoreUnavailable; InvalidAppend when it is too large */
export type Send = (sending: Sending, left: Left) => Promise<Sent | Conflict>;

/** What the server counts of an event's type name, B for each character. */
const typeBytes = 2;
/** B that the server takes in one append. */
const maxAppendSize = 1_048_576;

const checkSize = (events: readonly PreparedEvent[], sent: ReturnType<typeof toClientEvents>): void => {
  let bytes = 0;
  for (const [n, { data, type }] of events.entries()) {
    const metadata = sent[n]?.metadata;
    bytes +=
      Buffer.byteLength(data) +
      (metadata instanceof Uint8Array ? metadata.length : 0) +
      typeBytes * type.length;
  }
  if (bytes > maxAppendSize)
    throw new InvalidAppend(
      'too-many-bytes',
      `with what EventStoreDB counts besides, the append has ${bytes} bytes; it takes ${maxAppendSize}`,
    );
};

/** Heads of the log as they are at the call or later; calls of one turn share one. */
const headsOf = (reader: LogReader): (() => Promise<Position>) => {
  let shared: Promise<Position> | undefined;
  return () => {
    if (shared === undefined) {
      setImmediate(() => {
        shared = undefined;
      });
      // Whoever can't learn the head looks at the event itself.
      shared = reader.head().catch(() => Infinity);
    }
    return shared;
  };
};

export interface SendOptions {
  readonly line: SharedLine;
  readonly watch: Watch;
  readonly reader: LogReader;
  /** What is added to the events of a new append. */
  readonly writing: () => Writing;
}

/** What another process has done so lately counts as done at the same time, ms. */
const atTheSameTime = 5;

/** Appends of fewer characters fit whatever is added to them: a character is at most three bytes. */
const small = 200_000;

export const createSend = ({ line, watch, reader, writing }: SendOptions): Send => {
  const headNow = headsOf(reader);
  /** Somewhere up to which the log reached when the append was sent. */
  const endSeen = (): Position | Promise<Position> => line.seen.within(atTheSameTime) ?? headNow();

  /** The server answers a repeat like the first time; then the event there carries another append's mark. */
  const isOurs = async (
    { stream, after }: Sending,
    { mark }: Writing,
    position: Position,
    before: Position | Promise<Position>,
    left: Left,
  ): Promise<boolean> => {
    if (position > (await before)) return true;
    try {
      const first = await reader.at(stream, after + 1, left);
      return first === null || markOf(first) === mark;
    } catch (error) {
      // It is written; who wrote it first can't be told while the server is away.
      if (error instanceof StoreUnavailable) return true;
      throw error;
    }
  };

  return async (sending, left) => {
    const { stream, events, after, current } = sending;
    const written = writing();
    const sent = toClientEvents(events, written);
    if (events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0) > small)
      checkSize(events, sent);
    const before = current ? null : endSeen();
    const expectedRevision = after < 0 ? NO_STREAM : BigInt(after);
    try {
      // With the same ids and the same revision a repeat changes nothing, however often it is sent.
      const answer = await persist(left, true, async rest => {
        const given = line.held();
        const held = given instanceof Promise ? await given : given;
        try {
          const appended = await within(
            rest,
            held,
            held.client.appendToStream(stream, sent, { expectedRevision }),
          );
          watch.answered();
          held.worked();
          return appended;
        } catch (error) {
          if (error instanceof Hung) await line.hung(held);
          const trouble = troubleOfAppend(error);
          if (trouble instanceof Conflict) watch.answered();
          throw trouble;
        }
      });
      const position = Number(answer.position?.commit ?? -1n);
      // Nearly always it stands behind what was seen before, and nothing has to be asked.
      const ours =
        before === null ||
        (typeof before === 'number' && position > before) ||
        (await isOurs(sending, written, position, before, left));
      // A repeat tells nothing of the log's end.
      if (ours) line.seen.note(position);
      return { revision: Number(answer.nextExpectedRevision), position, ours };
    } catch (error) {
      if (error instanceof Conflict) return error;
      throw error;
    }
  };
};
