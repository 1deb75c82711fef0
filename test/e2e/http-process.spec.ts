import { describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import { send } from './http-server.ts';

const program = absolute('dist/apps/server/main.js');
const built = existsSync(program);
if (!built) process.stderr.write(`skipped: ${program} is not built\n`);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

interface Running {
  readonly child: ChildProcess;
  /** The text that the program has written to stderr. */
  readonly said: () => string;
  readonly ended: Promise<readonly [code: number | null, signal: string | null]>;
}

const start = (environment: Readonly<Record<string, string>>): Running => {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    child,
    said: () => text,
    ended: new Promise(resolve => child.once('close', (code, signal) => resolve([code, signal]))),
  };
};

const until = async (holds: () => boolean): Promise<void> => {
  for (let n = 0; n < 600 && !holds(); n++) await new Promise(wake => setTimeout(wake, 25));
  expect(holds()).toBe(true);
};

const withFolder = async (run: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

(built ? describe : describe.skip)('the server as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends well on %s, and has kept what it answered for',
    async signal => {
      await withFolder(async folder => {
        const port = await freePort();
        const environment = { LEADFOLD_DATA: folder, LEADFOLD_PORT: String(port) };
        const url = `http://127.0.0.1:${port}`;
        const first = start(environment);
        await until(() => first.said().includes(url));
        const { json: made } = await send(`${url}/v1/leads`, { body: { id: 'ann' } });
        first.child.kill(signal);
        expect(await first.ended).toEqual([0, null]);

        const second = start(environment);
        await until(() => second.said().includes(url));
        const { json: page } = await send(`${url}/v1/events?leadId=ann`, {});
        second.child.kill(signal);
        expect(page.data.map(event => event.position)).toEqual([made.position]);
        expect(await second.ended).toEqual([0, null]);
      });
    },
  );

  it('refuses a host that others can reach, in a sentence', async () => {
    await withFolder(async folder => {
      const running = start({ LEADFOLD_DATA: folder, LEADFOLD_HOST: '0.0.0.0' });
      expect(await running.ended).toEqual([1, null]);
      expect(running.said()).toMatch(/^refusing to listen on 0\.0\.0\.0: .*API keys.*\n$/);
    });
  });

  it('says what is wrong with its settings, without a stack', async () => {
    await withFolder(async folder => {
      const running = start({ LEADFOLD_DATA: folder, LEADFOLD_PORT: 'eighty' });
      expect(await running.ended).toEqual([1, null]);
      expect(running.said()).toContain('LEADFOLD_PORT');
      expect(running.said()).not.toMatch(/\n\s+at /);
    });
  });
});
