import type { RecordedEvent } from '../../domain/event.ts';
import type { PersonalCodec } from '../codec.ts';
import { readContent } from '../unreadable.ts';

/** What is read of an event, in the order of `EventRow`. */
export const columns =
  'position, stream, revision, id, type, version, occurred_at, recorded_at, data, personal, metadata';

export type EventRow = readonly [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  version: number,
  occurredAt: number,
  recordedAt: number,
  data: string,
  personal: string | null,
  metadata: string,
];

/** Answers equal texts with the same one, which compares faster with what code names. There are few of them. */
const interned = (): ((text: string) => string) => {
  const known = new Map<string, string>();
  return text => {
    const same = known.get(text);
    if (same !== undefined) return same;
    // Names of members are one and the same text wherever they stand.
    const [name = text] = Object.keys({ [text]: null });
    if (known.size < 1_000) known.set(name, name);
    return name;
  };
};

/** Turns a row into the event that was appended, or into one that says why it can't be read. */
export const rowDecoder =
  (codec: PersonalCodec, typeOf = interned()) =>
  (row: EventRow): RecordedEvent => {
    const texts = { data: row[8], personal: row[9], metadata: row[10] };
    const { data, metadata, unreadable } = readContent(codec, row[1], texts);
    const event = {
      id: row[3],
      type: typeOf(row[4]),
      version: row[5],
      occurredAt: row[6],
      data,
      metadata,
      stream: row[1],
      revision: row[2],
      position: row[0],
      recordedAt: row[7],
    };
    return unreadable === undefined ? event : { ...event, unreadable };
  };
