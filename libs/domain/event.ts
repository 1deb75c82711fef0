/** What JSON can hold; event data and projection states are nothing else. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Who and what caused an event. Nothing here is personal data. */
export interface EventMetadata {
  /** The request or job that this event belongs to. */
  readonly correlationId?: string;
  /** The event or command that caused this one. */
  readonly causationId?: string;
  /** Who acted: `api`, `import:<source>`, `demo`, the name of an API key. */
  readonly actor?: string;
  /** The system that the fact comes from. */
  readonly source?: string;
  /** The lead that the event touches; stores index it. */
  readonly leadId?: string;
  /** The import run that wrote the event. */
  readonly batchId?: string;
  /** Hash of the command that wrote the event; set on the first event of an idempotent command. */
  readonly commandHash?: string;
}

/** An event that is to be appended. Times are epoch milliseconds (UTC). */
export interface NewEvent<Type extends string = string, Data = unknown> {
  /** UUID in lower case; the idempotency key within a stream. */
  readonly id: string;
  readonly type: Type;
  /** The version of the type's schema that `data` follows, from 1. */
  readonly version: number;
  /** When it happened in the world, epoch ms. */
  readonly occurredAt: number;
  /** A plain JSON object. Its `personal` member, and nothing else, holds personal data. */
  readonly data: Data;
  readonly metadata: EventMetadata;
}

/** An event as the log holds it. */
export interface RecordedEvent<Type extends string = string, Data = unknown> extends NewEvent<Type, Data> {
  /** `<category>-<id>`, the consistency boundary. */
  readonly stream: string;
  /** Place in the stream, from 0. */
  readonly revision: number;
  /** Place in the log: increasing, comparable, from 1. */
  readonly position: number;
  /** When the log took it, epoch ms. */
  readonly recordedAt: number;
  /** Why the store can't read what it holds of the event; then `data` and `metadata` name the lead at most. */
  readonly unreadable?: string;
}

/** Time through an injected clock: epoch ms. */
export type Clock = () => number;

/** Ids through an injected generator: UUIDv7 by default. */
export type NewId = () => string;
