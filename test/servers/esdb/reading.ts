import { status } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Book, BookEntry } from './book.ts';
import { failure, failureOf } from './failures.ts';
import type { Log } from './log.ts';
import { nameOf, notFoundResponse } from './messages.ts';
import { startOf, writeTo, type ReadCall, type ReadOptions } from './read-call.ts';
import { subscribe } from './subscribing.ts';

type StreamOptions = InstanceType<typeof streams.ReadReq.Options.StreamOptions>;
type AllOptions = InstanceType<typeof streams.ReadReq.Options.AllOptions>;

/** A place in the log that is not the beginning of a record. */
const noRecord = (): ReturnType<typeof failure> =>
  failure(status.UNKNOWN, 'Unexpected ReadAllResult.InvalidPosition');

const sendEach = async (call: ReadCall, entries: Iterable<BookEntry>): Promise<void> => {
  for (const entry of entries) if (!(await writeTo(call, entry.response))) return;
  call.end();
};

function* up(entries: readonly BookEntry[], from: number, end: number, count: number): Generator<BookEntry> {
  for (let index = from; index < Math.min(end, from + count); index++) {
    const entry = entries[index];
    if (entry !== undefined) yield entry;
  }
}

function* down(entries: readonly BookEntry[], from: number, count: number): Generator<BookEntry> {
  for (let index = from; index >= Math.max(0, from - count + 1); index--) {
    const entry = entries[index];
    if (entry !== undefined) yield entry;
  }
}

const readAll = (call: ReadCall, book: Book, options: ReadOptions, all: AllOptions): void => {
  const count = Number(options.getCount());
  // The real server never ends either, and works hard at it.
  if (count === 0) return;
  const position = all.getPosition()?.getCommitPosition() ?? '0';
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const start = all.hasEnd() ? book.visible : startOf(book, position, true);
  if (start === null) call.emit('error', noRecord());
  else if (backwards) void sendEach(call, down(book.all, Math.min(start, book.visible) - 1, count));
  else void sendEach(call, up(book.all, start, book.visible, count));
};

const readStream = (call: ReadCall, book: Book, options: ReadOptions, of: StreamOptions): void => {
  const name = nameOf(of.getStreamIdentifier());
  const count = Number(options.getCount());
  if (count === 0) {
    call.emit('error', failure(status.UNKNOWN, 'Exception was thrown by handler. maxCount'));
    return;
  }
  const state = book.stream(name);
  if (state?.tombstoned === true) {
    call.emit('error', failureOf({ kind: 'deleted' }, name, 'any'));
    return;
  }
  const entries = (state?.entries ?? []).filter(
    entry => entry.revision >= (state?.truncateBefore ?? 0n) && book.isVisible(entry),
  );
  if (entries.length === 0) {
    call.write(notFoundResponse(name));
    call.end();
    return;
  }
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const revision = of.hasRevision() ? BigInt(of.getRevision()) : 0n;
  if (backwards) {
    const last = of.hasEnd()
      ? entries.length - 1
      : entries.findLastIndex(entry => entry.revision <= revision);
    void sendEach(call, down(entries, last, count));
    return;
  }
  const first = of.hasEnd() ? -1 : entries.findIndex(entry => entry.revision >= revision);
  void sendEach(call, first < 0 ? [] : up(entries, first, entries.length, count));
};

/** Reads and subscriptions, which are one call of the protocol. */
export const read =
  (log: Log) =>
  (call: ReadCall): void => {
    const options = call.request.getOptions();
    const all = options?.getAll();
    const stream = options?.getStream();
    if (options === undefined) call.emit('error', failure(status.INVALID_ARGUMENT, 'no options'));
    else if (options.hasSubscription()) void subscribe(call, log, options);
    else if (all !== undefined) readAll(call, log.book, options, all);
    else if (stream !== undefined) readStream(call, log.book, options, stream);
  };
