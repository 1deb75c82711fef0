import type { EntityId } from '../read-store/port.ts';
import type { Known } from './fold.ts';

/** What is remembered of entities between batches. */
export interface Standings {
  readonly get: (entity: EntityId) => Known | undefined;
  readonly set: (entity: EntityId, standing: Known) => void;
  /** Whether nothing that was set has been forgotten. */
  readonly complete: () => boolean;
}

/**
 * Remembers at most `limit` entities, those that changed last: when the young half is full it becomes the old
 * one, and the old one is forgotten.
 */
export const rememberStandings = (limit: number): Standings => {
  let young = new Map<EntityId, Known>();
  let old = new Map<EntityId, Known>();
  let complete = true;

  const set = (entity: EntityId, standing: Known): void => {
    young.set(entity, standing);
    if (young.size * 2 < limit) return;
    if (old.size > 0) complete = false;
    old = young;
    young = new Map();
  };

  return {
    // Reading moves nothing: what a batch began with stays there until it is committed.
    get: entity => young.get(entity) ?? old.get(entity),
    set,
    complete: () => complete,
  };
};
