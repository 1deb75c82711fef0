// Watches the program from beside it: code that never comes back can't be interrupted from within.
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WatchdogData } from './watchdog.ts';

const { file, beats, within, memoryMb } = workerData as WatchdogData;
const look = 250;

const endProcess = (why: string): void => {
  writeSync(
    2,
    `\nleadfold: ${file} ${why}; the import was ended. What was appended stays; mend it and run again\n`,
  );
  process.kill(process.pid, 'SIGKILL');
};

let seen = -1;
let since = performance.now();
setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now !== seen) [seen, since] = [now, performance.now()];
  if (performance.now() - since > within) endProcess(`did not come back within ${within / 1_000} s`);
  if (process.memoryUsage.rss() > memoryMb * 1e6) endProcess(`takes more than ${memoryMb} MB of memory`);
}, look);
