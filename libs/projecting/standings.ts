import type { Json } from '../domain/event.ts';
import type { EntityId } from '../read-store/port.ts';

/** What is kept of an entity: the runner changes it in place, because it does so for every event. */
export interface Kept {
  readonly id: EntityId;
  state: Json;
  /** The state that the totals count; undefined while they count none. */
  counted: Json | undefined;
  /** Whether the state is not committed yet. */
  dirty: boolean;
  /** When it was put last, as the standings count; −1: not yet. */
  age: number;
}

/** What is remembered of entities between batches. */
export interface Standings {
  readonly get: (entity: EntityId) => Kept | undefined;
  /** Keeps it until the next `forgetOld` but one at least. */
  readonly put: (kept: Kept) => void;
  /** An entity as it is committed. */
  readonly settle: (entity: EntityId, state: Json) => void;
  /** Forgets those that were not put lately, once there are many. Only when nothing is dirty. */
  readonly forgetOld: () => void;
  /** Whether one that is not remembered may have been put and forgotten. */
  readonly mayBeForgotten: (entity: EntityId) => boolean;
}

/** Ids of forgotten entities that are kept, some ten bytes each: new ones need not be looked for in the store. */
const mostForgotten = 200_000;

/**
 * Remembers about `limit` entities between commits, those that were put last: once half as many were put, a new age
 * begins, and what was not put in the last one is forgotten.
 */
export const rememberStandings = (limit: number, most = mostForgotten): Standings => {
  /** Null where one is forgotten; from too many on they are left out. */
  const known = new Map<EntityId, Kept | null>();
  let [age, young, forgotten] = [0, 0, 0];

  const get = (entity: EntityId): Kept | undefined => known.get(entity) ?? undefined;

  const put = (kept: Kept): void => {
    if (kept.age === age) return;
    kept.age = age;
    young++;
    known.set(kept.id, kept);
  };

  const forget = (id: EntityId): void => {
    if (++forgotten <= most) known.set(id, null);
    else known.delete(id);
  };

  return {
    get,
    put,
    settle: (id, state) => {
      const kept = get(id) ?? { id, state, counted: state, dirty: false, age: -1 };
      kept.state = kept.counted = state;
      kept.dirty = false;
      put(kept);
    },
    forgetOld: () => {
      if (young * 2 < limit) return;
      const enough = forgotten > most;
      known.forEach((kept, id) => {
        if (kept === null && enough) known.delete(id);
        else if (kept !== null && kept.age !== age) forget(id);
      });
      age++;
      young = 0;
    },
    mayBeForgotten: entity => forgotten > most || known.get(entity) === null,
  };
};
