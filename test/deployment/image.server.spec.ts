import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { freePort } from '../e2e/cli-child.ts';
import { bumpLib, pagesProjection, written } from '../e2e/definitions-files.ts';
import { send } from '../e2e/http-server.ts';
import { copyOf, last, listOf, restsOf, root, stageNamed, type Stage } from './dockerfile.ts';

// The image can't be built where there is no Docker engine. These specs take the Dockerfile's own steps in a folder.
jest.setTimeout(900_000);

const asRoot = process.getuid?.() === 0;
const nobody = asRoot ? { uid: 65_534, gid: 65_534 } : {};
if (!asRoot) process.stderr.write('not as another user: only root can start a process as one\n');

const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const run = (
  command: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv,
  user = {},
): Promise<Ran> =>
  new Promise(done => {
    const [program = '', ...words] = command;
    execFile(program, words, { cwd, env: environment, ...user, maxBuffer: 1e8 }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
  });

/** The Node that the image has is the one that the packages bring. */
const path = `${dirname(resolve(root, 'node_modules/node/bin/node'))}:${process.env['PATH'] ?? ''}`;
const node = resolve(root, 'node_modules/node/bin/node');

/** Takes the steps of a stage: files of the repository, then its commands. */
const build = async (stage: Stage): Promise<string> => {
  const directory = join(folder.path, stage.name!);
  mkdirSync(directory);
  for (const { name, rest } of stage.instructions) {
    if (name === 'COPY') {
      const { sources, target } = copyOf(rest);
      for (const source of sources)
        cpSync(join(root, source), join(directory, target === './' ? source : target), {
          recursive: true,
          filter: file => !file.endsWith('.spec.ts'),
        });
    }
    if (name === 'RUN') {
      const { code, err } = await run(['sh', '-ec', rest], directory, { ...process.env, PATH: path });
      expect([rest, code, code === 0 ? '' : err.slice(-2_000)]).toEqual([rest, 0, '']);
    }
  }
  return directory;
};

describe('what the Dockerfile builds', () => {
  let app: string;
  let data: string;
  let environment: Record<string, string>;
  let running: ChildProcess | null = null;

  beforeAll(async () => {
    // The commands of these stages touch nothing outside of their folder.
    for (const name of ['build', 'packages'])
      expect(restsOf(stageNamed(name), 'RUN').filter(command => /(^|\s)\//.test(command))).toEqual([]);
    const made = { build: await build(stageNamed('build')), packages: await build(stageNamed('packages')) };
    app = join(folder.path, 'app');
    mkdirSync(app);
    for (const { from, sources, target } of restsOf(last, 'COPY').map(copyOf))
      for (const source of sources)
        cpSync(
          from === null
            ? join(root, source)
            : join(made[from as keyof typeof made], source.replace('/app/', '')),
          join(app, target === './' ? basename(source) : target),
          { recursive: true },
        );
    data = join(folder.path, 'data');
    mkdirSync(data);
    chmodSync(folder.path, 0o755);
    if (asRoot) chownSync(data, nobody.uid!, nobody.gid!);
    const given = restsOf(last, 'ENV').flatMap(rest => rest.split(' ').map(pair => pair.split('=')));
    environment = {
      PATH: path,
      ...(Object.fromEntries(given) as Record<string, string>),
      LEADFOLD_DATA: data,
      LEADFOLD_PORT: await freePort(),
    };
  });
  afterAll(() => {
    running?.kill('SIGKILL');
  });

  const entrypoint = (): readonly string[] => [node, ...listOf(restsOf(last, 'ENTRYPOINT')[0]!).slice(1)];
  const command = (words: readonly string[], more: Record<string, string> = {}): Promise<Ran> =>
    run([...entrypoint(), ...words], app, { ...environment, ...more }, nobody);
  const health = (): Promise<Ran> =>
    run([node, ...listOf(restsOf(last, 'HEALTHCHECK')[0]!).slice(1)], app, environment, nobody);

  it('has packages to run with, and none to build with', () => {
    const packages = readdirSync(join(app, 'node_modules'));
    for (const needed of ['better-sqlite3', 'fastify', 'mongodb', 'kafkajs'])
      expect(packages).toContain(needed);
    for (const odd of ['typescript', 'jest', 'eslint', 'prettier', 'node', '.bin'])
      expect(packages).not.toContain(odd);
    expect(existsSync(join(app, 'node_modules/@nestjs/cli'))).toBe(false);
    expect(readdirSync(app).sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json']);
  });

  it('serves nobody without API keys, and says how to get one', async () => {
    const { code, err } = await command(listOf(restsOf(last, 'CMD')[0]!));
    expect(code).toBe(2);
    expect(err).toMatch(/refusing to listen on 0\.0\.0\.0: .*leadfold keys new/);
    expect(readdirSync(data)).toEqual([]);
  });

  it('is healthy once it runs as another user with a key, and ends when it is told', async () => {
    const made = await command(['keys', 'new', '--name', 'ops', '--scope', 'admin', '--json']);
    const { key, entry } = JSON.parse(made.out) as { key: string; entry: string };
    expect((await health()).code).toBe(1);

    const [program = '', ...words] = [...entrypoint(), ...listOf(restsOf(last, 'CMD')[0]!)];
    const env = { ...environment, LEADFOLD_API_KEYS: entry };
    const server = spawn(program, words, { cwd: app, env, stdio: 'ignore', ...nobody });
    running = server;
    const ended = new Promise(done => server.once('exit', done));
    for (let n = 0; n < 300 && (await health()).code !== 0; n++)
      await new Promise(wake => setTimeout(wake, 100));
    expect((await health()).code).toBe(0);

    const url = `http://127.0.0.1:${environment['LEADFOLD_PORT']!}`;
    const headers = { authorization: `Bearer ${key}`, host: 'leadfold.example' };
    const { status, json: lead } = await send(`${url}/v1/leads`, {
      body: { email: 'ann@example.org' },
      headers,
    });
    expect(status).toBe(201);
    expect((await send(`${url}/v1/funnel?atLeast=${lead.position}`, { headers })).status).toBe(200);
    expect((await send(`${url}/v1/funnel`, {})).status).toBe(401);
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
    running = null;
    expect((await command(['verify'])).out).toMatch(/^ok: /);
  });

  it('takes a projection that a user brings', async () => {
    const file = written(data, {
      'mine/pages-seen.projection.ts': pagesProjection(),
      'shared/bump.ts': bumpLib,
    });
    const added = await command(['projections', 'add', file]);
    expect([added.code, added.err]).toEqual([0, expect.stringContaining('pages-seen')]);
  });
});
