import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entryOf, newKey, type Scope } from '../../libs/access/index.ts';
import { until } from '../../libs/lifecycle/testing.ts';
import { startServer, type Harness } from './http-server.ts';

const keys = { reports: newKey(), shop: newKey(), ops: newKey() };
type Name = keyof typeof keys;

const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
const file = join(folder, 'keys');
const hold = (held: Partial<Record<Name, Scope>>): void =>
  writeFileSync(
    file,
    Object.entries(held)
      .map(([name, scope]) => `${entryOf(name, [scope], keys[name as Name])}\n`)
      .join(''),
  );
const by = (name: Name) => ({ authorization: `Bearer ${keys[name]}` });

let server: Harness;
beforeAll(async () => {
  hold({ reports: 'read', shop: 'read', ops: 'admin' });
  server = await startServer({ LEADFOLD_API_KEYS: `@${file}`, LEADFOLD_RATE_LIMIT: '0' });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A stream that a key has opened, and what came of it. */
const follow = (name: Name) =>
  new Promise<{ readonly text: () => string; readonly closed: () => boolean; readonly stop: () => void }>(
    (resolve, reject) => {
      const request = get(`${server.url}/v1/events/stream`, { agent: false, headers: by(name) }, response => {
        let [text, closed] = ['', false];
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', () => undefined);
        response.on('close', () => (closed = true));
        resolve({ text: () => text, closed: () => closed, stop: () => request.destroy() });
      });
      request.on('error', error => reject(error));
    },
  );
const clients = (): number => server.engine.lifecycle.streams.status().clients;
const status = async (name: Name): Promise<number> => (await server.get('/v1/events', by(name))).status;

describe('a key that is withdrawn while the server runs', () => {
  it('opens nothing more, and what it had open is cut off; that of others goes on', async () => {
    const [gone, stays, ops] = [await follow('reports'), await follow('shop'), await follow('ops')];
    await until(() => clients() === 3);
    hold({ shop: 'read', ops: 'admin' });
    await until(() => gone.closed());
    expect([await status('reports'), await status('shop')]).toEqual([401, 200]);
    await until(() => clients() === 2);
    await server.post('/v1/leads', { id: 'ann' }, by('ops'));
    await until(() => [stays, ops].every(stream => stream.text().includes('leadfold.lead.captured')));
    expect(gone.text()).not.toContain('leadfold.lead.captured');
    expect([stays.closed(), ops.closed()]).toEqual([false, false]);
    stays.stop();
    ops.stop();
    await until(() => clients() === 0);
  });

  it('is cut off as well when it may read no longer, and not when it may do more', async () => {
    hold({ reports: 'read', shop: 'read', ops: 'admin' });
    await until(async () => (await status('reports')) === 200);
    const [less, more] = [await follow('reports'), await follow('shop')];
    await until(() => clients() === 2);
    hold({ reports: 'write', shop: 'admin', ops: 'admin' });
    await until(() => less.closed());
    expect([await status('reports'), more.closed()]).toEqual([403, false]);
    more.stop();
    await until(() => clients() === 0);
  });

  it('stays while the file is broken, because a slip in it is no decision', async () => {
    const stream = await follow('shop');
    const before = server.log.length;
    writeFileSync(file, 'half an ent');
    await until(() => server.log.slice(before).some(line => line.includes('can’t be read')));
    expect([await status('shop'), stream.closed()]).toEqual([200, false]);
    stream.stop();
  });
});
