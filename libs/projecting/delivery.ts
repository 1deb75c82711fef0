import type { RecordedEvent } from '../domain/event.ts';
import type { Numbered } from './entity-numbers.ts';

/** An event read from the log once, for all projections. */
export interface Delivery {
  /** At the newest version of its type; as the log holds it where that failed. */
  readonly event: RecordedEvent;
  readonly raw: RecordedEvent;
  /** Why it could not be read, or not brought to the newest version. */
  readonly error: string | null;
  /** Whose it is as a projection has found out: the next one asks the same function in most cases, and takes its answer. */
  found?: { readonly find: unknown; readonly assigned: Assigned | null } | undefined;
}

/** An event and the entity that it belongs to; `error` where either could not be found out. */
export interface Assigned extends Numbered {
  readonly event: RecordedEvent;
  /** The event as the log holds it. */
  readonly raw: RecordedEvent;
  readonly error: string | null;
}

/** Brings an event of the log to the newest version of its type. */
export type UpcastEvent = (event: RecordedEvent) => RecordedEvent;

/** Upcasts the events that some projection wants; one that fails or is unreadable is delivered with its error, so that it parks. */
export const deliver = (
  events: readonly RecordedEvent[],
  wanted: (type: string) => boolean,
  upcast: UpcastEvent | undefined,
): readonly Delivery[] => {
  const deliveries: Delivery[] = [];
  for (const raw of events) {
    if (!wanted(raw.type)) continue;
    if (raw.unreadable !== undefined) {
      deliveries.push({ event: raw, raw, error: `UnreadableEvent: ${raw.unreadable}` });
      continue;
    }
    try {
      deliveries.push({ event: upcast === undefined ? raw : upcast(raw), raw, error: null });
    } catch (cause) {
      deliveries.push({ event: raw, raw, error: messageOf(cause) });
    }
  }
  return deliveries;
};

/** Messages of errors, as they are kept beside a parked event. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
