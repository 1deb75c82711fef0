import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostRefused, serve } from '../../apps/server/serve.ts';
import { parseSettings } from '../../libs/engine/index.ts';
import { StoreUnavailable } from '../../libs/event-store/errors.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { send, startServer, type Harness } from './http-server.ts';

let server: Harness;

beforeAll(async () => {
  server = await startServer();
  await server.post('/v1/leads', { id: 'ann', origin: 'social' });
});

afterAll(() => server.close());

const withFolder = async (run: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const quiet = { logger: { level: 'silent' } };

describe('health', () => {
  it('is alive', async () => {
    expect((await server.get('/health/live')).json).toEqual({ status: 'ok' });
  });

  it('is ready when the stores answer, and tells the lag', async () => {
    const { json: made } = await server.post('/v1/leads', { id: 'bob' });
    await server.get(`/v1/projections?atLeast=${made.position}`);
    const { status, json: health } = await server.get('/health/ready');
    expect(status).toBe(200);
    expect(health).toMatchObject({
      status: 'ok',
      details: {
        eventStore: { status: 'up', head: made.position },
        readStore: { status: 'up', generations: server.engine.projections.length },
        readModels: { status: 'up', lag: { 'lead-funnel': 0, 'sales-cycle': 0 } },
      },
    });
  });

  it('is not ready when a store is away, and says which', async () => {
    const events = server.engine.events as { head: () => Promise<number> };
    const { head } = events;
    events.head = () => Promise.reject(new StoreUnavailable('/secret/path is gone'));
    try {
      const answer = await server.get('/health/ready');
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(answer.json.checks).toMatchObject({
        eventStore: { status: 'down' },
        readStore: { status: 'up' },
      });
    } finally {
      events.head = head;
    }
  });
});

describe('what goes wrong', () => {
  it('is answered without details, and logged under the id of the request', async () => {
    const commands = server.engine.commands as { findLead: unknown };
    const { findLead } = commands;
    commands.findLead = () => Promise.reject(new Error('ann@example.org blew up'));
    try {
      const answer = await server.post('/v1/leads/lookup', { email: 'ann@example.org' });
      expect([answer.status, answer.json.type]).toEqual([500, '/problems/internal']);
      expect(answer.text).not.toMatch(/blew|ann@|\.ts/);
      const line = server.log.find(entry => entry.includes(answer.json.requestId) && entry.includes('bug'));
      expect(line).toContain('"stack"');
      expect(server.log.join('')).not.toContain('ann@');
    } finally {
      commands.findLead = findLead;
    }
  });

  it('says when nobody knows whether it was written', async () => {
    const commands = server.engine.commands as { captureLead: unknown };
    const { captureLead } = commands;
    commands.captureLead = () => Promise.reject(new StoreUnavailable('gone', true));
    try {
      const answer = await server.post('/v1/leads', { id: 'x' });
      expect([answer.status, answer.json.type, answer.headers['retry-after']]).toEqual([
        503,
        '/problems/outcome-unknown',
        '1',
      ]);
      expect(answer.json.detail).toContain('Idempotency-Key');
    } finally {
      commands.captureLead = captureLead;
    }
  });
});

describe('/metrics', () => {
  it('measures requests by route, the log and the read models', async () => {
    await server.get('/v1/explain/lead-funnel?entity=ann');
    const { headers, text } = await server.get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/v1\/explain\/:projection",status="200"\} 1/,
    );
    expect(text).toMatch(new RegExp(`^leadfold_log_head ${await server.engine.events.head()}$`, 'm'));
    expect(text).toMatch(
      /leadfold_projection_lag\{projection="lead-funnel",generation="1",status="live"\} \d+/,
    );
    expect(text).toMatch(/leadfold_projection_parked_events\{projection="sales-cycle"[^}]*\} 0/);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('entity=ann');
  });
});

describe('the log', () => {
  it('has a line per request: method, route, status, duration and id', async () => {
    const { headers } = await server.get('/v1/events?leadId=ann');
    const line: unknown = JSON.parse(
      server.log.find(entry => entry.includes(String(headers['x-request-id'])))!,
    );
    expect(line).toMatchObject({ method: 'GET', route: '/v1/events', status: 200, ms: expect.any(Number) });
    expect(JSON.stringify(line)).not.toContain('ann');
  });
});

describe('/docs', () => {
  it('is a page that asks nothing of other hosts', async () => {
    const page = await server.get('/docs');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    const assets = [...page.text.matchAll(/(?:src|href)="(\.\/docs\/[^"]+)"/g)].map(match =>
      match[1]!.slice(1),
    );
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) expect([asset, (await server.get(asset)).status]).toEqual([asset, 200]);
  });
});

describe('safe answers', () => {
  it('have their headers on success and refusal alike', async () => {
    for (const path of ['/v1/events', '/v1/nothing', '/v1/funnel?by=x']) {
      const { headers } = await server.get(path);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('serve', () => {
  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.org'])('refuses to listen on %s', async host => {
    await withFolder(async folder => {
      const settings = parseSettings({ LEADFOLD_DATA: folder, LEADFOLD_HOST: host });
      await expect(serve(settings, quiet)).rejects.toThrow(HostRefused);
    });
  });

  it('answers health alone without the role api', async () => {
    await withFolder(async folder => {
      const settings = { ...parseSettings({ LEADFOLD_DATA: folder, LEADFOLD_ROLES: 'projector' }), port: 0 };
      const { url, close } = await serve(settings, quiet);
      expect((await send(`${url}/health/live`, {})).status).toBe(200);
      expect((await send(`${url}/v1/events`, {})).status).toBe(404);
      await close();
    });
  });

  it('finishes the requests under way before it closes, and takes no more', async () => {
    await withFolder(async folder => {
      const { url, close } = await serve({ ...parseSettings({ LEADFOLD_DATA: folder }), port: 0 }, quiet);
      const { json: made } = await send(`${url}/v1/leads`, { body: { id: 'ann' } });
      const body = JSON.stringify({ id: 'late' });
      const late = slowPost(url, body);
      await late.begun;
      const closed = close();
      await new Promise(resolve => setTimeout(resolve, 100));
      await expect(send(`${url}/health/live`, {})).rejects.toThrow('ECONNREFUSED');
      late.finish();
      expect(await late.answer).toMatch(/^HTTP\/1\.1 201/);
      await closed;
      await close();
      expect(made.position).toBe(1);
    });
  });

  it('says when the port is taken, and lets go of the folder', async () => {
    await withFolder(async folder => {
      const settings = {
        ...parseSettings({ LEADFOLD_DATA: folder }),
        port: Number(new URL(server.url).port),
      };
      await expect(serve(settings, quiet)).rejects.toThrow('EADDRINUSE');
    });
  });
});

/** A request whose body comes in two parts, the second when told. */
const slowPost = (url: string, body: string) => {
  const { port } = new URL(url);
  const socket = createConnection(Number(port), '127.0.0.1');
  const head = `POST /v1/leads HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const begun = new Promise<void>(resolve => {
    socket.write(head + body.slice(0, 5), () => setTimeout(resolve, 50));
  });
  let received = '';
  const answer = new Promise<string>((resolve, reject) => {
    socket.on('data', chunk => (received += chunk.toString()));
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
  return { begun, answer, finish: () => socket.write(body.slice(5)) };
};
