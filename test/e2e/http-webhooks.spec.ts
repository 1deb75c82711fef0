import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { until } from '../../libs/lifecycle/testing.ts';
import { startReceiver, type Receiver } from '../../libs/lifecycle/webhooks/testing.ts';
import { startServer, type Answer, type Harness } from './http-server.ts';

let server: Harness;
let receiver: Receiver;

beforeAll(async () => {
  server = await startServer({ LEADFOLD_WEBHOOK_NETWORKS: '127.0.0.0/8' });
  server.engine.lifecycle.relay.start();
});
afterAll(() => server.close());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

interface Document {
  readonly id: string;
  readonly secret: string;
  readonly status: string;
  readonly data: readonly Document[];
  readonly attempts: readonly { readonly status: number; readonly error: string; readonly byHand: boolean }[];
  readonly nextCursor: string | null;
  readonly [member: string]: unknown;
}
const json = (answer: Answer): Document => answer.json as unknown as Document;

let count = 0;
const register = async (change: object = {}): Promise<Document> => {
  const answer = await server.post('/v1/webhooks', {
    id: `hook-${++count}`,
    url: receiver.url,
    types: ['leadfold.lead.captured', 'leadfold.lead.qualified'],
    ...change,
  });
  expect(answer.status).toBe(201);
  return json(answer);
};
const capture = (id: string) => server.post('/v1/leads', { id, email: `${id}@example.org` });
const deliveriesOf = async (id: string, query = ''): Promise<Document> =>
  json(await server.get(`/v1/webhooks/${id}/deliveries${query}`));

describe('a webhook over HTTP', () => {
  it('is registered, told of what happens, and verified by an independent implementation', async () => {
    const { id, secret, position } = await register();
    expect(secret).toMatch(/^whsec_/);
    expect(position).toBeGreaterThan(0);
    await capture('hooked-1');
    await server.post('/v1/leads/hooked-1/stage', { stage: 'sql' });
    await until(() => receiver.received.length === 2);
    for (const { body, headers } of receiver.received)
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
        specversion: '1.0',
        subject: 'hooked-1',
      });
    expect(receiver.received.map(({ type }) => type)).toEqual([
      'leadfold.lead.captured',
      'leadfold.lead.qualified',
    ]);
    expect(JSON.stringify(receiver.received)).not.toContain('@example.org');
    await until(async () => (await deliveriesOf(id)).data.every(({ status }) => status === 'delivered'));
    const { data } = await deliveriesOf(id);
    expect(data[0]).toMatchObject({
      type: 'leadfold.lead.qualified',
      leadId: 'hooked-1',
      dueAt: null,
      attempts: [{ status: 204, error: null, byHand: false }],
    });
  });

  it('tells its secret once, and never again', async () => {
    const { id, secret } = await register();
    const answers = [await server.get('/v1/webhooks'), await server.get(`/v1/webhooks/${id}`)];
    for (const { text } of answers) expect(text).not.toContain('whsec_');
    expect((await server.get('/v1/events?limit=1000')).text).not.toContain(secret.slice(6));
    expect(server.log.join('')).not.toContain(secret.slice(6));
    const rotated = json(await server.post(`/v1/webhooks/${id}/rotate-secret`, {}));
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(secret);
  });

  it('is the same one when the request is repeated with its key', async () => {
    const body = { url: receiver.url, types: ['leadfold.order.placed'] };
    const headers = { 'idempotency-key': 'hook-once' };
    const [first, second] = [
      await server.post('/v1/webhooks', body, headers),
      await server.post('/v1/webhooks', body, headers),
    ];
    expect(first.headers.location).toBe(`/v1/webhooks/${first.json.id}`);
    expect(second.json).toEqual(first.json);
  });

  it('is listed and shown, changed, disabled and enabled, and deleted', async () => {
    const { id } = await register();
    expect(json(await server.get(`/v1/webhooks/${id}`))).toMatchObject({
      id,
      url: receiver.url,
      types: ['leadfold.lead.captured', 'leadfold.lead.qualified'],
      status: 'active',
      disabledReason: null,
    });
    const path = `/v1/webhooks/${id}`;
    const url = `${receiver.url}?token=t`;
    await server.call(path, { method: 'PATCH', body: { url, types: ['leadfold.order.placed'] } });
    await server.call(path, { method: 'PATCH', body: { status: 'disabled' } });
    expect(json(await server.get(path))).toMatchObject({
      url,
      types: ['leadfold.order.placed'],
      status: 'disabled',
      disabledReason: 'asked',
    });
    await server.call(path, { method: 'PATCH', body: { status: 'active' } });
    const listed = json(await server.get('/v1/webhooks')).data.find(each => each.id === id);
    expect(listed).toMatchObject({ status: 'active', disabledReason: null });
    expect((await server.call(path, { method: 'DELETE' })).status).toBe(200);
    for (const answer of [
      await server.get(path),
      await server.get(`${path}/deliveries`),
      await server.call(path, { method: 'DELETE' }),
      await server.call(path, { method: 'PATCH', body: { status: 'active' } }),
    ])
      expect(answer.status).toBe(404);
  });

  it('shows every attempt, and makes another one when asked', async () => {
    const { id } = await register();
    receiver.answer(500);
    await capture('hooked-2');
    await until(async () => (await deliveriesOf(id, '?status=pending')).data[0]?.attempts.length === 1);
    const [delivery] = (await deliveriesOf(id)).data;
    expect(delivery).toMatchObject({
      status: 'pending',
      doneAt: null,
      attempts: [{ status: 500, error: 'status', byHand: false }],
    });
    receiver.answer(200);
    const asked = await server.post(`/v1/webhooks/${id}/deliveries/${delivery!.id}/redeliver`, {});
    expect([asked.status, json(asked).askedAt]).toEqual([200, expect.any(String)]);
    await until(async () => (await deliveriesOf(id)).data[0]!.status === 'delivered');
    await server.post(`/v1/webhooks/${id}/deliveries/${delivery!.id}/redeliver`, {});
    await until(async () => (await deliveriesOf(id)).data[0]!.attempts.length === 3);
    expect((await deliveriesOf(id)).data[0]!.attempts.map(({ byHand }) => byHand)).toEqual([
      false,
      false,
      true,
    ]);
    expect((await server.post(`/v1/webhooks/${id}/deliveries/nothing/redeliver`, {})).status).toBe(404);
  });

  it('lists deliveries page by page', async () => {
    const { id } = await register();
    for (const n of [1, 2, 3]) await capture(`paged-${n}`);
    await until(async () => (await deliveriesOf(id)).data.length === 3);
    const first = await deliveriesOf(id, '?limit=2');
    const second = await deliveriesOf(id, `?limit=2&cursor=${first.nextCursor}`);
    expect([...first.data, ...second.data].map(({ leadId }) => leadId)).toEqual([
      'paged-3',
      'paged-2',
      'paged-1',
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it.each([
    [{ url: 'http://10.0.0.1/' }, 422, '/problems/webhook-target-refused'],
    [{ url: 'https://localhost/' }, 201, undefined],
    [{ url: 'https://[::1]/' }, 422, '/problems/webhook-target-refused'],
    [{ url: 'https://169.254.169.254/latest' }, 422, '/problems/webhook-target-refused'],
    [{ url: 'gopher://example.org/' }, 422, '/problems/webhook-target-refused'],
    [{ url: 'https://u:p@example.org/' }, 422, '/problems/webhook-target-refused'],
    [{ url: '' }, 400, '/problems/malformed'],
    [{ url: 7 }, 400, '/problems/malformed'],
    [{ types: [] }, 400, '/problems/malformed'],
    [{ types: ['lead.captured'] }, 400, '/problems/malformed'],
    [{ types: 'leadfold.lead.captured' }, 400, '/problems/malformed'],
    [{ secret: 'mine' }, 400, '/problems/malformed'],
    [{ id: 'a b' }, 400, '/problems/malformed'],
  ])('of %j is answered by %i %s', async (change, status, type) => {
    const body = { url: receiver.url, types: ['leadfold.order.placed'], ...change };
    const answer = await server.post('/v1/webhooks', body);
    expect([answer.status, answer.json.type]).toEqual([status, type]);
  });

  it('keeps the id of another one from being taken', async () => {
    const { id } = await register();
    const again = await server.post('/v1/webhooks', {
      id,
      url: receiver.url,
      types: ['leadfold.order.placed'],
    });
    expect([again.status, again.json.type]).toEqual([422, '/problems/webhook-exists']);
  });

  it.each([
    ['?status=done', 'status'],
    ['?limit=0', 'limit'],
    ['?after=1', 'after'],
  ])('refuses deliveries%s', async (query, path) => {
    const { id } = await register();
    const answer = await server.get(`/v1/webhooks/${id}/deliveries${query}`);
    expect([answer.status, answer.json.errors[0]!.path]).toEqual([400, path]);
  });

  it('refuses a cursor that it has not given out', async () => {
    const { id } = await register();
    const answer = await server.get(`/v1/webhooks/${id}/deliveries?cursor=zzz`);
    expect([answer.status, answer.json.type]).toEqual([400, '/problems/invalid-cursor']);
  });
});
