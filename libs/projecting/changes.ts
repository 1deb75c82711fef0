import type { CellDelta, Entity, EntityId, ParkedEvent } from '../read-store/port.ts';
import { createTally } from './contribution.ts';
import type { Assigned } from './delivery.ts';
import { parkedEvent, Refused, storedForm, whyParked, type Folder } from './fold.ts';
import type { Kept, Standings } from './standings.ts';

/** What a commit writes besides its place in the log. */
export interface Amendment {
  readonly entities: readonly Entity[];
  readonly cells: readonly CellDelta[];
  readonly park: readonly ParkedEvent[];
  readonly release: readonly EntityId[];
}

/** Gathers what pages of events change until it is committed. All their entities that exist are in the standings. */
export interface Changes {
  readonly fold: (events: readonly Assigned[]) => void | Promise<void>;
  /**
   * From then on the standings are as it leaves them.
   *
   * @throws what the projection's functions throw where it isn't as total as it says
   */
  readonly amendment: () => Amendment;
}

/**
 * Folds states only; what they contribute is worked out once for each entity, however many events there were. Only for
 * projections that are total.
 */
export const changesOfStates = (
  { standing, states }: Required<Pick<Folder, 'standing' | 'states'>>,
  standings: Standings,
  parked: ReadonlySet<EntityId>,
): Changes => {
  const dirty: Kept[] = [];
  const stuck = new Set(parked);
  const park: ParkedEvent[] = [];

  const change = (one: Assigned, kept: Kept | undefined, state: Kept['state']): void => {
    if (kept === undefined) {
      dirty.push(standings.begin(one, state));
      return;
    }
    kept.state = state;
    if (kept.dirty) return;
    kept.dirty = true;
    standings.put(kept);
    dirty.push(kept);
  };

  return {
    fold: events => {
      for (const one of events) {
        const { event, raw, entity, error } = one;
        if (stuck.size > 0 && stuck.has(entity)) {
          park.push(parkedEvent(entity, raw, null));
          continue;
        }
        try {
          if (error !== null) throw new Refused(error);
          const kept = standings.of(one);
          const before = kept?.state;
          const after = states.next(before, event);
          if (after !== undefined && after !== before) change(one, kept, after);
        } catch (cause) {
          stuck.add(entity);
          park.push(parkedEvent(entity, raw, whyParked(cause)));
        }
      }
    },
    amendment: () => {
      const tally = createTally();
      const entities = dirty.map((kept): Entity => {
        const { id, state, counted } = kept;
        const { cells, due, quality } = standing(state);
        tally.replace(counted === undefined ? [] : states.cells(counted), cells);
        kept.counted = state;
        kept.dirty = false;
        return { id, state, due, quality };
      });
      return { entities, cells: tally.deltas(), park, release: [] };
    },
  };
};

/** Works out what follows from a state after each event, so that an event is parked whose state is refused. */
export const changesByEvent = (
  folder: Folder,
  standings: Standings,
  parked: ReadonlySet<EntityId>,
  careful: boolean,
): Changes => {
  const entities = new Map<EntityId, Entity>();
  const stuck = new Set(parked);
  const cells: CellDelta[] = [];
  const park: ParkedEvent[] = [];
  const tally = createTally();
  const { fold } = folder.elsewhere ?? folder;
  // What is folded in another process can't add to a tally of this one.
  const shared = folder.elsewhere === undefined ? tally : undefined;
  return {
    fold: async events => {
      const folded = await fold(events, standings.get, stuck, careful, shared);
      for (const [id, standing] of folded.changed) {
        entities.set(id, storedForm(id, standing));
        standings.settle(id, standing.state);
      }
      for (const delta of folded.cells) cells.push(delta);
      for (const event of folded.park) {
        park.push(event);
        stuck.add(event.entity);
      }
    },
    amendment: () => ({
      entities: [...entities.values()],
      cells: [...tally.deltas(), ...cells],
      park,
      release: [],
    }),
  };
};
