import type { Json } from '../domain/event.ts';
import type { EntityId } from '../read-store/port.ts';
import type { EntityNumbers, Numbered } from './entity-numbers.ts';

/** What is kept of an entity: the runner changes it in place, because it does so for every event. */
export interface Kept {
  readonly id: EntityId;
  readonly number: number;
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
  /** The same by its number, which is noted in what is given. */
  readonly of: (one: Numbered) => Kept | undefined;
  /** Keeps an entity's first state until the next `forgetOld` but one at least. */
  readonly begin: (one: Numbered, state: Json) => Kept;
  /** Keeps it for as long again. */
  readonly put: (kept: Kept) => void;
  /** An entity as it is committed. */
  readonly settle: (entity: EntityId, state: Json) => void;
  /** Forgets those that were not put lately, once there are many. Only when nothing is dirty. */
  readonly forgetOld: () => void;
  /** Whether it was put and forgotten. */
  readonly isForgotten: (one: Numbered) => boolean;
}

/**
 * Remembers about `limit` entities between commits, those that were put last: once half as many were put, a new age
 * begins, and what was not put in the last one is forgotten.
 */
export const rememberStandings = (limit: number, numbers: EntityNumbers): Standings => {
  /** By number; null where one is forgotten. Without gaps, so that it stays a list and doesn't become a table. */
  const known: (Kept | null | undefined)[] = [];
  let [old, young]: [Kept[], Kept[]] = [[], []];
  let age = 0;

  const get = (entity: EntityId): Kept | undefined => {
    const number = numbers.find(entity);
    return number === undefined ? undefined : (known[number] ?? undefined);
  };

  const put = (kept: Kept): void => {
    if (kept.age === age) return;
    kept.age = age;
    while (known.length <= kept.number) known.push(undefined);
    known[kept.number] = kept;
    young.push(kept);
  };

  const begin = (one: Numbered, state: Json): Kept => {
    const { entity: id } = one;
    const kept: Kept = { id, number: numbers.note(one), state, counted: undefined, dirty: true, age: -1 };
    put(kept);
    return kept;
  };

  return {
    get,
    of: one => known[numbers.note(one)] ?? undefined,
    begin,
    put,
    settle: (id, state) => {
      const kept = get(id) ?? begin({ entity: id }, state);
      kept.state = kept.counted = state;
      kept.dirty = false;
      put(kept);
    },
    forgetOld: () => {
      if (young.length * 2 < limit) return;
      for (const kept of old) if (kept.age !== age) known[kept.number] = null;
      [old, young] = [young, []];
      age++;
    },
    isForgotten: one => known[numbers.note(one)] === null,
  };
};
