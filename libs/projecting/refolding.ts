import type { RecordedEvent } from '../domain/event.ts';
import type { EntityId, ParkedEvent } from '../read-store/port.ts';
import { createTally } from './contribution.ts';
import { eventsOf, foldedState } from './entity-events.ts';
import type { Assigned } from './delivery.ts';
import { pseudoEntity, storedForm, type Standing } from './fold.ts';
import type { Lane } from './lane.ts';
import type { Subject, Surroundings } from './surroundings.ts';

/**
 * Folds the entities of parked events anew, from their first event on, and commits what comes out. So it does not matter
 * in which order events were parked, mended and released. Answers the events that are parked now.
 */
export const refoldParked = async (
  around: Surroundings,
  lane: Lane,
  parked: readonly ParkedEvent[],
): Promise<readonly ParkedEvent[]> => {
  if (parked.length === 0) return [];
  const { subject } = lane;
  const entities = new Set<EntityId>();
  const stillUnknown: ParkedEvent[] = [];
  for (const event of parked) {
    const own = await assignAgain(around, subject, event);
    if (own?.entity === pseudoEntity(event.eventId))
      stillUnknown.push({ ...event, entity: own.entity, error: own.error });
    else if (own !== null) entities.add(own.entity);
    if (event.entity !== pseudoEntity(event.eventId)) entities.add(event.entity);
  }
  const release = [...new Set(parked.map(({ entity }) => entity))];
  return refold(around, lane, entities, release, stillUnknown);
};

/** Folds one entity anew. */
export const refoldEntity = async (around: Surroundings, lane: Lane, entity: EntityId): Promise<void> => {
  await refold(around, lane, new Set([entity]), [entity], []);
};

const assignAgain = async (
  around: Surroundings,
  { folder, skipped }: Subject,
  { raw, position }: ParkedEvent,
): Promise<Assigned | null> => {
  // What is parked was read as an event.
  let event = raw as unknown as RecordedEvent;
  // The log may have been mended since.
  if (event.unreadable !== undefined) event = (await around.events.readAll(position - 1, 1))[0] ?? event;
  return folder.assign(around.deliver([event]), skipped)[0] ?? null;
};

const refold = async (
  around: Surroundings,
  lane: Lane,
  entities: ReadonlySet<EntityId>,
  release: readonly EntityId[],
  keep: readonly ParkedEvent[],
): Promise<readonly ParkedEvent[]> => {
  const { subject, generation } = lane;
  const { folder } = subject;
  const events = await eventsOf(around, subject, entities, lane.position(), { thorough: true });
  const stored = await around.reads.load(generation, [...entities]);
  const tally = createTally();
  const changed = new Map<EntityId, Standing>();
  const park: ParkedEvent[] = [...keep];
  for (const entity of entities) {
    const folded = folder.fold(events.get(entity) ?? [], () => undefined, new Set());
    park.push(...folded.park);
    const before = stored.get(entity);
    const after = folded.changed.get(entity);
    if (before === undefined && after === undefined) continue;
    // There is no un-writing an entity: it stays as if it had just begun, and adds nothing.
    changed.set(
      entity,
      after ?? { state: foldedState(subject, undefined), cells: [], due: null, quality: [] },
    );
    if (before !== undefined) tally.add(folder.standing(before.state).cells, -1);
    if (after !== undefined) tally.add(after.cells, 1);
  }
  const entitiesNow = Array.from(changed, ([id, standing]) => storedForm(id, standing));
  await lane.amend({ entities: entitiesNow, cells: tally.deltas(), park, release });
  return park;
};
