import type { Db } from 'mongodb';

import { ReadStoreUnavailable } from '../errors.ts';
import type { At, ProjectionId, ReadStore } from '../port.ts';
import { checkGeneration } from '../schema.ts';
import { openCatalog } from './catalog.ts';
import type { CommitOptions } from './committing.ts';
import { answer, answerWithin } from './connection.ts';
import { consistently, type View } from './consistent.ts';
import { openGenerations, type OpenGeneration } from './generations.ts';
import { readParked } from './parked.ts';

export interface StoreOptions extends CommitOptions {
  /** How long a call other than `commit` may take, ms. */
  readonly within: number;
  /** Lets go of the connection. */
  readonly disconnect: () => Promise<void>;
}

/** A read store in a database. */
export const storeIn = (db: Db, { within, disconnect, ...options }: StoreOptions): ReadStore => {
  const catalog = openCatalog(db);
  const generations = openGenerations(db, catalog, options);
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
      await disconnect();
    },
  };
};
