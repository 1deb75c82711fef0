import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, leadfold, newFolder, start, type Child, type Ended } from './cli-child.ts';
import { send } from './http-server.ts';

const folder = newFolder();
const file = join(folder, 'keys');
afterAll(() => rmSync(folder, { recursive: true }));

const made = async (...words: readonly string[]): Promise<Ended> => leadfold(['keys', 'new', ...words]);

describe('leadfold keys new', () => {
  it('prints the key once and the entry that the server is given, which does not hold it', async () => {
    const { code, out, err } = await made('--name', 'shop', '--scope', 'read,write');
    expect(code).toBe(0);
    const [, key, hash] = /^key {4}(lf_\S{43})\nentry {2}shop:read\+write:sha256-([0-9a-f]{64})\n$/.exec(
      out,
    )!;
    expect(hash).toBe(createHash('sha256').update(key!).digest('hex'));
    expect(err).toMatch(/^the key is shown this once; .*LEADFOLD_API_KEYS/);
    expect(err).not.toContain(key);
  });

  it('says the same as JSON', async () => {
    const { out } = await made('--name', 'shop', '--scope', 'write', '--scope', 'read,write', '--json');
    expect(JSON.parse(out)).toEqual({
      name: 'shop',
      scopes: ['write', 'read'],
      key: expect.stringMatching(/^lf_/),
      entry: expect.stringMatching(/^shop:write\+read:sha256-/),
    });
  });

  it('never makes the same twice', async () => {
    const outs = await Promise.all([1, 2, 3].map(() => made('--name', 'shop', '--scope', 'read')));
    expect(new Set(outs.map(({ out }) => out)).size).toBe(3);
  });
});

describe('a file of keys', () => {
  let server: Child;
  let url: string;
  let reader: string;

  beforeAll(async () => {
    reader = (await made('--name', 'reports', '--scope', 'read', '--file', file)).out.trim();
    const port = await freePort();
    url = `http://127.0.0.1:${port}/v1/events`;
    server = start(['serve', '--data', join(folder, 'data')], {
      LEADFOLD_HOST: '0.0.0.0',
      LEADFOLD_PORT: port,
      LEADFOLD_API_KEYS: `@${file}`,
    });
    await server.says('Leadfold listens');
  });
  afterAll(async () => {
    server.process.kill('SIGTERM');
    await server.ended;
  });

  const status = async (key: string): Promise<number> =>
    (await send(url, { headers: { authorization: `Bearer ${key}` } })).status;

  it('is for its owner alone, and holds entries and no key', () => {
    expect(reader).toMatch(/^lf_\S{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^reports:read:sha256-[0-9a-f]{64}\n$/);
  });

  it('opens a server on every address to those that it names, and to nobody else', async () => {
    expect(await status(reader)).toBe(200);
    expect((await send(url, {})).status).toBe(401);
  });

  it('gets another key while the server runs, which takes it up', async () => {
    const writer = (await made('--name', 'shop', '--scope', 'write', '--file', file)).out.trim();
    for (let n = 0; n < 200 && (await status(writer)) === 401; n++)
      await new Promise(wake => setTimeout(wake, 25));
    expect([await status(reader), await status(writer)]).toEqual([200, 403]);
    await server.says('API keys read');
  });

  it('is listed by names and scopes', async () => {
    const settings = { LEADFOLD_API_KEYS: `@${file}` };
    const { out } = await leadfold(['keys', '--json'], settings);
    expect(JSON.parse(out)).toEqual([
      { name: 'reports', scopes: ['read'] },
      { name: 'shop', scopes: ['write'] },
    ]);
    const table = await leadfold(['keys', 'list'], settings);
    expect(table.out).toMatch(/^name +scopes\n─+\nreports +read\nshop +write\n$/);
    expect((await leadfold(['keys'])).err).toMatch(/hold no API keys/);
  });

  it('never shows a key to who reads the log of the server', async () => {
    server.process.kill('SIGTERM');
    const { code, out, err } = await server.ended;
    expect([code, out.includes('"key":"reports"')]).toEqual([0, true]);
    expect(out + err).not.toContain(reader.slice(3));
  });
});
