import { hash } from 'node:crypto';
import type { RecordedEvent } from '../domain/event.ts';
import { WrongExpectedRevision } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/port.ts';
import type { StreamEvent } from './bulk.ts';
import { createOrdinals } from './ordinals.ts';
import { RowError } from './define.ts';

/** Begins a stream with a fact; false when the stream has begun with it before. @throws RowError when it is another's */
export type BeginStream = (fact: StreamEvent) => Promise<boolean>;

/** Appends where there is no stream, so that the log itself refuses a second beginning. */
export const bulkBegin =
  (store: Pick<EventStore, 'append' | 'readStream'>): BeginStream =>
  async fact => {
    const { stream, event } = fact;
    try {
      return (await store.append(stream, [event], 'NO_STREAM')).duplicates.length === 0;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      throw otherBeginning(fact, await firstOf(store, stream));
    }
  };

/** Answers as `bulkBegin`, and appends nothing. It remembers what began in 72 bytes a stream at most. */
export const dryBegin = (store: Pick<EventStore, 'readStream'>): BeginStream => {
  const begun = createOrdinals();
  const seen = (text: string, add: 0 | 1): boolean => {
    const digest: Buffer = hash('sha256', text, 'buffer');
    return begun(digest.readUInt32LE(0), digest.readUInt32LE(4), add) > 0;
  };
  return async fact => {
    const { stream, event } = fact;
    const first = await firstOf(store, stream);
    if (first !== null && first.id !== event.id) throw otherBeginning(fact, first);
    const known = seen(stream, 1);
    // Only what began the stream is remembered: another beginning is refused as often as it comes.
    const same = seen(`${stream} ${event.id}`, known ? 0 : 1);
    if (known && !same) throw otherBeginning(fact, null);
    return first === null && !same;
  };
};

const firstOf = async (
  store: Pick<EventStore, 'readStream'>,
  stream: string,
): Promise<RecordedEvent | null> => {
  for await (const event of store.readStream(stream)) return event;
  return null;
};

/** A first event of the same source is what other lines of the same thing had made; it is null within a dry run. */
const otherBeginning = ({ stream, event }: StreamEvent, first: RecordedEvent | null): RowError => {
  const { source, actor } = (first ?? event).metadata;
  return new RowError(
    null,
    source === event.metadata.source
      ? `${stream} stands in the log with other lines`
      : `${stream} stands in the log already, written by ${actor ?? source ?? 'another command'}`,
  );
};
