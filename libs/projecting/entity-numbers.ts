import type { EntityId } from '../read-store/port.ts';

/**
 * Numbers entities in the order in which they are met: an event's entity is looked up once for all read models, and each of
 * them finds what it remembers of the entity at the number's place in a list.
 */
export interface EntityNumbers {
  /** The number of an entity, from 0 on; a new one where it has none. */
  readonly of: (entity: EntityId) => number;
  readonly find: (entity: EntityId) => number | undefined;
  /** Whether there are so many that it is time for new numbers. */
  readonly isFull: () => boolean;
}

/** Some 30 bytes each, and 8 for each read model. */
const most = 400_000;

export const numberEntities = (limit = most): EntityNumbers => {
  const numbers = new Map<EntityId, number>();
  return {
    of: entity => {
      const known = numbers.get(entity);
      if (known !== undefined) return known;
      numbers.set(entity, numbers.size);
      return numbers.size - 1;
    },
    find: entity => numbers.get(entity),
    isFull: () => numbers.size >= limit,
  };
};
