import { randomBytes } from 'node:crypto';
import type { Clock, RecordedEvent } from '../../domain/event.ts';
import { plainCodec, type PersonalCodec } from '../codec.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Appended, EventStore, StreamId } from '../port.ts';
import { prepareAppend, type PreparedAppend } from '../prepare.ts';
import { parseAddress } from './address.ts';
import { createTakeAppend } from './append.ts';
import { createDoorbell } from './doorbell.ts';
import { findOn } from './find.ts';
import { createKnown, createMemory } from './known.ts';
import { createLine, sharedLine } from './line.ts';
import { pageReader } from './page.ts';
import { createWatch, waitFor, type Left } from './patience.ts';
import { createQueues, createSlots } from './queues.ts';
import { createLogReader, readOn } from './read.ts';
import { createSend } from './send.ts';
import { eventDecoder, standingOf, type Writing } from './stored.ts';

export { InvalidAddress, parseAddress } from './address.ts';

export interface EventStoreDbOptions {
  /** `esdb://…` or `kurrentdb://…`, see `parseAddress`. */
  readonly address: string;
  /** Gives `recordedAt`, which never runs backwards in this process even where the clock does. */
  readonly clock?: Clock;
  readonly codec?: PersonalCodec;
  /** How long a caller waits at most while the server says nothing, ms; 4,000 by default. */
  readonly answerMs?: number;
  /** Event ids that are remembered so that a stream need not be read again; 100,000 by default. */
  readonly remembered?: number;
}

/** Appends that are under way at once. */
const atOnce = 200;

/** Gives each append its time and a mark of its own. */
const writings = (clock: Clock): (() => Writing) => {
  const store = randomBytes(6).toString('base64url');
  let [count, last] = [0, -Infinity];
  return () => {
    last = Math.max(last, clock());
    return { recordedAt: last, mark: `${store}.${(count++).toString(36)}` };
  };
};

/**
 * Opens a log in EventStoreDB. Nothing is sent before the first call; a server that is away is waited for at each.
 *
 * @example
 * const store = openEventStoreDb({ address: 'esdb://localhost:2113?tls=false' });
 * await store.append('lead-1', [event], 'NO_STREAM');
 * @throws InvalidAddress
 */
export const openEventStoreDb = ({
  address,
  clock = Date.now,
  codec = plainCodec,
  answerMs = 4_000,
  remembered = 100_000,
}: EventStoreDbOptions): EventStore => {
  const { connectionString } = parseAddress(address);
  const reading = createLine(connectionString);
  const appending = sharedLine(connectionString);
  const reader = createLogReader(pageReader(reading, createWatch(answerMs)));
  const watch = createWatch(answerMs);
  const memory = createMemory(remembered);
  const send = createSend({ line: appending, watch, reader, writing: writings(clock) });
  const take = createTakeAppend({ memory, reader, send });
  const bell = createDoorbell(reading);
  const queues = createQueues();
  const slots = createSlots(atOnce);
  const decode = eventDecoder(codec);
  let underWay = 0;
  let onIdle: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  const refuseWhenClosed = (): void => {
    if (closing !== undefined) throw new StoreUnavailable('the event store is closed');
  };

  /** One append whose turn has come, as soon as there is a slot for it. */
  const inSlot = async (append: PreparedAppend, left: Left): Promise<Appended> => {
    const slot = slots.take();
    try {
      if (slot.ready !== null) await waitFor(slot.ready, left);
      const answer = await take(append, left);
      if (answer.duplicates.length < append.events.length) bell.ring();
      return answer;
    } finally {
      slot.leave();
    }
  };

  /** Nobody else's append to these streams is under way meanwhile. */
  const inTurn = async <T>(streams: readonly StreamId[], work: (left: Left) => Promise<T>): Promise<T> => {
    const called = performance.now();
    const left = (): number => watch.left(called);
    const turn = queues.enter(streams);
    underWay++;
    try {
      if (turn.ready !== null) await waitFor(turn.ready, left);
      return await work(left);
    } finally {
      turn.leave();
      if (--underWay === 0) onIdle?.();
    }
  };

  /** Appends in order, each when the one before is answered. */
  const each = async (appends: readonly PreparedAppend[], left: Left): Promise<readonly Appended[]> => {
    const answers: Appended[] = [];
    for (const append of appends)
      try {
        const since = performance.now();
        answers.push(await inSlot(append, answers.length === 0 ? left : () => watch.left(since)));
      } catch (error) {
        if (answers.length === 0 || !(error instanceof StoreUnavailable)) throw error;
        const after = `after ${answers.length} of ${appends.length} appends`;
        throw new StoreUnavailable(`${after}: ${error.message}`, true, error);
      }
    return answers;
  };

  async function* readStream(stream: string, from = 0): AsyncGenerator<RecordedEvent, void, undefined> {
    refuseWhenClosed();
    const known = memory.of(stream) ?? createKnown();
    let next = from;
    for await (const page of reader.pages(stream, from)) {
      // Whoever reads a stream is likely to append to it.
      known.extend(next, page.map(standingOf));
      if (known.head() >= 0) memory.put(stream, known);
      next = Number(page.at(-1)?.revision ?? next) + 1;
      for (const event of page) yield decode(event);
    }
  }

  return {
    append: async (stream, events, expected) => {
      refuseWhenClosed();
      const append = prepareAppend(stream, events, expected, codec);
      return inTurn([stream], left => inSlot(append, left));
    },
    appendEach: async appends => {
      refuseWhenClosed();
      if (appends.length === 0) return [];
      const prepared = appends.map(({ stream, events, expected }) =>
        prepareAppend(stream, events, expected, codec),
      );
      const streams = new Set(prepared.map(({ stream }) => stream));
      return inTurn([...streams], left => each(prepared, left));
    },
    readStream,
    readAll: async (after, limit) => {
      refuseWhenClosed();
      return readOn(reader, decode, after, limit);
    },
    find: async (filter, after, limit) => {
      refuseWhenClosed();
      if (limit < 1) return { events: [], next: after };
      return findOn(reader, decode, filter, after, limit);
    },
    head: async () => {
      refuseWhenClosed();
      return reader.head();
    },
    onAppended: bell.listen,
    close: () =>
      (closing ??= (async () => {
        bell.close();
        if (underWay > 0) await new Promise<void>(resolve => (onIdle = resolve));
        await appending.close();
        await reading.close();
      })()),
  };
};
