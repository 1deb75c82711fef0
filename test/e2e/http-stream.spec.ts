import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../libs/lifecycle/testing.ts';
import { startServer, type Harness } from './http-server.ts';

let server: Harness;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** A stream that is open, and what came of it. */
interface Following {
  readonly response: IncomingMessage;
  readonly text: () => string;
  readonly types: () => readonly string[];
  readonly ended: () => boolean;
  readonly close: () => void;
}

const follow = (query: string, headers: Readonly<Record<string, string>> = {}): Promise<Following> =>
  new Promise((resolve, reject) => {
    const request = get(`${server.url}/v1/events/stream${query}`, { agent: false, headers }, response => {
      let text = '';
      let ended = false;
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => (ended = true));
      response.on('error', () => undefined);
      resolve({
        response,
        text: () => text,
        types: () => [...text.matchAll(/"type":"leadfold\.([a-z.-]+)"/g)].map(match => match[1]!),
        ended: () => ended,
        close: () => request.destroy(),
      });
    });
    request.on('error', reject);
  });

const capture = async (id: string): Promise<number> =>
  (await server.post('/v1/leads', { id, email: `${id}@example.org`, origin: 'social' })).json.position;

describe('GET /v1/events/stream', () => {
  it('tells what happens as CloudEvents, without personal data', async () => {
    const stream = await follow('');
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/./),
    });
    await until(() => server.engine.lifecycle.streams.status().clients === 1);
    const position = await capture('sse-1');
    await until(() => stream.types().length === 1);
    const data = /^data: (.*)$/m.exec(stream.text())![1]!;
    expect(JSON.parse(data)).toMatchObject({
      specversion: '1.0',
      type: 'leadfold.lead.captured',
      subject: 'sse-1',
      position: String(position),
      data: { leadId: 'sse-1', origin: 'social' },
    });
    expect(stream.text()).toContain(`\nid: ${position}\n\n`);
    expect(stream.text()).not.toContain('@example.org');
    stream.close();
    await until(() => server.engine.lifecycle.streams.status().clients === 0);
  });

  it('goes on after a place, and after the last event even more', async () => {
    const position = await capture('sse-2');
    await server.post('/v1/leads/sse-2/stage', { stage: 'sql' });
    const whole = await follow('?after=0&types=leadfold.lead.captured,leadfold.lead.qualified');
    await until(() => whole.types().includes('lead.qualified'));
    expect(whole.types()).toContain('lead.captured');
    const rest = await follow('?after=0', { 'last-event-id': String(position) });
    await until(() => rest.types().length === 2);
    expect(rest.types()).toEqual(['lead.stage-changed', 'lead.qualified']);
    // Browsers send an empty one where there was none.
    const again = await follow('?after=0', { 'last-event-id': '' });
    await until(() => again.types().length > 2);
    for (const stream of [whole, rest, again]) stream.close();
  });

  it.each([
    ['?after=-1', {}, 'after'],
    ['?after=x', {}, 'after'],
    ['?types=leadfold.lead.lost', {}, 'types'],
    ['?types=,', {}, 'types'],
    ['?type=leadfold.lead.captured', {}, 'type'],
    ['', { 'last-event-id': 'yesterday' }, 'Last-Event-ID'],
    ['', { 'last-event-id': '-7' }, 'Last-Event-ID'],
  ])('refuses %s %j as a problem', async (query, headers, path) => {
    const answer = await server.get(`/v1/events/stream${query}`, headers);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.json.errors[0]!.path).toBe(path);
  });

  it('names the types that there are, where one is unknown', async () => {
    const { text } = await server.get('/v1/events/stream?types=lead.captured');
    expect(text).toContain('leadfold.customer.won-back');
  });

  it('answers HEAD with its headers alone, and keeps nothing open for it', async () => {
    const open = server.engine.lifecycle.streams.status().clients;
    const answer = await fetch(`${server.url}/v1/events/stream`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(5_000),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await answer.text()).toBe('');
    expect(server.engine.lifecycle.streams.status().clients).toBe(open);
    expect((await server.get('/metrics')).text).not.toContain('method="HEAD",route="/v1/events/stream"');
  });

  it('does not count as a request that took long', async () => {
    const stream = await follow('');
    stream.close();
    await until(() => server.engine.lifecycle.streams.status().clients === 0);
    expect((await server.get('/metrics')).text).not.toContain('route="/v1/events/stream",status="200"');
  });

  it('hands a client that reads nothing no more than the sockets hold, and goes on when it does', async () => {
    const count = 20_000;
    const { streams } = server.engine.lifecycle;
    const { position } = (await server.post('/v1/leads/sse-1/stage', { stage: 'lead' })).json;
    const stream = await follow(`?after=${position}`);
    stream.response.pause();
    const before = streams.status().delivered;
    const long = 'x'.repeat(200);
    for (let n = 0; n < count; n += 1_000)
      await server.post('/v1/touchpoints', {
        touchpoints: Array.from({ length: 1_000 }, (_, i) => ({
          id: `t-${n + i}`,
          type: 'EmailSent',
          leadId: 'sse-1',
          template: long,
          campaign: long,
          channel: long,
        })),
      });
    await until(() => streams.status().blocked === 1);
    expect(streams.status().delivered - before).toBeLessThan(count / 2);
    stream.response.resume();
    await until(() => streams.status().delivered - before === count && stream.types().length === count);
    const places = [...stream.text().matchAll(/^id: (\d+)$/gm)].map(match => Number(match[1]));
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    stream.close();
  }, 60_000);
});
