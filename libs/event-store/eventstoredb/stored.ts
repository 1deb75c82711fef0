import { jsonEvent, type EventData, type RecordedEvent as ClientEvent } from '@eventstore/db-client';
import type { Json, RecordedEvent } from '../../domain/event.ts';
import type { PersonalCodec } from '../codec.ts';
import type { PreparedEvent } from '../prepare.ts';
import type { Standing } from './known.ts';
import { contentOf, type JsonObject } from '../unreadable.ts';

/** The member of an event's metadata in which the adapter keeps what EventStoreDB has no place for. */
const own = '$leadfold';

/** What EventStoreDB has no place for. Times are epoch ms. */
interface Own {
  readonly version: number;
  readonly occurredAt: number;
  readonly recordedAt: number;
  /** The `personal` member of the data, as its codec wrote it. */
  readonly personal: string | null;
  /** Names the append that wrote it; on its first event only. */
  readonly by: string | null;
}

/** What an append adds to its events. */
export interface Writing {
  readonly recordedAt: number;
  /** Tells this append from another of the same events. */
  readonly mark: string;
}

const encoder = new TextEncoder();

/** The event's metadata with ours as one member more; bytes, because the client would serialise an object once again. */
const withOwn = (metadata: string, { version, occurredAt, recordedAt, personal, by }: Own): Uint8Array => {
  const times = `"version":${version},"occurredAt":${occurredAt},"recordedAt":${recordedAt}`;
  const texts = optional('personal', personal) + optional('by', by);
  const rest = metadata === '{}' ? '}' : `,${metadata.slice(1)}`;
  return encoder.encode(`{"${own}":{${times}${texts}}${rest}`);
};

const optional = (name: string, text: string | null): string =>
  text === null ? '' : `,"${name}":${JSON.stringify(text)}`;

/** The events as the client takes them. */
export const toClientEvents = (
  events: readonly PreparedEvent[],
  { recordedAt, mark }: Writing,
): EventData[] =>
  events.map(({ id, type, version, occurredAt, data, personal, metadata }, n) => {
    const mine: Own = { version, occurredAt, recordedAt, personal, by: n === 0 ? mark : null };
    return jsonEvent({
      id,
      type,
      data: JSON.parse(data) as Record<string, unknown>,
      metadata: withOwn(metadata, mine),
    });
  });

const objectOf = (value: unknown): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
    ? (value as JsonObject)
    : null;

const integerOf = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;

/** The append that wrote an event as its first; null where it can't be told. */
export const markOf = ({ metadata }: ClientEvent): string | null => {
  const by = objectOf(objectOf(metadata)?.[own])?.by;
  return typeof by === 'string' ? by : null;
};

/** An event's place in the log. @throws Error of a server before 22.6, which doesn't tell it in streams */
export const positionOf = ({ position }: ClientEvent): number => {
  const commit = Number(position?.commit ?? -1n);
  if (commit < 0 || !Number.isSafeInteger(commit))
    throw new Error('the server does not tell positions of events in streams: it has to be 22.6 or later');
  return commit;
};

/** What has to be remembered of an event. */
export const standingOf = (event: ClientEvent): Standing => ({
  id: event.id,
  revision: Number(event.revision),
  position: positionOf(event),
});

/** Turns what the client read into the event that was appended. Events that others wrote are read as far as they can be. */
export const eventDecoder =
  (codec: PersonalCodec) =>
  (read: ClientEvent): RecordedEvent => {
    const all = objectOf(read.metadata ?? {});
    const { [own]: mine, ...metadata } = all ?? {};
    const { version, occurredAt, recordedAt, personal } = objectOf(mine) ?? {};
    const created = read.created.getTime();
    const content = contentOf(codec, read.streamId, {
      data: objectOf(read.data),
      personal: typeof personal === 'string' ? personal : null,
      metadata: all === null ? null : metadata,
    });
    return {
      id: read.id,
      type: read.type,
      version: integerOf(version) ?? 1,
      occurredAt: integerOf(occurredAt) ?? created,
      ...content,
      stream: read.streamId,
      revision: Number(read.revision),
      position: positionOf(read),
      recordedAt: integerOf(recordedAt) ?? created,
    };
  };
