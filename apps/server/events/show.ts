import type { RecordedEvent } from '../../../libs/domain/event.ts';
import { formatInstant } from '../http/instant.ts';

/** An event as answers show it: times in ISO 8601, personal data as the log holds it. */
export interface ShownEvent extends Omit<RecordedEvent, 'occurredAt' | 'recordedAt'> {
  readonly occurredAt: string;
  readonly recordedAt: string;
}

export const showEvent = (event: RecordedEvent): ShownEvent => ({
  position: event.position,
  id: event.id,
  type: event.type,
  version: event.version,
  stream: event.stream,
  revision: event.revision,
  occurredAt: formatInstant(event.occurredAt),
  recordedAt: formatInstant(event.recordedAt),
  data: event.data,
  metadata: event.metadata,
  ...(event.unreadable === undefined ? {} : { unreadable: event.unreadable }),
});
