import type { EntityId } from '../read-store/port.ts';

/** Something about an entity, with the number that was looked up for it last. */
export interface Numbered {
  readonly entity: EntityId;
  number?: number;
  /** Who gave that number. */
  by?: EntityNumbers | undefined;
}

/**
 * Numbers entities in the order in which they are met: an event's entity is looked up once for all read models, and each of
 * them finds what it remembers of the entity at the number's place in a list.
 */
export interface EntityNumbers {
  /** The number of an entity, from 0 on; a new one where it has none. */
  readonly of: (entity: EntityId) => number;
  /** The same, noted in what is given, so that it is looked up once. */
  readonly note: (one: Numbered) => number;
  readonly find: (entity: EntityId) => number | undefined;
  /** Whether there are so many that it is time for new numbers. */
  readonly isFull: () => boolean;
}

/** Some 30 bytes each, and 8 for each read model. */
const most = 400_000;

export const numberEntities = (limit = most): EntityNumbers => {
  const numbers = new Map<EntityId, number>();
  const of = (entity: EntityId): number => {
    const known = numbers.get(entity);
    if (known !== undefined) return known;
    numbers.set(entity, numbers.size);
    return numbers.size - 1;
  };

  const self: EntityNumbers = {
    of,
    note: one => {
      if (one.by === self && one.number !== undefined) return one.number;
      one.by = self;
      return (one.number = of(one.entity));
    },
    find: entity => numbers.get(entity),
    isFull: () => numbers.size >= limit,
  };
  return self;
};
