// Writes to the log in a thread of its own: the thread that answers goes on while the disk syncs.
import { parentPort, workerData } from 'node:worker_threads';
import { checkpoints } from './checkpoints.ts';
import { openLog } from './schema.ts';
import { groupWriter, type Call } from './write-group.ts';

/** A group to write; null ends the thread. */
export type CommitRequest = { readonly calls: readonly Call[]; readonly now: number } | null;

if (parentPort === null) throw new Error('this is the main module of a thread');
const port = parentPort;
const db = openLog(workerData as string);
const write = groupWriter(db);
const { committed, close } = checkpoints(db);

port.on('message', (request: CommitRequest) => {
  if (request !== null) {
    port.postMessage(write(request.calls, request.now));
    committed();
    return;
  }
  void close().finally(() => {
    db.close();
    port.close();
  });
});
