import type { NewEvent, RecordedEvent } from '../domain/event.ts';

/** `<category>-<id>`: 1 to 200 characters of `[A-Za-z0-9_.:-]`. */
export type StreamId = string;

/** Place of an event in its stream, from 0. */
export type Revision = number;

/** Place of an event in the log: a safe integer, increasing; 0 is before the first. */
export type Position = number;

/** The revision of the stream's last event as the writer knows it, or a weaker wish. */
export type ExpectedRevision = 'NO_STREAM' | 'STREAM_EXISTS' | 'ANY' | Revision;

/** The answer to an append, given only once the events are durable. */
export interface Appended {
  /** Revision of the last of the given events, where it stands in the stream (also when it stood there before). */
  readonly revision: Revision;
  /** Position of that event. */
  readonly position: Position;
  /** The ids that the stream already had and that were not written again; of a repeat, all of them. */
  readonly duplicates: readonly string[];
}

/** What is appended to one stream. */
export interface StreamAppend {
  readonly stream: StreamId;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
}

/** What to look for in the log; members are ANDed. Times are epoch ms. */
export interface EventFilter {
  readonly types?: readonly string[];
  readonly leadId?: string;
  readonly actor?: string;
  /** occurredAt ≥ this. */
  readonly occurredFrom?: number;
  /** occurredAt < this. */
  readonly occurredTo?: number;
}

/** A page of `find`: matches in log order, and where to go on. */
export interface Found {
  readonly events: readonly RecordedEvent[];
  /** Hand it to the next call as `after`; null when the log's end was reached. A page may be short, even empty, with `next` set. */
  readonly next: Position | null;
}

export type Unsubscribe = () => void;

/**
 * The append-only log. Every adapter passes `eventStoreContract`.
 *
 * An event whose text is damaged is read like the others, in its place, and says so in `unreadable`; see `readContent`.
 * Whoever decides by what events say refuses it (`assertReadable`).
 */
export interface EventStore {
  /**
   * Appends all of the events or none, and answers when they are durable.
   *
   * Idempotent by event id within the stream: with NO_STREAM or an exact revision, a repeat of the same ids from the same
   * place is answered as the first time; with ANY or STREAM_EXISTS, ids that the stream has are skipped and named.
   *
   * @throws InvalidAppend when a name, id, time or limit is broken; WrongExpectedRevision; StoreUnavailable
   */
  append(stream: StreamId, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended>;
  /**
   * Appends to several streams in the order given, each as `append` does, and answers for each when all are durable. It
   * stops at the first that is refused: those before it stay, none after it is written. No more than that order can be
   * relied on: a store may take them in one commit, or one after the other with readers and a crash in between.
   *
   * @throws InvalidAppend when any of them breaks a rule, before one is written; WrongExpectedRevision of the first that
   * is refused; StoreUnavailable
   */
  appendEach(appends: readonly StreamAppend[]): Promise<readonly Appended[]>;
  /** The stream's events from a revision (default 0) on; a stream that doesn't exist is empty. */
  readStream(stream: StreamId, from?: Revision): AsyncIterable<RecordedEvent>;
  /** Up to `limit` events after a position in log order: no gap, no repeat; fewer than `limit` only at the end. */
  readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]>;
  /** Up to `limit` events after a position that match. */
  find(filter: EventFilter, after: Position, limit: number): Promise<Found>;
  /** Position of the last event; 0 when the log is empty. */
  head(): Promise<Position>;
  /** A doorbell, nothing more: rings some time after events were appended by any process; may ring without cause. */
  onAppended(ring: () => void): Unsubscribe;
  /** Takes no more appends, finishes those under way and lets go of files and timers. */
  close(): Promise<void>;
}

/** Limits that every store keeps, whatever its engine could do. */
export const appendLimits = {
  /** Events in one append. */
  events: 1_000,
  /** Bytes of the serialised data and metadata of one append. */
  bytes: 1_000_000,
  /** Characters of a stream's name. */
  streamName: 200,
  /** Characters of an event type's name. */
  typeName: 100,
} as const;
