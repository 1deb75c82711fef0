// A thread between the program and the processes of definitions. Because it waits for them in its own event loop, the
// program may wait for it at once or later, as it likes.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { workerData } from 'node:worker_threads';
import type { Asked, BridgeData } from './bridge.ts';
import { ownModule } from './own-module.ts';
import { bounds, heapMb, repliesFd, requestsFd, tracePrefix, type Ended } from './protocol.ts';

const { port, answered } = workerData as BridgeData;

/** A process under way, and what it works on. */
interface Running {
  readonly process: ChildProcess;
  readonly send: (line: string) => void;
  waiting: Asked[];
  timer?: NodeJS.Timeout;
  at: number | null;
  overdue: boolean;
}

const running = new Map<string, Running>();
const answer = (id: number, text: string): void => {
  port.postMessage({ id, text });
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
};

/** Gives the first that waits its time. */
const watch = (child: Running): void => {
  clearTimeout(child.timer);
  child.at = null;
  const [first] = child.waiting;
  if (first === undefined) return;
  child.timer = setTimeout(() => {
    child.overdue = true;
    child.process.kill('SIGKILL');
  }, first.within);
};

const onLine = (child: Running, line: string): void => {
  if (line.startsWith(tracePrefix)) {
    child.at = Number(line.slice(tracePrefix.length));
    return;
  }
  const done = child.waiting.shift();
  if (done !== undefined) answer(done.id, line);
  watch(child);
};

const start = (key: string, entry: string): Running => {
  const process_ = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${heapMb}`,
      fileURLToPath(ownModule('child')),
      entry,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: {} },
  );
  const requests = process_.stdio[requestsFd] as Writable;
  // One that has ended says so by its exit.
  requests.on('error', () => undefined);
  const child: Running = {
    process: process_,
    send: line => void requests.write(`${line}\n`),
    waiting: [],
    at: null,
    overdue: false,
  };
  const lines = createInterface({ input: process_.stdio[repliesFd] as Readable });
  lines.on('line', line => onLine(child, line));
  process_.on('error', () => end(key, child));
  process_.on('close', () => end(key, child));
  running.set(key, child);
  return child;
};

const end = (key: string, child: Running): void => {
  clearTimeout(child.timer);
  if (running.get(key) === child) running.delete(key);
  const ended: Ended = { ended: child.overdue ? 'time' : 'memory', at: child.at };
  for (const { id } of child.waiting.splice(0)) answer(id, JSON.stringify(ended));
};

port.on('message', (asked: Asked) => {
  const { key, entry, line } = asked;
  const found = running.get(key);
  if (line === null) {
    found?.process.kill('SIGKILL');
    answer(asked.id, 'null');
    return;
  }
  // The request that the process began with is repeated for one that has to be started again.
  const child = found ?? start(key, entry);
  if (found === undefined && asked.hello !== null) {
    child.waiting.push({ ...asked, id: 0, within: bounds.load });
    child.send(asked.hello);
  }
  child.waiting.push(asked);
  child.send(line);
  if (child.waiting.length === (found === undefined && asked.hello !== null ? 2 : 1)) watch(child);
});
