import type { Json, NewEvent } from '../domain/event.ts';
import type { PersonalCodec } from './codec.ts';
import { InvalidAppend } from './errors.ts';
import { faultOfJson, isPlainObject } from './plain-json.ts';
import { appendLimits, type ExpectedRevision, type StreamId } from './port.ts';

/** An event checked and serialised, so that what its caller does to it afterwards changes nothing. */
export interface PreparedEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly occurredAt: number;
  readonly leadId: string | null;
  /** JSON of `data` without its `personal` member. */
  readonly data: string;
  /** The `personal` member as its codec wrote it; null when there is none. */
  readonly personal: string | null;
  readonly metadata: string;
}

/** An append that breaks no rule. */
export interface PreparedAppend {
  readonly stream: StreamId;
  readonly expected: ExpectedRevision;
  readonly events: readonly PreparedEvent[];
  /** Bytes of the serialised data and metadata, or a little more. */
  readonly bytes: number;
}

const streamName = new RegExp(`^[A-Za-z0-9_.:-]{1,${appendLimits.streamName}}$`);
const typeName = new RegExp(`^[A-Za-z][A-Za-z0-9]{0,${appendLimits.typeName - 1}}$`);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const wishes: readonly unknown[] = ['NO_STREAM', 'STREAM_EXISTS', 'ANY'];
const leadIdLength = 64;

/** What a refusal says of a value: enough to find it, never all of a long or secret one. */
const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value;

const checkExpected = (expected: unknown): void => {
  if (wishes.includes(expected)) return;
  if (typeof expected === 'number' && Number.isSafeInteger(expected) && expected >= 0) return;
  throw new InvalidAppend(
    'expected-revision',
    'the expected revision is NO_STREAM, STREAM_EXISTS, ANY or an integer from 0',
  );
};

const checkHead = (event: NewEvent): void => {
  if (typeof event.id !== 'string' || !uuid.test(event.id))
    throw new InvalidAppend('event-id', `an event's id is a UUID in lower case, not ${shown(event.id)}`);
  if (typeof event.type !== 'string' || !typeName.test(event.type))
    throw new InvalidAppend(
      'event-type',
      `a type's name is a letter and up to ${appendLimits.typeName - 1} letters and digits, not ${shown(event.type)}`,
    );
  if (!Number.isSafeInteger(event.version) || event.version < 1)
    throw new InvalidAppend(
      'event-version',
      `the version of ${event.type} ${event.id} is not an integer from 1`,
    );
  if (!Number.isSafeInteger(event.occurredAt))
    throw new InvalidAppend(
      'event-time',
      `occurredAt of ${event.type} ${event.id} is not epoch milliseconds`,
    );
};

const leadIdOf = (event: NewEvent): string | null => {
  const metadata: unknown = event.metadata;
  const fault = isPlainObject(metadata) ? faultOfJson(metadata) : 'is not a plain object';
  if (fault !== null)
    throw new InvalidAppend('event-metadata', `metadata of ${event.type} ${event.id} ${fault}`);
  const leadId: unknown = event.metadata.leadId;
  if (leadId === undefined) return null;
  if (
    typeof leadId === 'string' &&
    leadId.length > 0 &&
    leadId.length <= leadIdLength &&
    leadId.isWellFormed()
  )
    return leadId;
  throw new InvalidAppend(
    'event-metadata',
    `the lead id of ${event.type} ${event.id} is not 1 to ${leadIdLength} characters`,
  );
};

const prepareEvent = (event: NewEvent, codec: PersonalCodec): PreparedEvent => {
  checkHead(event);
  const { id, type, version, occurredAt, data } = event;
  const fault = isPlainObject(data) ? faultOfJson(data) : 'is not a plain object';
  if (fault !== null || !isPlainObject(data))
    throw new InvalidAppend('event-data', `data of ${type} ${id} ${fault}`);
  const leadId = leadIdOf(event);
  const metadata = JSON.stringify(event.metadata);
  if (!Object.hasOwn(data, 'personal') || data.personal === undefined)
    return { id, type, version, occurredAt, leadId, data: JSON.stringify(data), personal: null, metadata };
  const { personal, ...rest } = data;
  return {
    id,
    type,
    version,
    occurredAt,
    leadId,
    data: JSON.stringify(rest),
    personal: codec.encode(personal as Json, leadId),
    metadata,
  };
};

const lengthOf = (event: PreparedEvent): number =>
  event.data.length + (event.personal?.length ?? 0) + event.metadata.length;

const bytesOf = (event: PreparedEvent): number =>
  Buffer.byteLength(event.data) + Buffer.byteLength(event.personal ?? '') + Buffer.byteLength(event.metadata);

const sumOf = (events: readonly PreparedEvent[], size: (event: PreparedEvent) => number): number => {
  let sum = 0;
  for (const event of events) sum += size(event);
  return sum;
};

/** The exact count is taken only where it could matter: a character is at most three bytes. */
const sizeOf = (events: readonly PreparedEvent[]): number => {
  const most = sumOf(events, lengthOf) * 3;
  return most <= appendLimits.bytes ? most : sumOf(events, bytesOf);
};

const checkIds = (events: readonly PreparedEvent[]): void => {
  if (events.length === 1) return;
  const ids = new Set<string>();
  for (const { id } of events) {
    if (ids.has(id)) throw new InvalidAppend('duplicate-id', `the id ${id} stands twice in one append`);
    ids.add(id);
  }
};

/**
 * Checks an append by the rules that every store keeps, and serialises it.
 *
 * @throws InvalidAppend
 */
export const prepareAppend = (
  stream: StreamId,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
  codec: PersonalCodec,
): PreparedAppend => {
  if (typeof stream !== 'string' || !streamName.test(stream))
    throw new InvalidAppend(
      'stream-name',
      `a stream's name is 1 to ${appendLimits.streamName} characters of A-Z a-z 0-9 _ . : -, not ${shown(stream)}`,
    );
  checkExpected(expected);
  if (events.length === 0) throw new InvalidAppend('no-events', 'an append holds at least one event');
  if (events.length > appendLimits.events)
    throw new InvalidAppend(
      'too-many-events',
      `an append holds at most ${appendLimits.events} events, not ${events.length}`,
    );
  const prepared = events.map(event => prepareEvent(event, codec));
  checkIds(prepared);
  const bytes = sizeOf(prepared);
  if (bytes > appendLimits.bytes)
    throw new InvalidAppend(
      'too-many-bytes',
      `an append holds at most ${appendLimits.bytes} bytes of data and metadata, not ${bytes}`,
    );
  return { stream, expected, events: prepared, bytes };
};
