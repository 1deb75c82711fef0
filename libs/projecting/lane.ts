import { ReadStoreUnavailable, CheckpointConflict, UnknownProjection } from '../read-store/errors.ts';
import type { EntityId, Generation } from '../read-store/port.ts';
import { changesByEvent, changesOfStates, type Amendment, type Changes } from './changes.ts';
import type { Assigned } from './delivery.ts';
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
  /** How far it is, committed; 0 until it is loaded. */
  readonly position: () => number;
  /** The position after which it reads on: pages may not be committed yet, and a commit be under way. */
  readonly reached: () => number;
  /** Entities whose events queue. */
  readonly parked: () => ReadonlySet<EntityId>;
  /** Whether it left that event out when it passed it. */
  readonly leftOut: (eventId: string) => boolean;
  /**
   * Folds the page that comes next. Pages are committed together, so that an entity that often changes is written once.
   *
   * @throws FoldAgain, or as `finish`, when the commit under way has failed
   */
  readonly take: (page: Page) => Promise<void>;
  /** Begins to commit the pages that were taken, once the commit before is done; meanwhile more may be taken. @throws as `finish` */
  readonly commit: () => Promise<void>;
  /** Commits what was taken; resolves when that is done. @throws CheckpointConflict, UnknownProjection, ReadStoreUnavailable */
  readonly finish: () => Promise<void>;
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

/** What was folded is lost: go on from the checkpoint. */
export class FoldAgain extends Error {
  override readonly name = 'FoldAgain';
}

export const createLane = (
  around: Surroundings,
  subject: Subject,
  generation: Generation,
  purpose: Purpose,
): Lane => {
  const { reads, remembered } = around;
  const { folder, skipped } = subject;
  const meter = createMeter();
  const leftOut = new Set<string>();
  let loaded = false;
  let [position, reached, batch] = [0, 0, 0];
  let parked = new Set<EntityId>();
  let standings = rememberStandings(remembered, around.numbers);
  /** All that is stored of the generation was put by this lane. */
  let fromStart = false;
  let pending: Pending | undefined;
  let flying: Promise<void> | undefined;
  /** The store could not take a state: from then on, look for the events that make such. */
  let careful = false;

  const forget = (): void => {
    loaded = false;
    pending = undefined;
    standings = rememberStandings(remembered, around.numbers);
  };

  const settled = async (): Promise<void> => {
    const before = flying;
    flying = undefined;
    await before;
  };

  const load = async (): Promise<void> => {
    if (loaded) return;
    await settled();
    const [checkpoint, waiting] = [await reads.checkpoint(generation), await reads.parked(generation)];
    ({ position, batch } = checkpoint);
    reached = position;
    parked = new Set(waiting.map(({ entity }) => entity));
    fromStart = position === 0 && batch === 0;
    loaded = true;
  };

  /** Reads the entities of a page that are stored and not remembered. */
  const recall = async (events: readonly Assigned[]): Promise<void> => {
    const missing = new Set<EntityId>();
    for (const one of events)
      if (standings.of(one) === undefined && (!fromStart || standings.isForgotten(one)))
        if (!parked.has(one.entity)) missing.add(one.entity);
    if (missing.size === 0) return;
    for (const { id, state } of (await reads.load(generation, [...missing])).values())
      standings.settle(id, state);
  };

  /** The standings are as the change leaves them; where it can't be written, they are forgotten. */
  const write = async (to: number, change: Amendment): Promise<void> => {
    standings.forgetOld();
    for (const entity of change.release) parked.delete(entity);
    for (const { entity } of change.park) parked.add(entity);
    try {
      await reads.commit(generation, {
        follows: batch,
        position: to,
        entities: change.entities,
        cells: change.cells,
        park: change.park,
        release: change.release,
      });
    } catch (error) {
      // Whether it was written is not known when the store is away.
      forget();
      throw error;
    }
    batch++;
    position = to;
  };

  const begin = (): Changes =>
    folder.states === undefined || careful
      ? changesByEvent(folder, standings, parked, careful)
      : changesOfStates({ standing: folder.standing, states: folder.states }, standings, parked);

  const checkLoaded = async (): Promise<void> => {
    if (loaded) return;
    await settled();
    throw new FoldAgain();
  };

  const take = async (page: Page): Promise<void> => {
    await checkLoaded();
    const { assign } = folder.elsewhere ?? folder;
    const events = await assign(page.deliveries, skipped);
    await recall(events);
    await checkLoaded();
    const taking = (pending ??= { changes: begin(), end: reached, count: 0 });
    await taking.changes.fold(events);
    await checkLoaded();
    taking.end = page.end;
    taking.count += page.count;
    if (skipped.size > 0)
      for (const { event } of page.deliveries) if (skipped.has(event.id)) leftOut.add(event.id);
  };

  /** What the projection answers, or makes of a state, is refused as a whole: the next time each event is looked at. */
  const beCareful = (error: unknown): void => {
    forget();
    if (isStoreError(error) || careful) throw error;
    careful = true;
  };

  const commit = async (): Promise<void> => {
    await settled();
    if (pending === undefined) return;
    const { changes, end, count } = pending;
    let change: Amendment;
    try {
      change = changes.amendment();
    } catch (error) {
      beCareful(error);
      return;
    }
    pending = undefined;
    reached = end;
    flying = write(end, change).then(() => meter.count(count), beCareful);
    // Whoever settles it is told; until then nobody has to listen.
    flying.catch(() => undefined);
  };

  const finish = async (): Promise<void> => {
    await commit();
    await settled();
  };

  return {
    subject,
    generation,
    purpose,
    meter,
    load,
    position: () => position,
    reached: () => pending?.end ?? reached,
    parked: () => parked,
    leftOut: id => leftOut.has(id),
    take,
    commit,
    finish,
    amend: async change => {
      await finish();
      for (const { id, state } of change.entities) standings.settle(id, state);
      await write(position, change);
    },
    forget,
  };
};

/** Errors that say nothing about the projection's own data. */
const isStoreError = (error: unknown): boolean =>
  error instanceof CheckpointConflict ||
  error instanceof UnknownProjection ||
  error instanceof ReadStoreUnavailable;
