import type { Json } from '../../domain/event.ts';
import type { EntityId, ParkedEvent } from '../port.ts';
import { compareText, fromStored, toStored } from '../text.ts';
import type { Collections } from './collections.ts';
import type { View } from './consistent.ts';
import type { ParkedDocument } from './documents.ts';

/** The parked events that the closed batches left, in log order. */
export const readParked = async (
  { parked }: Pick<Collections, 'parked'>,
  entity: EntityId | undefined,
  { closed }: View,
): Promise<readonly ParkedEvent[]> => {
  const found = await parked.find(entity === undefined ? {} : { entity: toStored(entity) }).toArray();
  return found
    .filter(({ since, until }) => since <= closed && (until === null || until > closed))
    .sort((a, b) => a.position - b.position || compareText(a.entity, b.entity))
    .map(toParked);
};

const toParked = ({ entity, position, eventId, type, raw, error }: ParkedDocument): ParkedEvent => ({
  entity: fromStored(entity),
  position,
  eventId: fromStored(eventId),
  type: fromStored(type),
  raw: JSON.parse(raw) as Json,
  error: error === null ? null : fromStored(error),
});
