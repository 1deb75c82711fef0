#!/usr/bin/env node
import { exit } from './exit.ts';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `leadfold: this is Node ${process.versions.node}, and Leadfold runs on Node 24, which is in its node_modules; start it by npx or npm run\n`,
  );
  process.exit(exit.failed);
}

// Not before the check: older versions can't even load it.
const { run } = await import('./run.ts');

const stop = new AbortController();

// Nobody reads the results any more (`| head`): end as if all had been read.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exit.done : exit.failed);
});
process.stderr.on('error', () => undefined);

const interrupt = (): void => {
  if (stop.signal.aborted) process.exit(exit.stopped);
  stop.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

const code = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  signal: stop.signal,
});
// What is left on the event loop (a watch, a keep-alive connection) is nobody's concern any more.
process.exit(code);
