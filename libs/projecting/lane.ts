import { ReadStoreUnavailable, CheckpointConflict, UnknownProjection } from '../read-store/errors.ts';
import type { EntityId, Generation } from '../read-store/port.ts';
import { changesByEvent, changesOfStates, type Amendment, type Changes } from './changes.ts';
import { storedForm, type Assigned } from './fold.ts';
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

/** Pages that are folded and not committed yet. */
interface Pending {
  readonly changes: Changes;
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

  /** Reads the entities of a page that are stored and not remembered. */
  const recall = async (events: readonly Assigned[]): Promise<void> => {
    if (fromStart && standings.complete()) return;
    const missing = new Set<EntityId>();
    for (const { entity } of events)
      if (standings.get(entity) === undefined && !parked.has(entity)) missing.add(entity);
    if (missing.size === 0) return;
    for (const { id, state } of (await reads.load(generation, [...missing])).values())
      standings.settle(id, state);
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
    for (const [entity, { state }] of change.entities) standings.settle(entity, state);
    standings.forgetOld();
    for (const entity of change.release) parked.delete(entity);
    for (const { entity } of change.park) parked.add(entity);
  };

  const begin = (): Changes =>
    folder.states === undefined || careful
      ? changesByEvent(folder, standings, parked, careful)
      : changesOfStates({ standing: folder.standing, states: folder.states }, standings, parked);

  const take = async (page: Page): Promise<void> => {
    const { assign } = folder.elsewhere ?? folder;
    const events = await assign(page.deliveries, skipped);
    await recall(events);
    pending ??= { changes: begin(), end: 0, count: 0 };
    await pending.changes.fold(events);
    pending.end = page.end;
    pending.count += page.count;
    if (skipped.size > 0)
      for (const { event } of page.deliveries) if (skipped.has(event.id)) leftOut.add(event.id);
  };

  const commit = async (): Promise<void> => {
    if (pending === undefined) return;
    const { changes, end, count } = pending;
    try {
      await write(end, changes.amendment());
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
