import { randomUUID } from 'node:crypto';

import { ReadStoreUnavailable } from '../errors.ts';
import type { At, ProjectionId, ReadStore } from '../port.ts';
import { checkGeneration } from '../schema.ts';
import { openCatalog } from './catalog.ts';
import { answer, answerWithin, clientOf, databaseOf } from './connection.ts';
import { consistently, type View } from './consistent.ts';
import { openGenerations, type OpenGeneration } from './generations.ts';
import { readParked } from './parked.ts';

export interface MongoReadStoreOptions {
  /** Connection string, `mongodb://…` or `mongodb+srv://…`; its database is `leadfold` unless it names one. */
  readonly url: string;
  /** Operations in one command, 1,000 by default. */
  readonly batchSize?: number;
  /** How long another worker's batch may stay open before this one finishes it, ms; 3,000 by default. */
  readonly patience?: number;
  /** How long a call other than `commit` may take, ms; 4,000 by default. */
  readonly within?: number;
  /** Makes names for batches, unique among all workers. */
  readonly newToken?: () => string;
}

/**
 * Opens a read store on a MongoDB server. Nothing happens until the first call; while the server is away calls are
 * answered by ReadStoreUnavailable, and they work again by themselves when it is back. Any number of processes may share a
 * database.
 *
 * @example
 * const reads = openMongoReadStore({ url: 'mongodb://localhost:27017/leadfold' });
 * @throws MongoParseError when the connection string is malformed
 */
export const openMongoReadStore = (options: MongoReadStoreOptions): ReadStore => {
  const { url, batchSize = 1_000, patience = 3_000, within = 4_000, newToken = randomUUID } = options;
  const client = clientOf(url);
  const db = databaseOf(client, url);
  const catalog = openCatalog(db);
  const generations = openGenerations(db, catalog, { size: batchSize, patience, newToken });
  let closed = false;

  let prepared: Promise<void> | undefined;
  const prepare = (): Promise<void> => {
    if (closed) throw new ReadStoreUnavailable('the read store is closed');
    prepared ??= generations.removeOrphans().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };

  const call = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    answerWithin(within, async signal => {
      await prepare();
      return work(signal);
    });

  const at = <T>(
    id: ProjectionId,
    read: (generation: OpenGeneration, view: View) => Promise<T>,
  ): Promise<At<T>> =>
    call(signal =>
      generations.on(id, generation =>
        consistently(generation.progress, signal, view => read(generation, view)),
      ),
    );

  return {
    generations: name => call(() => catalog.list(name)),
    create: given =>
      call(async () => {
        checkGeneration(given);
        const made = await catalog.create(given);
        await generations.on(made, () => Promise.resolve());
        return made;
      }),
    promote: id =>
      call(async () => {
        for (const before of await catalog.promote(id)) await generations.remove(before);
      }),
    hold: id => call(() => catalog.hold(id)),
    drop: id =>
      call(async () => {
        if (await catalog.drop(id)) await generations.remove(id);
      }),
    checkpoint: id =>
      call(() =>
        generations.on(id, async ({ progress }) => {
          const { position, batch } = await progress.read();
          return { position, batch };
        }),
      ),
    load: async (id, ids) => (await at(id, ({ entities }, view) => entities.load(ids, view))).value,
    commit: (id, batch) =>
      answer(async () => {
        await prepare();
        await generations.on(id, generation => generation.commit(batch));
      }),
    cells: (id, query) => at(id, ({ cells }, view) => cells(query, view)),
    entities: (id, query) => at(id, ({ entities }, view) => entities.page(query, view)),
    findings: id => at(id, ({ entities }, view) => entities.findings(view)),
    due: async (id, before, limit) =>
      (await at(id, ({ entities }, view) => entities.due(before, limit, view))).value,
    parked: async (id, entity) =>
      (await at(id, ({ collections }, view) => readParked(collections, entity, view))).value,
    close: async () => {
      closed = true;
      await client.close();
    },
  };
};
