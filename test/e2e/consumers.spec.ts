import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { until } from '../../libs/lifecycle/testing.ts';
import { signatureHeaders } from '../../libs/lifecycle/webhooks/secret.ts';
import { temporaryFolder } from '../support/folder.ts';
import { send, startServer, type Harness } from './http-server.ts';

const folder = temporaryFolder();
let server: Harness;
let running: ChildProcess[] = [];
let count = 0;

beforeAll(async () => {
  server = await startServer({ LEADFOLD_WEBHOOK_NETWORKS: '127.0.0.0/8' });
  server.engine.lifecycle.relay.start();
  for (const id of ['ann', 'bob']) await server.post('/v1/leads', { id, email: `${id}@example.org` });
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

interface Program {
  readonly lines: readonly string[];
  readonly errors: () => string;
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>;
}

/** Runs a program of the documentation. */
const run = (name: string, env: Readonly<Record<string, string>>): Program => {
  const file = new URL(`../../docs/consumers/${name}.ts`, import.meta.url).pathname;
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const lines: string[] = [];
  let errors = '';
  createInterface({ input: child.stdout }).on('line', line => lines.push(line));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    lines,
    errors: () => errors,
    end: async signal => {
      child.kill(signal);
      running = running.filter(each => each !== child);
      return (await closed)[0];
    },
  };
};

const order = (leadId: string, amount: number) =>
  server.post('/v1/orders', { id: `order-${++count}`, leadId, total: { amount, currency: 'EUR' } });

const boughtIn = (file: string): Readonly<Record<string, readonly [orders: number, amount: number]>> => {
  const db = new Database(file, { readonly: true });
  const rows = db
    .prepare<[], { lead: string; orders: number; amount: number }>('SELECT lead, orders, amount FROM bought')
    .all();
  db.close();
  return Object.fromEntries(rows.map(({ lead, orders, amount }) => [lead, [orders, amount]]));
};

describe('the consumer of server-sent events in the documentation', () => {
  it('keeps each order once, however often it is killed and started again', async () => {
    const file = join(folder.path, 'sse.sqlite');
    const env = { LEADFOLD: server.url, FILE: file };
    await order('ann', 100);
    const first = run('sse', env);
    await until(() => first.lines.length === 1);
    await order('ann', 20);
    await until(() => first.lines.length === 2);
    await first.end('SIGKILL');
    await order('bob', 3);
    const second = run('sse', env);
    await until(() => second.lines.length === 1);
    await order('bob', 4);
    await until(() => second.lines.length === 2);
    expect([await second.end('SIGTERM'), second.errors()]).toEqual([0, '']);
    expect(boughtIn(file)).toEqual({ ann: [2, 120], bob: [2, 7] });
  });

  it('comes again where the server is away or says no', async () => {
    const away = run('sse', { LEADFOLD: 'http://127.0.0.1:1', FILE: join(folder.path, 'away.sqlite') });
    await until(() => away.errors().includes('trying again'));
    expect(await away.end('SIGTERM')).toBe(0);
  });
});

describe('the consumer of webhooks in the documentation', () => {
  const file = join(folder.path, 'webhooks.sqlite');
  let secret: string;
  let program: Program;
  let url: string;

  const register = async (): Promise<void> => {
    // The address has to be known before the secret is, and the other way round: it is changed after.
    const body = { id: 'documented', url: 'http://127.0.0.1:1/', types: ['leadfold.order.placed'] };
    const { json } = await server.post('/v1/webhooks', body);
    ({ secret } = json as unknown as { secret: string });
    program = run('webhooks', { SECRET: secret, PORT: '0', FILE: file });
    await until(() => program.lines.length === 1);
    url = `http://127.0.0.1:${program.lines[0]!.replace('listening on ', '')}/`;
    await server.call('/v1/webhooks/documented', { method: 'PATCH', body: { url } });
    await new Promise(resolve => setTimeout(resolve, 500));
  };

  it('keeps each order once, and believes nobody but Leadfold', async () => {
    await register();
    await order('ann', 100);
    await until(() => program.lines.length === 2);
    const id = program.lines[1]!.replace('taken ', '');
    expect(boughtIn(file)).toEqual({ ann: [1, 100] });

    const body = JSON.stringify({
      id,
      type: 'leadfold.order.placed',
      subject: 'ann',
      data: { total: { amount: 9_999, currency: 'EUR' } },
    });
    const other = JSON.stringify({ ...(JSON.parse(body) as object), id: 'another' });
    const signed = (given: string, message: string, at = Date.now(), by = secret) => ({
      ...signatureHeaders([by], message, at, given),
    });
    const post = async (raw: string, headers: Readonly<Record<string, string>>): Promise<number> =>
      (await send(url, { raw, headers })).status;

    // Forged: by another secret, with another body, id or time, without any signature.
    const forged: readonly [string, Readonly<Record<string, string>>][] = [
      [other, signed(other, 'another', Date.now(), `whsec_${Buffer.alloc(32, 7).toString('base64')}`)],
      [other, signed(body, 'another')],
      [other, { ...signed(other, 'another'), 'webhook-id': 'third' }],
      [
        other,
        { ...signed(other, 'another'), 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) + 9) },
      ],
      [other, {}],
      [other, signed(other, 'third')],
    ];
    for (const [raw, headers] of forged) expect(await post(raw, headers)).toBe(401);
    // Replayed: an old one is refused; a recent one is acknowledged, and changes nothing.
    expect(await post(other, signed(other, 'another', Date.now() - 3_600_000))).toBe(401);
    expect(await post(body, signed(body, id))).toBe(204);
    await until(() => program.lines.at(-1) === `seen before ${id}`);
    expect(program.lines.filter(line => line === 'refused')).toHaveLength(forged.length + 1);
    expect(boughtIn(file)).toEqual({ ann: [1, 100] });

    // What Leadfold sends by hand is a repeat too.
    const before = program.lines.length;
    await server.post(`/v1/webhooks/documented/deliveries/${id}/redeliver`, {});
    await until(() => program.lines.length > before);
    expect(program.lines.at(-1)).toBe(`seen before ${id}`);
    expect([await program.end('SIGTERM'), program.errors()]).toEqual([0, '']);
    expect(boughtIn(file)).toEqual({ ann: [1, 100] });
  });
});
