// Brings the log's main file up to date in a thread of its own: appends go on beside it.
import { parentPort, workerData } from 'node:worker_threads';
import { checkpointer } from './checkpoints.ts';
import { openLog } from './schema.ts';

if (parentPort === null) throw new Error('this is the main module of a thread');
const port = parentPort;
const checkpoint = checkpointer(openLog(workerData as string));

port.on('message', () => {
  checkpoint();
  port.postMessage(null);
});
