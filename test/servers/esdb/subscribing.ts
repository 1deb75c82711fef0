import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { BookEntry } from './book.ts';
import { failure } from './failures.ts';
import type { Log } from './log.ts';
import { caughtUpResponse, checkpointResponse, confirmationResponse, nameOf } from './messages.ts';
import { startOf, writeTo, type ReadCall, type ReadOptions } from './read-call.ts';

type Wanted = (entry: BookEntry) => boolean;

const defaultWindow = 32;

/** Which events a subscription is for. */
const wantedBy = (options: ReadOptions): Wanted => {
  const stream = options.getStream();
  const name = stream === undefined ? null : nameOf(stream.getStreamIdentifier());
  if (name !== null) return entry => entry.stream === name;
  const filter = options.getFilter();
  const byType = filter?.getEventType();
  const expression = byType ?? filter?.getStreamIdentifier();
  if (expression === undefined) return () => true;
  const regex = expression.getRegex() === '' ? null : new RegExp(expression.getRegex());
  const prefixes = expression.getPrefixList();
  return ({ type, stream: of }) => {
    const text = byType === undefined ? of : type;
    return regex === null ? prefixes.some(prefix => text.startsWith(prefix)) : regex.test(text);
  };
};

/** Events looked at between two checkpoints of a filtered subscription; null when it has none. */
const windowOf = (options: ReadOptions): number | null => {
  const filter = options.getFilter();
  if (filter === undefined) return null;
  return (filter.hasMax() ? filter.getMax() : defaultWindow) * filter.getCheckpointintervalmultiplier();
};

const startAt = ({ book }: Log, options: ReadOptions): number | null => {
  const all = options.getAll();
  const of = options.getStream();
  if (all?.hasEnd() === true || of?.hasEnd() === true) return book.visible;
  if (of?.hasRevision() === true) {
    const after = BigInt(of.getRevision());
    const entry = book
      .stream(nameOf(of.getStreamIdentifier()))
      ?.entries.find(({ revision }) => revision > after);
    return entry === undefined ? book.visible : book.indexFrom(entry.position);
  }
  return startOf(book, all?.getPosition()?.getCommitPosition() ?? '0', false);
};

/** Sends what comes after a place, and goes on with what is appended until the reader leaves. */
export const subscribe = async (call: ReadCall, log: Log, options: ReadOptions): Promise<void> => {
  const { book } = log;
  const start = startAt(log, options);
  if (start === null) {
    call.emit('error', failure(status.UNKNOWN, 'Unexpected ReadAllResult.InvalidPosition'));
    return;
  }
  const wanted = wantedBy(options);
  const window = windowOf(options);
  let wake: (() => void) | undefined;
  const leave = log.onVisible(() => wake?.());
  call.on('cancelled', () => wake?.());
  call.on('close', () => wake?.());
  try {
    await writeTo(call, confirmationResponse(randomUUID()));
    let [index, looked, caughtUp] = [start, 0, false];
    for (;;) {
      while (index < book.visible) {
        const entry = book.all[index++];
        if (entry === undefined) return;
        if (wanted(entry) && !(await writeTo(call, entry.response))) return;
        if (window !== null && ++looked % window === 0)
          await writeTo(call, checkpointResponse(entry.position));
      }
      if (!caughtUp && !(await writeTo(call, caughtUpResponse()))) return;
      caughtUp = true;
      if (call.cancelled || call.destroyed) return;
      if (index < book.visible) continue;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  } finally {
    leave();
  }
};
