// Keeps the read models in a thread of its own: folding and writing them holds up nobody who is answered meanwhile.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ProjectionStatus } from '../projecting/port.ts';
import { openEngine } from './engine.ts';
import type { ProjectingQuestion, ProjectingReply, ProjectingRequest } from './projecting-protocol.ts';
import type { Settings } from './settings.ts';

if (parentPort === null) throw new Error('this is the main module of a thread');
const port = parentPort;
const reply = (message: ProjectingReply): void => port.postMessage(message);

/** Where processors are scarce, whoever is answered comes first. Linux alone has priorities of threads. */
const politeness = 5;
if (process.platform === 'linux') setPriority(politeness);

const engine = await openEngine(workerData as Settings, {
  log: (level, message, fields = {}) => reply({ level, message, fields }),
});
engine.projector.start();

const answerTo = async ({ wait }: ProjectingQuestion): Promise<readonly ProjectionStatus[] | null> => {
  if (wait === undefined) return engine.projector.status();
  await engine.projector.waitFor(wait.name, wait.position, wait.timeoutMs);
  return null;
};

port.on('message', (request: ProjectingRequest) => {
  if (request === null) {
    void engine.close().finally(() => port.close());
    return;
  }
  // Whoever asked looks for himself then, and sees what is wrong.
  void answerTo(request)
    .catch(() => null)
    .then(status => reply({ id: request.id, status }));
});
