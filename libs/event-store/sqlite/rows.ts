import type { EventMetadata, Json, RecordedEvent } from '../../domain/event.ts';
import type { PersonalCodec } from '../codec.ts';

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

type Data = Readonly<Record<string, Json>>;

/** Turns a row into the event that was appended. */
export const rowDecoder =
  (codec: PersonalCodec) =>
  (row: EventRow): RecordedEvent => {
    const metadata = JSON.parse(row[10]) as EventMetadata;
    const data = JSON.parse(row[8]) as Data;
    const personal = row[9];
    return {
      id: row[3],
      type: row[4],
      version: row[5],
      occurredAt: row[6],
      data: personal === null ? data : { ...data, personal: codec.decode(personal, metadata.leadId ?? null) },
      metadata,
      stream: row[1],
      revision: row[2],
      position: row[0],
      recordedAt: row[7],
    };
  };
