import type { RecordedEvent } from '../../domain/event.ts';
import { plainCodec, type PersonalCodec } from '../codec.ts';
import { prepareAppend } from '../prepare.ts';
import { openLog } from './schema.ts';
import { into } from './write.ts';

export interface RestoreOptions {
  readonly codec?: PersonalCodec;
  /** Called now and then with the events written. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

const page = 5_000;

/**
 * Writes a log's events, with the times at which they were recorded, to a new file. Positions are counted from 1, which of a
 * log in SQLite are those that it had.
 *
 * @returns how many there were
 * @throws InvalidAppend for an event that breaks a rule; SQLite's error for one that doesn't fit to those before it; what
 * `events` throws; the signal's reason when it's aborted
 */
export const restoreLog = async (
  file: string,
  events: AsyncIterable<RecordedEvent>,
  { codec = plainCodec, onProgress, signal }: RestoreOptions = {},
): Promise<number> => {
  const db = openLog(file);
  try {
    const insert = db.prepare(into);
    let position = 0;
    db.exec('BEGIN');
    for await (const { stream, revision, recordedAt, ...event } of events) {
      const prepared = prepareAppend(stream, [event], 'ANY', codec).events[0];
      if (prepared === undefined) continue;
      insert.run(
        ++position,
        stream,
        revision,
        prepared.id,
        prepared.type,
        prepared.version,
        prepared.occurredAt,
        recordedAt,
        prepared.leadId,
        prepared.data,
        prepared.personal,
        prepared.metadata,
      );
      if (position % page !== 0) continue;
      db.exec('COMMIT');
      signal?.throwIfAborted();
      onProgress?.(position);
      db.exec('BEGIN');
    }
    db.exec('COMMIT');
    return position;
  } finally {
    db.close();
  }
};
