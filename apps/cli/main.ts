#!/usr/bin/env node
import { exit } from './exit.ts';
import { run } from './run.ts';

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
