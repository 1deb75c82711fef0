import { ReadStoreUnavailable, CheckpointConflict, UnknownProjection } from '../read-store/errors.ts';
import type { Entity, EntityId, Generation, ParkedEvent } from '../read-store/port.ts';
import { storedForm, type Assigned, type Folded, type Standing } from './fold.ts';
import { createMeter, type Meter } from './meter.ts';
import { rememberStandings } from './standings.ts';
import type { Page, Subject, Surroundings } from './surroundings.ts';

/** `follow`: live or held; `build`: promoted when it has caught up; `rebuild`: whoever asked for it finishes it. */
export type Purpose = 'follow' | 'build' | 'rebuild';

/** A generation that this process keeps: its place in the log and what is remembered of its entities. */
export interface Lane {
  readonly subject: Subject;
  readonly generation: Generation;
  readonly purpose: Purpose;
  readonly meter: Meter;
  /** Reads checkpoint and parked entities unless they are known. */
  readonly load: () => Promise<void>;
  /** How far it is; 0 until it is loaded. */
  readonly position: () => number;
  /** Entities whose events queue. */
  readonly parked: () => ReadonlySet<EntityId>;
  /** Whether it left that event out when it passed it. */
  readonly leftOut: (eventId: string) => boolean;
  /** Folds a page and commits it. @throws CheckpointConflict, UnknownProjection, ReadStoreUnavailable */
  readonly advance: (page: Page) => Promise<void>;
  /** Commits a change at the same position: entities folded anew, parked ones released; or nothing, as a sign of life. */
  readonly amend: (change: Amendment) => Promise<void>;
  /** Forgets everything: another process has written. */
  readonly forget: () => void;
}

export interface Amendment {
  readonly entities: ReadonlyMap<EntityId, Standing>;
  readonly cells: Folded['cells'];
  readonly park: readonly ParkedEvent[];
  readonly release: readonly EntityId[];
}

export const createLane = (
  { reads, remembered }: Surroundings,
  subject: Subject,
  generation: Generation,
  purpose: Purpose,
): Lane => {
  const { folder, skipped } = subject;
  const meter = createMeter();
  const leftOut = new Set<string>();
  let loaded = false;
  let [position, batch] = [0, 0];
  let parked = new Set<EntityId>();
  let standings = rememberStandings(remembered);
  /** Every entity of the generation is remembered: one that isn't is new. */
  let fromStart = false;

  const forget = (): void => {
    loaded = false;
    standings = rememberStandings(remembered);
  };

  const load = async (): Promise<void> => {
    if (loaded) return;
    const [checkpoint, waiting] = [await reads.checkpoint(generation), await reads.parked(generation)];
    ({ position, batch } = checkpoint);
    parked = new Set(waiting.map(({ entity }) => entity));
    fromStart = position === 0 && batch === 0;
    loaded = true;
  };

  /** Standings of the entities that a page touches, as they are before it. */
  const recall = async (events: readonly Assigned[]): Promise<(entity: EntityId) => Standing | undefined> => {
    if (fromStart && standings.complete()) return standings.get;
    const missing = new Set<EntityId>();
    const found = new Map<EntityId, Standing>();
    for (const { entity } of events) {
      const standing = standings.get(entity);
      if (standing !== undefined) found.set(entity, standing);
      else if (!parked.has(entity)) missing.add(entity);
    }
    const stored: ReadonlyMap<EntityId, Entity> =
      missing.size === 0 ? new Map() : await reads.load(generation, [...missing]);
    return entity => {
      const standing = found.get(entity);
      if (standing !== undefined) return standing;
      const entry = stored.get(entity);
      if (entry === undefined) return undefined;
      const fresh = folder.standing(entry.state);
      found.set(entity, fresh);
      return fresh;
    };
  };

  const commit = async (to: number, change: Amendment): Promise<void> => {
    try {
      await reads.commit(generation, {
        follows: batch,
        position: to,
        entities: Array.from(change.entities, ([id, standing]) => storedForm(id, standing)),
        cells: change.cells,
        park: change.park,
        release: change.release,
      });
    } catch (error) {
      // Whether it was written is not known when the store is away.
      if (isStoreError(error)) forget();
      throw error;
    }
    batch++;
    position = to;
    for (const [entity, standing] of change.entities) standings.set(entity, standing);
    for (const entity of change.release) parked.delete(entity);
    for (const { entity } of change.park) parked.add(entity);
  };

  const advance = async (page: Page): Promise<void> => {
    const { assign, fold } = folder.elsewhere ?? folder;
    const events = await assign(page.deliveries, skipped);
    const known = await recall(events);
    const write = ({ changed, cells, park }: Folded): Promise<void> =>
      commit(page.end, { entities: changed, cells, park, release: [] });
    const folded = await fold(events, known, parked);
    try {
      await write(folded);
    } catch (error) {
      if (isStoreError(error)) throw error;
      // The store could not take a state: find the event that made it.
      await write(await fold(events, known, parked, true));
    }
    if (skipped.size > 0)
      for (const { event } of page.deliveries) if (skipped.has(event.id)) leftOut.add(event.id);
    meter.count(page.count);
  };

  return {
    subject,
    generation,
    purpose,
    meter,
    load,
    position: () => position,
    parked: () => parked,
    leftOut: id => leftOut.has(id),
    advance,
    amend: change => commit(position, change),
    forget,
  };
};

/** Errors that say nothing about the projection's own data. */
const isStoreError = (error: unknown): boolean =>
  error instanceof CheckpointConflict ||
  error instanceof UnknownProjection ||
  error instanceof ReadStoreUnavailable;
