import type { EntityId, ParkedEvent } from '../port.ts';
import { toStored } from '../text.ts';
import type { Collections } from './collections.ts';
import { keyOf } from './keys.ts';
import { askFor, type Planning, type Write } from './writes.ts';

/** Which event of which entity. */
const placeOf = ({ position, entity }: { readonly position: number; readonly entity: string }): string =>
  JSON.stringify([position, entity]);

/** What the batch after `closed` makes of the parked events: some end, and some begin. */
export const parkedWrites = async (
  { parked }: Pick<Collections, 'parked'>,
  change: { readonly park: readonly ParkedEvent[]; readonly release: readonly EntityId[] },
  { closed, ahead }: Planning,
): Promise<readonly Write[]> => {
  const number = closed + 1;
  const released = new Set(change.release.map(toStored));
  const begins = new Map(
    change.park.map(event => {
      const entity = toStored(event.entity);
      return [placeOf({ position: event.position, entity }), { ...event, entity }];
    }),
  );
  const touched = new Set([...released, ...[...begins.values()].map(({ entity }) => entity)]);
  const found = await askFor(touched, closed, some => parked.find({ entity: { $in: some } }).toArray());
  if (found.some(({ batch }) => batch > closed)) throw ahead();
  const ends = found
    .filter(({ until }) => until === null)
    .filter(event => released.has(event.entity) || begins.has(placeOf(event)))
    .map(({ _id }): Write => ({ id: _id, fresh: false, set: { until: number } }));
  const starts = [...begins.values()].map((event): Write => ({
    id: keyOf([event.position, event.entity, number]),
    fresh: true,
    set: {
      since: number,
      until: null,
      position: event.position,
      entity: event.entity,
      eventId: toStored(event.eventId),
      type: toStored(event.type),
      raw: JSON.stringify(event.raw),
      error: event.error === null ? null : toStored(event.error),
    },
  }));
  return [...ends, ...starts];
};
