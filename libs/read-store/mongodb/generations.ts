import { MongoServerError, type Db } from 'mongodb';

import { UnknownProjection } from '../errors.ts';
import type { ProjectionId } from '../port.ts';
import { totalsOf } from '../summaries.ts';
import type { Catalog } from './catalog.ts';
import { cellReader } from './cells.ts';
import {
  collectionsOf,
  dropCollections,
  generationsWithCollections,
  type Collections,
} from './collections.ts';
import { committer, type CommitOptions } from './committing.ts';
import { entityReader, type EntityReader } from './entities.ts';
import { ensureIndexes } from './generation-indexes.ts';
import { progressOf, type Progress } from './progress.ts';

/** What works on one generation. */
export interface OpenGeneration {
  readonly collections: Collections;
  readonly progress: Progress;
  readonly entities: EntityReader;
  readonly cells: ReturnType<typeof cellReader>;
  readonly commit: ReturnType<typeof committer>;
}

/** The generations' collections: made when first used, dropped with them. */
export interface Generations {
  /** Runs work on a generation. @throws UnknownProjection */
  on<T>(id: ProjectionId, work: (generation: OpenGeneration) => Promise<T>): Promise<T>;
  remove(id: ProjectionId): Promise<void>;
  /** Drops collections of generations that are not on the list: a crash between the two leaves them. */
  removeOrphans(): Promise<void>;
}

export const openGenerations = (db: Db, catalog: Catalog, options: CommitOptions): Generations => {
  const open = new Map<string, Promise<OpenGeneration>>();
  const keyOf = ({ name, generation }: ProjectionId): string => `${name}.${generation}`;

  const make = async (id: ProjectionId): Promise<OpenGeneration> => {
    const generation = await catalog.find(id);
    if (generation === null) throw new UnknownProjection(id);
    const totals = totalsOf(generation.schema);
    const [{ shape }] = totals;
    const collections = collectionsOf(db, id);
    const progress = progressOf(collections, id);
    await ensureIndexes(collections, shape);
    await progress.begin();
    return {
      collections,
      progress,
      entities: entityReader(collections, shape),
      cells: cellReader(collections, totals),
      commit: committer(collections, id, totals, progress, options),
    };
  };

  const opened = (id: ProjectionId): Promise<OpenGeneration> => {
    const key = keyOf(id);
    const known = open.get(key);
    if (known) return known;
    const fresh = make(id);
    open.set(key, fresh);
    fresh.catch(() => open.delete(key));
    return fresh;
  };

  const remove = async (id: ProjectionId): Promise<void> => {
    open.delete(keyOf(id));
    await dropCollections(db, id);
  };

  return {
    on: async (id, work) => {
      try {
        return await work(await opened(id));
      } catch (error) {
        // Servers word it in many ways that collections vanish under a command.
        if (!(error instanceof UnknownProjection || error instanceof MongoServerError)) throw error;
        if ((await catalog.find(id)) !== null) {
          if (error instanceof UnknownProjection) open.delete(keyOf(id));
          throw error;
        }
        // What this process wrote in ignorance may have made its collections anew.
        if (open.has(keyOf(id))) await remove(id);
        throw new UnknownProjection(id);
      }
    },
    remove,
    removeOrphans: async () => {
      const found = await generationsWithCollections(db);
      const known = new Set((await catalog.list()).map(keyOf));
      for (const each of found) if (!known.has(keyOf(each))) await remove(each);
    },
  };
};
