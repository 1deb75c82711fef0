import { setTimeout } from 'node:timers/promises';

import { deltaReader } from '../deltas.ts';
import { CheckpointConflict, InvalidRequest } from '../errors.ts';
import type { Batch, ProjectionId } from '../port.ts';
import type { Summary } from '../summaries.ts';
import { apply } from './applying.ts';
import { cellWrites } from './cell-writes.ts';
import type { Collections } from './collections.ts';
import type { BatchDocument } from './documents.ts';
import { entityVersions, entityWrites } from './entity-writes.ts';
import { parkedWrites } from './parked-writes.ts';
import type { Progress } from './progress.ts';
import { stagingOf } from './staging.ts';
import { parts, type Planning, type Writes } from './writes.ts';

export interface CommitOptions {
  /** Operations in one command. */
  readonly size: number;
  /** How long another worker's batch may stay open before this one finishes it, ms. */
  readonly patience: number;
  readonly newToken: () => string;
}

/** How often to look whether another worker has closed its batch, ms. */
const look = { first: 5, most: 250 } as const;

/**
 * Commits batches to one generation. Batch n is worked out and staged, claimed (one worker gets the number, and what is
 * staged is what the batch is), written, and closed. Readers don't see it until then. Whoever finds a claimed batch that
 * isn't closed writes what is staged: the same, whether its worker is dead, slow or alive.
 */
export const committer = (
  collections: Collections,
  id: ProjectionId,
  totals: readonly [Summary, ...Summary[]],
  progress: Progress,
  { size, patience, newToken }: CommitOptions,
): ((batch: Batch) => Promise<void>) => {
  const [{ shape }] = totals;
  const read = deltaReader(shape);
  const staging = stagingOf(collections);
  /** Batches of this process that it could not finish: nobody else is at them. */
  const abandoned = new Set<string>();

  const finish = async ({ _id: number, token, parts: count }: BatchDocument): Promise<void> => {
    const writes = await staging.get(token, count);
    // Not there: its worker has closed the batch just now.
    if (writes !== null) await apply(collections, number, writes, size);
    await progress.close(number);
    await staging.clear(number);
    abandoned.delete(token);
  };

  /** Waits until another worker has closed its batch, or closes it. */
  const settle = async (pending: BatchDocument): Promise<void> => {
    const since = performance.now();
    for (let delay: number = look.first; ; delay = Math.min(look.most, delay * 2)) {
      if (abandoned.has(pending.token) || performance.now() - since >= patience) return finish(pending);
      await setTimeout(delay);
      if ((await progress.read()).batch >= pending._id) return;
    }
  };

  const conflict = async (follows: number): Promise<CheckpointConflict> =>
    new CheckpointConflict(id, follows, (await progress.read()).batch);

  return async batch => {
    if (!Number.isSafeInteger(batch.position))
      throw new InvalidRequest('position', `position must be a safe integer, not ${batch.position}`);
    const additions = batch.cells.map(read);
    const versions = entityVersions(shape, batch.entities);
    const now = await progress.read();
    if (now.pending !== null) await settle(now.pending);
    if (now.pending !== null || now.batch !== batch.follows) throw await conflict(batch.follows);
    if (batch.position < now.position)
      throw new InvalidRequest(
        'position',
        `${id.name} is at position ${now.position} and can't go back to ${batch.position}`,
      );

    const number = now.batch + 1;
    const at: Planning = {
      closed: now.batch,
      ahead: () => new CheckpointConflict(id, batch.follows, number),
    };
    const writes: Writes = {
      cells: await cellWrites(collections, totals, additions, at),
      entities: await entityWrites(collections, versions, at),
      parked: await parkedWrites(collections, batch, at),
    };
    const empty = parts.every(part => writes[part].length === 0);
    const token = newToken();
    const count = empty ? 0 : await staging.put(token, number, writes);
    const { position } = batch;
    try {
      const claim = { _id: number, closed: empty, from: now.position, position, token, parts: count };
      if (await progress.claim(claim)) {
        if (!empty) await apply(collections, number, writes, size);
        await progress.close(number);
        if (!empty) await staging.clear(number);
        return;
      }
    } catch (error) {
      // Whether it was claimed is not known; if it was, the next commit finishes it.
      abandoned.add(token);
      throw error;
    }
    await staging.remove(token, count);
    const { pending } = await progress.read();
    if (pending !== null) await settle(pending);
    throw await conflict(batch.follows);
  };
};
