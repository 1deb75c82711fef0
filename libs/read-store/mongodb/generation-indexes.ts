import type { Collection, CreateIndexesOptions, IndexDescription } from 'mongodb';

import type { Shape } from '../shape.ts';
import type { Collections } from './collections.ts';
import { isMissingCollection } from './server-errors.ts';
import { field } from './values.ts';

type Index = IndexDescription & Required<Pick<CreateIndexesOptions, 'name'>>;

/** What the queries use. A name ends with the version of its index: a changed index gets another name. */
const wanted = (shape: Shape): { readonly [part in 'cells' | 'entities' | 'parked']: readonly Index[] } => ({
  cells: [{ name: 'spans_v1', key: { t: 1, on: 1, grain: 1, bucket: 1 } }],
  entities: [
    { name: 'batch_v1', key: { batch: 1 } },
    { name: 'due_v1', key: { due: 1, _id: 1 } },
    { name: 'odd_v1', key: { odd: 1, _id: 1 } },
    ...shape.indexes.map((_, at) => ({ name: `i${at}_v1`, key: { [field('i', at)]: 1, _id: 1 } })),
  ],
  parked: [{ name: 'entity_v1', key: { entity: 1 } }],
});

/** Makes the indexes that are missing, and drops those of other versions. */
export const ensureIndexes = async (collections: Collections, shape: Shape): Promise<void> => {
  const { cells, entities, parked } = wanted(shape);
  await ensure(collections.cells, cells);
  await ensure(collections.entities, entities);
  await ensure(collections.parked, parked);
};

/** Makes a collection's indexes that are missing, and drops all others. */
export const ensure = async <T extends object>(
  collection: Collection<T>,
  indexes: readonly Index[],
): Promise<void> => {
  const there = await namesIn(collection);
  const missing = indexes.filter(({ name }) => !there.has(name));
  // Only those: asked for one that is there, some servers fall over.
  if (missing.length > 0) await collection.createIndexes(missing);
  const kept = new Set(['_id_', ...indexes.map(({ name }) => name)]);
  for (const name of there) if (!kept.has(name)) await collection.dropIndex(name);
};

const namesIn = async <T extends object>(collection: Collection<T>): Promise<ReadonlySet<string>> => {
  try {
    const found: readonly { readonly name?: unknown }[] = await collection.listIndexes().toArray();
    return new Set(found.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
  } catch (error) {
    if (isMissingCollection(error)) return new Set();
    throw error;
  }
};
