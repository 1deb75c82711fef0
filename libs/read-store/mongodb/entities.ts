import type { Json } from '../../domain/event.ts';
import { checkLimit, planPage } from '../pages.ts';
import type { Entity, EntityId, EntityPage, EntityQuery, QualityFinding } from '../port.ts';
import type { Shape } from '../shape.ts';
import { fromStored, toStored } from '../text.ts';
import type { Collections } from './collections.ts';
import type { View } from './consistent.ts';
import { orderOf, pageSearch, sortOf, type Found, type Search } from './searching.ts';
import { fromField } from './values.ts';
import { askedAtOnce, pieces } from './writes.ts';

/** What answers questions about the entities of one generation. */
export interface EntityReader {
  load(ids: readonly EntityId[], view: View): Promise<ReadonlyMap<EntityId, Entity>>;
  page(query: EntityQuery, view: View): Promise<EntityPage>;
  findings(view: View): Promise<readonly Entity[]>;
  due(before: number, limit: number, view: View): Promise<readonly Entity[]>;
}

export const entityReader = ({ entities }: Pick<Collections, 'entities'>, shape: Shape): EntityReader => {
  const find = async (search: Search, { closed, quiet }: View): Promise<readonly Found[]> => {
    const limit = search.limit ?? 0;
    const options = { sort: sortOf(search, ''), limit, projection: { was: 0 } };
    if (quiet) {
      const found = await entities.find(search.filter(''), options).toArray();
      return found.map(document => ({ id: document._id, version: document }));
    }
    // In this order: one that the next batch overtakes in between is found by both, and not by neither.
    const present = await entities.find({ ...search.filter(''), batch: { $lte: closed } }, options).toArray();
    const overtaken = await entities
      .find(
        { batch: closed + 1, older: true, ...search.filter('was.') },
        { sort: sortOf(search, 'was.'), limit, projection: { was: 1 } },
      )
      .toArray();
    const found = new Map<string, Found>();
    for (const document of present) found.set(document._id, { id: document._id, version: document });
    for (const { _id, was } of overtaken) if (was !== null) found.set(_id, { id: _id, version: was });
    return [...found.values()].sort(orderOf(search)).slice(0, search.limit);
  };

  return {
    load: async (ids, { closed }) => {
      const loaded = new Map<EntityId, Entity>();
      for (const some of pieces([...new Set(ids.map(toStored))], askedAtOnce))
        for (const document of await entities.find({ _id: { $in: [...some] } }).toArray()) {
          const version = document.batch <= closed ? document : document.was;
          if (version !== null) loaded.set(fromStored(document._id), toEntity({ id: document._id, version }));
        }
      return loaded;
    },
    page: async (query, view) => {
      const plan = planPage(shape.indexes, query);
      const { limit, cursorAt } = plan;
      const search = pageSearch(plan);
      const found = await find(search, view);
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const value = last && search.by !== null ? fromField(last.version[search.by]) : null;
      return {
        entities: shown.map(toEntity),
        nextCursor: last && found.length > limit ? cursorAt(value, fromStored(last.id)) : null,
      };
    },
    findings: async view => {
      const odd: Search = { filter: at => ({ [`${at}odd`]: true }), by: null, descending: false };
      return (await find(odd, view)).map(toEntity);
    },
    due: async (before, limit, view) => {
      checkLimit(limit);
      // There is no infinity in JSON, nor in databases that are built on it.
      const instant = Math.max(-Number.MAX_SAFE_INTEGER, Math.min(before, Number.MAX_SAFE_INTEGER));
      const filter: Search['filter'] = at => ({ [`${at}due`]: { $lte: instant } });
      return (await find({ filter, by: 'due', descending: false, limit }, view)).map(toEntity);
    },
  };
};

const toEntity = ({ id, version: { state, due, quality } }: Found): Entity => ({
  id: fromStored(id),
  state: JSON.parse(state) as Json,
  due,
  quality: quality === null ? [] : (JSON.parse(quality) as QualityFinding[]),
});
