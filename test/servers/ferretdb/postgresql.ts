import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runProgram, runToEnd, type Program, type ProgramOptions } from '../process.ts';

const programs = '/usr/lib/postgresql/15/bin';
const startMs = 60_000;

/** More than the pool of the server above it. */
const settings = {
  max_connections: '450',
  shared_buffers: '256MB',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
  // Processes are killed here, machines aren't.
  fsync: 'off',
} as const;

/** Installs the package where it is missing: Debian's, as root. */
const install = async (): Promise<void> => {
  if (existsSync(programs)) return;
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  await runToEnd('apt-get', ['update'], { environment });
  const packages = ['--no-install-recommends', 'postgresql-15'];
  await runToEnd('apt-get', ['install', '-y', ...packages], { environment });
};

/** PostgreSQL doesn't run as root. */
const unprivileged = (): ProgramOptions['owner'] => {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
};

/** Temporary folders are closed to other users than the one who made them. */
const letThrough = (dir: string): void => {
  for (let path = dir; path.startsWith(`${tmpdir()}/`); path = dirname(path)) chmodSync(path, 0o755);
};

/** Whether the process that works on a folder is this one, and takes connections: another server may have its port. */
const isReady = (dir: string, pid: number | undefined): boolean => {
  try {
    const [working, ...rest] = readFileSync(join(dir, 'data', 'postmaster.pid'), 'utf8').split('\n');
    return Number(working) === pid && rest.some(line => line.trim() === 'ready');
  } catch {
    return false;
  }
};

const accepts = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });

/** Makes the cluster in a folder unless it is there. */
export const preparePostgresql = async (dir: string, log: ProgramOptions['log']): Promise<void> => {
  await install();
  const owner = unprivileged();
  if (existsSync(join(dir, 'data', 'PG_VERSION'))) return;
  mkdirSync(dir, { recursive: true });
  if (owner !== undefined) letThrough(dir);
  const data = join(dir, 'data');
  mkdirSync(data);
  if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
  await runToEnd(
    `${programs}/initdb`,
    ['-D', data, '-A', 'trust', '-U', 'postgres', '--locale=C', '-E', 'UTF8', '--no-sync'],
    { owner, log },
  );
};

/**
 * Starts the cluster in a folder; after a kill it may have to wait for what is left of the one before.
 *
 * @throws Error with its last lines when it doesn't come up
 */
export const startPostgresql = async (
  dir: string,
  port: number,
  log: ProgramOptions['log'],
): Promise<Program> => {
  const args = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const until = performance.now() + startMs;
  for (;;) {
    const server = runProgram(`${programs}/postgres`, ['-D', join(dir, 'data'), ...args], {
      log,
      owner: unprivileged(),
      environment: { LC_ALL: 'C' },
    });
    const over = server.ended.then(() => true);
    for (;;) {
      if (isReady(dir, server.pid) && (await accepts(port))) return server;
      if (await Promise.race([over, pause(50, false)])) break;
    }
    if (performance.now() > until) throw new Error(`PostgreSQL did not start: ${server.tail()}`);
    await pause(200);
  }
};
