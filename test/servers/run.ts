import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countsBySuite, type JestResults } from './counts.ts';
import type { RunningServer } from './running-server.ts';
import { serverKinds, type ServerKind } from './servers.ts';

/**
 * Starts the servers that the `*.server.spec.ts` suites need, runs the suites, and stops the servers. Arguments go to Jest.
 * A server whose address is in the environment is used as it is.
 */
const folder = mkdtempSync(join(tmpdir(), 'leadfold-servers-'));
const jest = new URL('../../node_modules/jest/bin/jest.js', import.meta.url).pathname;
const config = new URL('jest.config.js', import.meta.url).pathname;
const results = join(folder, 'results.json');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const start = async ({ name, variable, suites, start: begin }: ServerKind): Promise<RunningServer | null> => {
  if ((process.env[variable] ?? '') !== '') {
    say(`${name}: the server that ${variable} says`);
    return null;
  }
  const since = performance.now();
  const server = await begin({ dir: join(folder, suites) });
  say(
    `${name}: started in ${((performance.now() - since) / 1_000).toFixed(1)} s, ${server.env[variable] ?? ''}`,
  );
  return server;
};

const test = async (env: Readonly<Record<string, string>>): Promise<number> => {
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', jest];
  const options = ['--config', config, '--json', '--outputFile', results, ...process.argv.slice(2)];
  // Its answer as JSON would go to standard output too.
  const child = spawn(process.execPath, [...flags, ...options], {
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
};

let running: readonly (RunningServer | null)[] = [];
try {
  const begun = await Promise.allSettled(serverKinds.map(start));
  running = begun.map(each => (each.status === 'fulfilled' ? each.value : null));
  for (const each of begun) if (each.status === 'rejected') throw each.reason;
  process.exitCode = await test(
    Object.assign({}, ...running.map(server => server?.env ?? {})) as Record<string, string>,
  );
  const found = JSON.parse(readFileSync(results, 'utf8')) as JestResults;
  for (const [suite, { passed, failed, skipped }] of countsBySuite(
    found,
    serverKinds.map(({ suites }) => suites),
  ))
    say(`${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
} finally {
  await Promise.all(running.map(async server => server?.stop()));
  rmSync(folder, { recursive: true, force: true });
}
