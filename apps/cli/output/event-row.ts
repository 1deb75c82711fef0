import type { RecordedEvent } from '../../../libs/domain/event.ts';

/** An event as scripts and spreadsheets read it: times as ISO 8601 in UTC. */
export const eventRow = ({
  position,
  stream,
  revision,
  occurredAt,
  recordedAt,
  ...event
}: RecordedEvent): Readonly<Record<string, unknown>> => ({
  position,
  stream,
  revision,
  id: event.id,
  type: event.type,
  version: event.version,
  occurredAt: new Date(occurredAt).toISOString(),
  recordedAt: new Date(recordedAt).toISOString(),
  data: event.data,
  metadata: event.metadata,
  ...(event.unreadable === undefined ? {} : { unreadable: event.unreadable }),
});
