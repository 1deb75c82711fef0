import { setImmediate } from 'node:timers/promises';
import type { Json } from '../domain/event.ts';
import type { EventFilter } from '../event-store/port.ts';
import type { EntityId } from '../read-store/port.ts';
import { leadOf, type Projection } from './define.ts';
import type { Assigned } from './delivery.ts';
import type { Standing } from './fold.ts';
import type { Subject, Surroundings } from './surroundings.ts';

const pageSize = 1_000;
/** More entities than these are looked for in one reading of the log rather than one by one. */
const few = 50;

/** Whether every event's entity is its lead, so that the store's index of leads finds them. */
const isByLead = ({ entity }: Projection): boolean =>
  Object.values(entity).every(find => (find as unknown) === leadOf);

/**
 * The events up to a position that the projection assigns to these entities, in log order; events that are left out by
 * decision are not among them. `thorough` reads all events of the projection's types even where an index would do: events
 * that lack the metadata which the index goes by are found too.
 */
export const eventsOf = async (
  around: Surroundings,
  subject: Subject,
  entities: ReadonlySet<EntityId>,
  upTo: number,
  {
    thorough = false,
    signal,
  }: { readonly thorough?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<ReadonlyMap<EntityId, readonly Assigned[]>> => {
  const { projection, assign } = subject.folder;
  const types = Object.keys(projection.entity);
  const found = new Map<EntityId, Assigned[]>(Array.from(entities, id => [id, []]));
  const filters: EventFilter[] =
    isByLead(projection) && !thorough && entities.size <= few
      ? // All types at once: one look into the index for a lead instead of one for each type.
        Array.from(entities, leadId => ({ leadId }))
      : [{ types }];
  for (const filter of filters) {
    let after: number | null = 0;
    while (after !== null && after < upTo) {
      const page: Awaited<ReturnType<typeof around.events.find>> = await around.events.find(
        filter,
        after,
        pageSize,
      );
      const events = page.events.filter(({ position }) => position <= upTo);
      for (const assigned of assign(around.deliver(events), subject.skipped))
        found.get(assigned.entity)?.push(assigned);
      after = page.next;
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return found;
};

/** The state that folding anew came to. One that no event changed is the same as none. */
export const foldedState = ({ folder }: Subject, standing: Standing | undefined): Json =>
  standing === undefined ? folder.projection.initialState() : standing.state;
