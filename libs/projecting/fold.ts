import type { Json, RecordedEvent } from '../domain/event.ts';
import type { CellDelta, Entity, EntityId, ParkedEvent, QualityFinding } from '../read-store/port.ts';
import type { Context } from './context.ts';
import { contributionReader, createTally, schemaOf, type Contribution, type Tally } from './contribution.ts';
import type { Projection } from './define.ts';
import { messageOf, type Assigned, type Delivery } from './delivery.ts';
import { narrowed } from './workspace.ts';

/** An entity's state and what follows from it. */
export interface Standing {
  readonly state: Json;
  readonly cells: readonly Contribution[];
  readonly due: number | null;
  readonly quality: readonly QualityFinding[];
}

/** What is known of an entity before a batch; what it contributes is found out from the state where it isn't given. */
export type Known = Pick<Standing, 'state'> & Partial<Pick<Standing, 'cells'>>;

/** What a batch of events changes. */
export interface Folded {
  /** The entities whose state changed. */
  readonly changed: ReadonlyMap<EntityId, Standing>;
  /** Old contributions retracted, new ones asserted, added up by cell. */
  readonly cells: readonly CellDelta[];
  readonly park: readonly ParkedEvent[];
}

/** A projection's functions, checked and bound to a context. */
export interface Folder {
  readonly projection: Projection;
  /** The events that the projection wants, and whose they are. `skipped` ids are left out. */
  readonly assign: (deliveries: readonly Delivery[], skipped: ReadonlySet<string>) => readonly Assigned[];
  /**
   * Folds events in order. Pure: `known` answers the standing before the batch, `parked` the entities whose events must
   * queue. An event that fails parks its entity, whatever the size of the batch. `careful` also parks events that leave a
   * state which JSON can't hold. With a tally the changes of cells go there, and are not in the answer.
   */
  readonly fold: (
    events: readonly Assigned[],
    known: (entity: EntityId) => Known | undefined,
    parked: ReadonlySet<EntityId>,
    careful?: boolean,
    tally?: Tally,
  ) => Folded;
  /** What follows from a stored state. @throws what the projection's functions throw, or why their answer is refused */
  readonly standing: (state: Json) => Standing;
  /** Of a projection that is total: states alone, so that what follows from them may be found out once for many events. */
  readonly states?: {
    /** The same state back, or undefined, where nothing changed. @throws what `evolve` throws, or why its answer is refused */
    readonly next: (state: Json | undefined, event: RecordedEvent) => Json | undefined;
    readonly cells: (state: Json) => readonly Contribution[];
  };
  /** The same in some other process, where it is: this thread isn't held up meanwhile. */
  readonly elsewhere?: {
    readonly assign: (...given: Parameters<Folder['assign']>) => Promise<readonly Assigned[]>;
    readonly fold: (...given: Parameters<Folder['fold']>) => Promise<Folded>;
  };
  /** Told which states are asked about next, so that they are asked about together. */
  readonly foresee?: (states: readonly Json[]) => void;
}

const longestId = 200;

type Find = Projection['entity'][string];

const assignedBy = (find: Find, { event, raw, error }: Delivery): Assigned | null => {
  try {
    const entity: unknown = find(event);
    if (entity === null) return null;
    return { event, raw, entity: checkedId(entity), error, number: -1, by: undefined };
  } catch (cause) {
    return {
      event,
      raw,
      entity: pseudoEntity(event.id),
      error: error ?? messageOf(cause),
      number: -1,
      by: undefined,
    };
  }
};

/** Where an event is parked whose entity is unknown. */
export const pseudoEntity = (eventId: string): EntityId => `!${eventId}`;

export const createFolder = (projection: Projection, given: Context): Folder => {
  const context = { ...given, workspace: narrowed(given.workspace, projection.name, projection.workspace) };
  const entityOf = new Map(Object.entries(projection.entity));
  const read = contributionReader(schemaOf(projection));

  const cellsOf = (state: Json): Standing['cells'] => read(projection.contributes(state, context));

  const standing = (state: Json): Standing => ({
    state,
    cells: cellsOf(state),
    due: checkedDue(projection.due(state, context)),
    quality: checkedQuality(projection, projection.quality(state, context)),
  });

  const next = (before: Json | undefined, event: RecordedEvent, careful = false): Json | undefined => {
    const state = before === undefined ? projection.initialState() : before;
    const after = projection.evolve(state, event, context);
    if (after === state) return before;
    if (careful || !isPlain(after)) checkState(after);
    return after;
  };

  const assignOne = (delivery: Delivery): Assigned | null => {
    const find = entityOf.get(delivery.event.type);
    if (find === undefined) return null;
    if (delivery.found?.find !== find) delivery.found = { find, assigned: assignedBy(find, delivery) };
    return delivery.found.assigned;
  };

  return {
    projection,
    standing,
    ...(projection.total && { states: { next, cells: cellsOf } }),
    assign: (deliveries, skipped) => {
      const assigned: Assigned[] = [];
      for (const delivery of deliveries) {
        if (skipped.size > 0 && skipped.has(delivery.event.id)) continue;
        const one = assignOne(delivery);
        if (one !== null) assigned.push(one);
      }
      return assigned;
    },
    fold: (events, known, parked, careful = false, shared?: Tally) => {
      const changed = new Map<EntityId, Standing>();
      const retracted = new Map<EntityId, Standing['cells']>();
      const stuck = new Set<EntityId>();
      const park: ParkedEvent[] = [];
      for (const { event, raw, entity, error } of events) {
        if (stuck.has(entity) || parked.has(entity)) {
          park.push(parkedEvent(entity, raw, null));
          continue;
        }
        try {
          if (error !== null) throw new Refused(error);
          const before = changed.get(entity) ?? known(entity);
          const state = next(before?.state, event, careful);
          if (state === undefined || state === before?.state) continue;
          const after = standing(state);
          if (before !== undefined && !changed.has(entity))
            retracted.set(entity, before.cells ?? cellsOf(before.state));
          changed.set(entity, after);
        } catch (cause) {
          stuck.add(entity);
          park.push(parkedEvent(entity, raw, whyParked(cause)));
        }
      }
      const tally = shared ?? createTally();
      for (const [entity, after] of changed) tally.replace(retracted.get(entity) ?? [], after.cells);
      return { changed, cells: shared === undefined ? tally.deltas() : [], park };
    },
  };
};

/** The store's form of a standing. */
export const storedForm = (id: EntityId, { state, due, quality }: Omit<Standing, 'cells'>): Entity => ({
  id,
  state,
  due,
  quality,
});

/** Why an event is parked whose delivery already says so. */
export class Refused extends Error {}

export const whyParked = (cause: unknown): string =>
  cause instanceof Refused ? cause.message : messageOf(cause);

/** The store's form of an event that waits. */
export const parkedEvent = (entity: EntityId, raw: RecordedEvent, error: string | null): ParkedEvent => ({
  entity,
  position: raw.position,
  eventId: raw.id,
  type: raw.type,
  raw: raw as unknown as Json,
  error,
});

const checkedId = (id: unknown): EntityId => {
  if (typeof id !== 'string' || id === '' || id.length > longestId)
    throw new TypeError(`an entity's id must be a text of 1 to ${longestId} characters, not ${typeof id}`);
  return id;
};

const checkedDue = (due: unknown): number | null => {
  if (due !== null && !Number.isSafeInteger(due))
    throw new TypeError('due must be whole milliseconds since 1970, or null');
  return due as number | null;
};

const checkedQuality = (
  { dimensions }: Projection,
  findings: readonly QualityFinding[],
): readonly QualityFinding[] => {
  for (const { reason, kept, cell } of findings) {
    if (typeof reason !== 'string' || typeof kept !== 'boolean')
      throw new TypeError('a quality finding needs a reason and whether the entity is kept');
    const odd = Object.keys(cell).find(name => !Object.hasOwn(dimensions, name));
    if (odd !== undefined) throw new TypeError(`a quality finding names "${odd}", which is no dimension`);
  }
  return findings;
};

const isPlain = (state: unknown): boolean =>
  (typeof state === 'object' && state !== null) || typeof state === 'string' || typeof state === 'boolean';

const checkState = (state: unknown): void => {
  if (state === undefined) throw new TypeError('evolve returned nothing; it must return the state');
  const text = JSON.stringify(state) as string | undefined;
  if (text === undefined) throw new TypeError(`a state must be plain JSON, not ${typeof state}`);
};
