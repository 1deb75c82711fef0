import type { EventMetadata, Json, RecordedEvent } from '../domain/event.ts';
import type { PersonalCodec } from './codec.ts';
import { UnreadableEvent } from './errors.ts';

/** An event's texts as a store holds them. */
export interface StoredTexts {
  readonly data: string;
  /** As the codec wrote it; null where the event has none. */
  readonly personal: string | null;
  readonly metadata: string;
}

/** An event's parts as they were read; null where a part is no JSON object. */
export interface StoredParts {
  readonly data: JsonObject | null;
  /** As the codec wrote it; null where the event has none. */
  readonly personal: string | null;
  readonly metadata: JsonObject | null;
}

/** What is left of an event whose texts are broken, and why. */
type Content = Pick<RecordedEvent, 'data' | 'metadata' | 'unreadable'>;

/**
 * Reads an event's texts. Where one is broken the answer says so in `unreadable`, and `data` and `metadata` hold the
 * lead alone: one damaged row must not keep readers from all the others. The reason never quotes the text, which may be
 * personal.
 *
 * @param stream tells the lead where the metadata can't
 */
export const readContent = (codec: PersonalCodec, stream: string, texts: StoredTexts): Content =>
  contentOf(codec, stream, {
    data: parsed(texts.data),
    personal: texts.personal,
    metadata: parsed(texts.metadata),
  });

/** Reads an event's parts, as `readContent` does its texts. */
export const contentOf = (codec: PersonalCodec, stream: string, parts: StoredParts): Content => {
  const { data, personal, metadata } = parts;
  if (metadata === null) return left(leadOfStream(stream), 'its metadata is no JSON object');
  const leadId = typeof metadata.leadId === 'string' ? metadata.leadId : null;
  if (data === null) return left(leadId ?? leadOfStream(stream), 'its data is no JSON object');
  if (personal === null) return { data, metadata };
  try {
    return { data: { ...data, personal: codec.decode(personal, leadId) }, metadata };
  } catch {
    return left(leadId ?? leadOfStream(stream), "its personal data can't be decoded");
  }
};

/** The event itself. @throws UnreadableEvent */
export const assertReadable = (event: RecordedEvent): RecordedEvent => {
  if (event.unreadable !== undefined) throw new UnreadableEvent(event, event.unreadable);
  return event;
};

const left = (leadId: string | null, unreadable: string): Content => {
  const known: EventMetadata = leadId === null ? {} : { leadId };
  return { data: known, metadata: known, unreadable };
};

const leadOfStream = (stream: string): string | null =>
  stream.startsWith('lead-') ? stream.slice('lead-'.length) : null;

/** What JSON holds between braces. */
export type JsonObject = Readonly<Record<string, Json>>;

const parsed = (text: string): JsonObject | null => {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
};
