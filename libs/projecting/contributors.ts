import { setImmediate } from 'node:timers/promises';
import type { Entity, EntityId, ProjectionId, ReadStore } from '../read-store/port.ts';
import { compareText, toStored } from '../read-store/text.ts';

type Adds = Readonly<Record<string, number>>;

/** Where a search begins: after an entity, in the page of the store that a cursor begins. */
export interface Place {
  readonly cursor: string | null;
  readonly after: EntityId | null;
}

/** Entities that contribute, by id. */
export interface Contributors {
  readonly entities: readonly { readonly id: EntityId; readonly adds: Adds }[];
  /** Where the next ones are found; null when there are none. */
  readonly next: Place | null;
  /** Positions at which the pages were read. */
  readonly positions: ReadonlySet<number>;
}

export interface Search {
  readonly reads: Pick<ReadStore, 'entities'>;
  readonly id: ProjectionId;
  /** What each of the entities adds, in their order. */
  readonly addsOf: (entities: readonly Entity[]) => readonly Adds[];
}

/** Of the pages that are read: not many more than are wanted at first, ever larger the rarer they are. */
const sizes = { least: 50, most: 1_000 } as const;

/** Looks through the entities by id until that many contribute, and one more shows that there is more. */
export const findContributors = async (
  { reads, id, addsOf }: Search,
  place: Place,
  limit: number,
): Promise<Contributors> => {
  const found: { readonly id: EntityId; readonly adds: Adds }[] = [];
  const positions = new Set<number>();
  let cursor = place.cursor;
  let next: Place | null = null;
  let size = Math.min(sizes.most, Math.max(sizes.least, limit + 1));
  do {
    const page: Awaited<ReturnType<ReadStore['entities']>> = await reads.entities(id, {
      limit: size,
      ...(cursor === null ? {} : { cursor }),
    });
    positions.add(page.position);
    const { entities } = page.value;
    for (const [at, adds] of addsOf(entities).entries()) {
      const entity = entities[at]?.id ?? '';
      if (place.after !== null && compareText(toStored(entity), toStored(place.after)) <= 0) continue;
      if (Object.values(adds).every(add => add === 0)) continue;
      if (found.length === limit) return { entities: found, next, positions };
      found.push({ id: entity, adds });
      next = { cursor, after: entity };
    }
    cursor = page.value.nextCursor;
    size = Math.min(sizes.most, size * 2);
    await setImmediate();
  } while (cursor !== null);
  return { entities: found, next: null, positions };
};
