import type { RecordedEvent as ClientEvent } from '@eventstore/db-client';
import type { RecordedEvent } from '../../domain/event.ts';
import type { EventFilter, Found, Position } from '../port.ts';
import type { LogReader } from './read.ts';

/** Events that one call looks at, at most about. */
const window = 20_000;
/** Events looked at first, where fewer are asked for: what is looked for often stands near. */
const firstStretch = 64;

/** Whether an event is what the filter asks for. */
const matcher = (filter: EventFilter): ((event: RecordedEvent) => boolean) => {
  const { leadId, actor, occurredFrom = -Infinity, occurredTo = Infinity } = filter;
  const types = filter.types === undefined ? null : new Set(filter.types);
  return ({ type, metadata, occurredAt }) =>
    (types === null || types.has(type)) &&
    (leadId === undefined || metadata.leadId === leadId) &&
    (actor === undefined || metadata.actor === actor) &&
    occurredAt >= occurredFrom &&
    occurredAt < occurredTo;
};

/** Looks for events by reading on from a position, over a bounded stretch of the log. @param limit at least 1 */
export const findOn = async (
  reader: LogReader,
  decode: (event: ClientEvent) => RecordedEvent,
  filter: EventFilter,
  after: Position,
  limit: number,
): Promise<Found> => {
  const matches = matcher(filter);
  const events: RecordedEvent[] = [];
  let place = after;
  let size = Math.max(limit + 1, firstStretch);
  for (let looked = 0; looked < window; size *= 4) {
    const stretch = await reader.stretch(place, Math.min(size, window - looked));
    for (const each of stretch.events) {
      const event = decode(each);
      if (!matches(event)) continue;
      // One more than asked for tells that there is more.
      if (events.length === limit) return { events, next: events.at(-1)?.position ?? null };
      events.push(event);
    }
    if (stretch.last) return { events, next: null };
    looked += Math.max(1, stretch.events.length);
    place = stretch.end;
  }
  return { events, next: place };
};
