// Commits large batches in a thread of its own: the thread that folds goes on meanwhile.
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { CheckpointConflict, InvalidRequest, ReadStoreUnavailable, UnknownProjection } from '../errors.ts';
import type { ProjectionId } from '../port.ts';
import { openCatalog } from './catalog.ts';
import { answer, connect } from './connection.ts';
import { generationFiles } from './files.ts';
import { unpackBatch, type PackedBatch } from './prepared.ts';

/** A batch to commit; null ends the thread. */
export type CommitRequest = { readonly id: ProjectionId; readonly batch: PackedBatch } | null;

/** What became of it. An error's class doesn't cross threads, so that it is named. */
export type CommitReply =
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict'; readonly actual: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly rule: string; readonly message: string }
  | { readonly kind: 'away'; readonly message: string }
  /** With the database's code, where it is its error. */
  | { readonly kind: 'failed'; readonly message: string; readonly code?: string };

if (parentPort === null) throw new Error('this is the main module of a thread');
const port = parentPort;

/** Whoever reads and folds the next pages has more to do than this thread, and comes first. Linux alone has priorities of threads. */
const politeness = 10;
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + politeness));

const dir = workerData as string;
const db = connect(join(dir, 'catalog.sqlite'), 'FULL');
const files = generationFiles(dir, openCatalog(db));

const replyFor = (error: unknown): CommitReply => {
  if (error instanceof CheckpointConflict) return { kind: 'conflict', actual: error.actual };
  if (error instanceof UnknownProjection) return { kind: 'unknown' };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof InvalidRequest) return { kind: 'refused', rule: error.rule, message };
  if (error instanceof ReadStoreUnavailable) return { kind: 'away', message };
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return { kind: 'failed', message, ...(code !== undefined && { code }) };
};

port.on('message', (request: CommitRequest) => {
  if (request === null) {
    files.closeAll();
    db.close();
    port.close();
    return;
  }
  const { id, batch } = request;
  answer(() => files.open(id).write(unpackBatch(batch))).then(
    () => port.postMessage({ kind: 'done' } satisfies CommitReply),
    (error: unknown) => port.postMessage(replyFor(error)),
  );
});
