import type { NewEvent } from '../domain/event.ts';
import { InvalidAppend } from '../event-store/errors.ts';
import { appendLimits, type EventStore, type ExpectedRevision } from '../event-store/port.ts';

/** An event and where it belongs. */
export interface StreamEvent {
  readonly stream: string;
  readonly event: NewEvent;
  /** It may only be the first of its stream. */
  readonly begins?: true;
}

/** How many events were written, and how many the log had. */
export interface Taken {
  readonly appended: number;
  readonly duplicates: number;
}

/** Takes a window of facts. */
export type AppendFacts = (facts: readonly StreamEvent[]) => Promise<Taken>;

/**
 * The bulk path: facts go to their streams whatever the revisions, all streams at once, so that the store's group commit takes
 * a window in few commits. The order within a stream is kept. Facts that the log has are skipped.
 *
 * @throws the event store's errors; the facts before may be in the log, so repeat with the same ids
 */
export const bulkAppend =
  (store: Pick<EventStore, 'append'>): AppendFacts =>
  async facts => {
    let duplicates = 0;
    const appends: Promise<void>[] = [];
    for (const [stream, events] of byStream(facts))
      appends.push(
        appendTo(store, stream, events, 'ANY').then(known => {
          duplicates += known;
        }),
      );
    await settled(appends);
    return { appended: facts.length - duplicates, duplicates };
  };

/** Waits until all have ended, then throws the first error: what goes on in the background can't be counted or closed. */
export const settled = async (appends: readonly Promise<void>[]): Promise<void> => {
  const failed = (await Promise.allSettled(appends)).find(outcome => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

/** Facts by stream, in the order of their first. */
export const byStream = (facts: readonly StreamEvent[]): ReadonlyMap<string, readonly NewEvent[]> => {
  const streams = new Map<string, NewEvent[]>();
  for (const { stream, event } of facts) {
    const events = streams.get(stream);
    if (events === undefined) streams.set(stream, [event]);
    else events.push(event);
  }
  return streams;
};

/**
 * Appends to a stream in as many appends as the limits ask for; the revision is expected of the first.
 *
 * @returns how many of the events the stream had
 */
export const appendTo = async (
  store: Pick<EventStore, 'append'>,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Promise<number> => {
  if (events.length > appendLimits.events) return inHalves(store, stream, events, expected);
  try {
    return (await store.append(stream, events, expected)).duplicates.length;
  } catch (error) {
    const tooMuch = error instanceof InvalidAppend && error.rule === 'too-many-bytes' && events.length > 1;
    if (!tooMuch) throw error;
    return inHalves(store, stream, events, expected);
  }
};

const inHalves = async (
  store: Pick<EventStore, 'append'>,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Promise<number> => {
  const middle = Math.ceil(events.length / 2);
  const first = await appendTo(store, stream, events.slice(0, middle), expected);
  return first + (await appendTo(store, stream, events.slice(middle), 'ANY'));
};
