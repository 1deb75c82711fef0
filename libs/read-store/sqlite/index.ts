import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { ReadStoreUnavailable } from '../errors.ts';
import type { ProjectionId, ReadStore } from '../port.ts';
import { checkGeneration } from '../schema.ts';
import { openCatalog } from './catalog.ts';
import { commitThread } from './commit-elsewhere.ts';
import { answer, connect } from './connection.ts';
import { generationFiles, removeOrphans } from './files.ts';
import type { PackedBatch } from './prepared.ts';

export interface SqliteReadStoreOptions {
  readonly dir: string;
  /** Entities and cells from which on a batch is committed in a thread; a smaller one takes no longer here than on its way. */
  readonly largeBatch?: number;
  /** How long a writer waits for another, ms; batches that a thread commits wait 5 s in any case. */
  readonly busyMs?: number;
}

/**
 * Opens the embedded read store in a folder, which is made if it is not there. Several processes may have it open; they
 * see each other's commits and swaps at their next call. A writer waits up to 5 s for another, unless told otherwise. Large batches are committed in a
 * thread of their own.
 *
 * @example
 * const reads = openSqliteReadStore({ dir: 'data/read' });
 */
export const openSqliteReadStore = ({
  dir,
  largeBatch = 2_000,
  busyMs = 5_000,
}: SqliteReadStoreOptions): ReadStore => {
  // For its owner alone: states hold personal data.
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const db = connect(join(dir, 'catalog.sqlite'), 'FULL', busyMs);
  const catalog = openCatalog(db);
  const files = generationFiles(dir, catalog, busyMs);
  removeOrphans(dir, catalog);
  const elsewhere = commitThread(dir);

  const call = <T>(work: () => T): Promise<T> =>
    answer(() => {
      if (!db.open) throw new ReadStoreUnavailable('the read store is closed');
      return work();
    });

  /** Of what goes live empty, lists are hardly read before it has caught up. */
  const indexFilled = (id: ProjectionId): void => {
    const generation = files.open(id);
    if (generation.checkpoint().batch > 0) generation.index();
  };

  return {
    generations: name => call(() => catalog.list(name)),
    create: given =>
      call(() => {
        checkGeneration(given);
        return catalog.create(given);
      }),
    promote: id =>
      call(() => {
        indexFilled(id);
        catalog.promote(id).forEach(old => files.remove(old));
      }),
    hold: id =>
      call(() => {
        indexFilled(id);
        catalog.hold(id);
      }),
    drop: id =>
      call(() => {
        catalog.drop(id);
        files.remove(id);
      }),
    checkpoint: id => call(() => files.open(id).checkpoint()),
    load: (id, ids) => call(() => files.open(id).entities.load(ids)),
    commit: (id, batch) => {
      const pack = (): Promise<PackedBatch> => call(() => files.open(id).pack(batch));
      if (batch.entities.length + batch.cells.length >= largeBatch) return elsewhere.commit(id, pack);
      return call(() => {
        const generation = files.open(id);
        generation.write(generation.prepare(batch));
      });
    },
    cells: (id, query) =>
      call(() => {
        const generation = files.open(id);
        return generation.at(() => generation.cells(query));
      }),
    entities: (id, query) =>
      call(() => {
        const generation = files.open(id);
        generation.index();
        return generation.at(() => generation.entities.page(query));
      }),
    findings: id =>
      call(() => {
        const generation = files.open(id);
        generation.index();
        return generation.at(() => generation.entities.findings());
      }),
    due: (id, before, limit) =>
      call(() => {
        const generation = files.open(id);
        generation.index();
        return generation.entities.due(before, limit);
      }),
    parked: (id, entity) => call(() => files.open(id).parked(entity)),
    close: async () => {
      await elsewhere.close();
      return answer(() => {
        files.closeAll();
        db.close();
      });
    },
  };
};
