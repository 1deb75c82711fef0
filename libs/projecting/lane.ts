import { ReadStoreUnavailable, CheckpointConflict, UnknownProjection } from '../read-store/errors.ts';
import type { CellDelta, Entity, EntityId, Generation, ParkedEvent } from '../read-store/port.ts';
import { createTally, type Tally } from './contribution.ts';
import { storedForm, type Assigned, type Folded, type Known, type Standing } from './fold.ts';
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
  /** Folds the page that comes next. Pages are committed together, so that an entity that often changes is written once. */
  readonly take: (page: Page) => Promise<void>;
  /** Commits the pages that were taken. @throws CheckpointConflict, UnknownProjection, ReadStoreUnavailable */
  readonly commit: () => Promise<void>;
  /** Commits a change at the same position: entities folded anew, parked ones released; or nothing, as a sign of life. */
  readonly amend: (change: Amendment) => Promise<void>;
  /** Forgets everything, pages that were taken as well: another process has written, or a page could not be read. */
  readonly forget: () => void;
}

/** What is kept of a standing; the contributions are many times as large, and follow from the state. */
type Written = Omit<Standing, 'cells'>;

export interface Amendment {
  readonly entities: ReadonlyMap<EntityId, Written>;
  readonly cells: Folded['cells'];
  readonly park: readonly ParkedEvent[];
  readonly release: readonly EntityId[];
}

/** What is folded and not committed yet. */
interface Pending {
  readonly entities: Map<EntityId, Written>;
  readonly tally: Tally;
  /** Beside those of the tally. */
  readonly cells: CellDelta[];
  readonly park: ParkedEvent[];
  end: number;
  count: number;
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
  let pending: Pending | undefined;
  /** The store could not take a state: from then on, look for the events that make such. */
  let careful = false;

  const forget = (): void => {
    loaded = false;
    pending = undefined;
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
  const recall = async (events: readonly Assigned[]): Promise<(entity: EntityId) => Known | undefined> => {
    const folded = pending?.entities;
    const remembered = folded
      ? (entity: EntityId) => folded.get(entity) ?? standings.get(entity)
      : standings.get;
    if (fromStart && standings.complete()) return remembered;
    const missing = new Set<EntityId>();
    const found = new Map<EntityId, Known>();
    for (const { entity } of events) {
      const standing = remembered(entity);
      if (standing !== undefined) found.set(entity, standing);
      else if (!parked.has(entity)) missing.add(entity);
    }
    const stored: ReadonlyMap<EntityId, Entity> =
      missing.size === 0 ? new Map() : await reads.load(generation, [...missing]);
    return entity => {
      const standing = found.get(entity);
      if (standing !== undefined) return standing;
      return stored.get(entity);
    };
  };

  const write = async (to: number, change: Amendment): Promise<void> => {
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
    for (const [entity, { state }] of change.entities) standings.set(entity, { state });
    for (const entity of change.release) parked.delete(entity);
    for (const { entity } of change.park) parked.add(entity);
  };

  const queueing = (park: readonly ParkedEvent[]): ReadonlySet<EntityId> =>
    park.length === 0 ? parked : new Set([...parked, ...park.map(({ entity }) => entity)]);

  // What is folded in another process can't add to a tally of this one.
  const tallyHere = ({ tally }: Pending): Tally | undefined => (folder.elsewhere ? undefined : tally);

  const take = async (page: Page): Promise<void> => {
    const { assign, fold } = folder.elsewhere ?? folder;
    const events = await assign(page.deliveries, skipped);
    const known = await recall(events);
    pending ??= { entities: new Map(), tally: createTally(), cells: [], park: [], end: 0, count: 0 };
    const folded = await fold(events, known, queueing(pending.park), careful, tallyHere(pending));
    for (const [entity, { state, due, quality }] of folded.changed)
      pending.entities.set(entity, { state, due, quality });
    for (const delta of folded.cells) pending.cells.push(delta);
    pending.park.push(...folded.park);
    pending.end = page.end;
    pending.count += page.count;
    if (skipped.size > 0)
      for (const { event } of page.deliveries) if (skipped.has(event.id)) leftOut.add(event.id);
  };

  const commit = async (): Promise<void> => {
    if (pending === undefined) return;
    const { entities, tally, cells, park, end, count } = pending;
    try {
      await write(end, { entities, cells: [...tally.deltas(), ...cells], park, release: [] });
    } catch (error) {
      forget();
      if (isStoreError(error) || careful) throw error;
      careful = true;
      return;
    }
    pending = undefined;
    meter.count(count);
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
    take,
    commit,
    amend: change => write(position, change),
    forget,
  };
};

/** Errors that say nothing about the projection's own data. */
const isStoreError = (error: unknown): boolean =>
  error instanceof CheckpointConflict ||
  error instanceof UnknownProjection ||
  error instanceof ReadStoreUnavailable;
