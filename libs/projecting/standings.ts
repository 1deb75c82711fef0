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
}

/** What is remembered of entities between batches. */
export interface Standings {
  readonly get: (entity: EntityId) => Kept | undefined;
  /** Keeps it until the next `forgetOld` but one at least. */
  readonly put: (kept: Kept) => void;
  /** An entity as it is committed. */
  readonly settle: (entity: EntityId, state: Json) => void;
  /** Forgets the old half once the young one is full. Only when nothing is dirty. */
  readonly forgetOld: () => void;
  /** Whether nothing that was put has been forgotten. */
  readonly complete: () => boolean;
}

/**
 * Remembers about `limit` entities between commits, those that were put last: when the young half is full it becomes the
 * old one, and the old one is forgotten.
 */
export const rememberStandings = (limit: number): Standings => {
  let young = new Map<EntityId, Kept>();
  let old = new Map<EntityId, Kept>();
  let complete = true;

  const get = (entity: EntityId): Kept | undefined => young.get(entity) ?? old.get(entity);
  const put = (kept: Kept): void => void young.set(kept.id, kept);

  return {
    get,
    put,
    settle: (id, state) => {
      const kept = get(id) ?? { id, state, counted: state, dirty: false };
      kept.state = kept.counted = state;
      kept.dirty = false;
      put(kept);
    },
    forgetOld: () => {
      if (young.size * 2 < limit) return;
      if (old.size > 0) complete = false;
      old = young;
      young = new Map();
    },
    complete: () => complete,
  };
};
