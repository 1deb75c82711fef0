import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { entryOf, newKey } from '../../libs/access/index.ts';
import { inDays, type Case } from './http-case.ts';
import { bodies } from './http-refused-bodies.ts';
import { orders } from './http-refused-orders.ts';
import { eventFunnels, leadReads, periods } from './http-refused-reads.ts';
import { envelopes, keyless, queries, rules } from './http-refused-requests.ts';
import { startServer, type Answer, type Harness } from './http-server.ts';

let server: Harness;

beforeAll(async () => {
  server = await startServer();
  await server.post('/v1/leads', { id: 'ann', email: 'ann@example.org' });
  await server.post('/v1/leads', { id: 'bob', phone: '+4930123456' });
  await server.post('/v1/opportunities', {
    id: 'deal',
    leadId: 'ann',
    amount: { amount: 1, currency: 'EUR' },
  });
  const total = { amount: 1, currency: 'EUR' };
  await server.post('/v1/orders', { id: 'taken', leadId: 'ann', total });
  await server.post('/v1/orders', { id: 'gone', leadId: 'ann', total });
  await server.post('/v1/orders/gone/cancel', {});
});

afterAll(() => server.close());

const json = { 'content-type': 'application/json' };

const expectProblem = (answer: Answer, { status, type, says }: Case): void => {
  expect({ status: answer.status, body: answer.text }).toEqual({ status, body: expect.stringMatching(says) });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json).toMatchObject({ type: `/problems/${type}`, status });
  expect(answer.json.title).toMatch(/^[A-Z]/);
  expect(answer.json.detail.length).toBeGreaterThan(9);
  expect(answer.json.requestId).toBe(answer.headers['x-request-id']);
  expect(answer.text).not.toMatch(/node_modules|\.ts:|\.js:|SQLITE|at Object/);
};

describe.each([
  ['bodies', bodies],
  ['rules', rules],
  ['orders', orders],
  ['queries', queries],
  ['periods', periods],
  ['funnels of events', eventFunnels],
  ['reads of leads', leadReads],
  ['envelopes', envelopes],
])('refused %s', (_, cases) => {
  it.each(cases.map(one => [one.what, one] as const))('%s', async (__, one) => {
    const before = await server.engine.events.head();
    const answer = await server.call(one.path, one.call);
    expectProblem(answer, one);
    expect(await server.engine.events.head()).toBe(before);
  });
});

describe('refused without a key', () => {
  let keyed: Harness;
  beforeAll(async () => {
    const entry = entryOf('ops', ['admin'], newKey());
    keyed = await startServer({ LEADFOLD_API_KEYS: entry });
  });
  afterAll(() => keyed.close());

  it.each(keyless.map(one => [one.what, one] as const))('%s', async (_, one) => {
    const answer = await keyed.call(one.path, one.call);
    expectProblem(answer, one);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="leadfold"/);
    expect(await keyed.engine.events.head()).toBe(0);
  });
});

describe('refusals', () => {
  it('tells which methods an address takes', async () => {
    expect((await server.call('/v1/leads', { method: 'PUT', body: {} })).headers.allow).toBe(
      'GET, HEAD, POST',
    );
    expect((await server.call('/v1/funnel', { method: 'DELETE' })).headers.allow).toBe('GET, HEAD');
  });

  it('names every member that does not fit, each once', async () => {
    const { json: problem } = await server.post('/v1/leads', { id: 'a b', email: 7, plan: 1 });
    expect(problem.errors.map(error => error.path).sort()).toEqual(['email', 'id', 'plan']);
  });

  it('takes texts that look like SQL for what they are', async () => {
    const name = `Robert'); DROP TABLE events; --`;
    const { json: made } = await server.post('/v1/leads', { id: 'bobby', name, origin: "' OR 1=1 --" });
    const { json: page } = await server.get(`/v1/events?leadId=bobby&after=${made.position - 1}`);
    expect(page.data[0]!.data).toMatchObject({ origin: "' OR 1=1 --", personal: { name } });
  });

  it('refuses single touchpoints and takes the others', async () => {
    const { status, json: answer } = await server.post('/v1/touchpoints', {
      touchpoints: [
        { id: 'good', type: 'PageViewed', leadId: 'ann' },
        { id: 'odd-type', type: 'LeadCaptured', leadId: 'ann' },
        { id: 'odd-field', type: 'PageViewed', leadId: 'ann', colour: 'red' },
        { id: 'too-early-to-say', type: 'PageViewed', leadId: 'ann', occurredAt: inDays(2) },
      ],
    });
    expect(status).toBe(200);
    expect(answer.results).toEqual([
      { id: 'good', outcome: 'appended', revision: expect.any(Number), position: expect.any(Number) },
      { id: 'odd-type', outcome: 'refused', reason: expect.stringContaining('PageViewed') },
      { id: 'odd-field', outcome: 'refused', reason: expect.stringContaining('colour') },
      { id: 'too-early-to-say', outcome: 'refused', reason: expect.stringContaining('day ahead') },
    ]);
  });

  it('refuses a key that came with another body', async () => {
    const headers = { 'idempotency-key': 'once' };
    await server.post('/v1/leads', { id: 'carl' }, headers);
    const answer = await server.post('/v1/leads', { id: 'carl', origin: 'other' }, headers);
    expect([answer.status, answer.json.type]).toEqual([422, '/problems/idempotency-key-reused']);
  });

  it('answers what is no HTTP with a problem, too', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const { port } = new URL(server.url);
      let received = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', chunk => (received += chunk.toString()));
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(text).toContain('application/problem+json');
  });

  it('never logs or repeats what people sent', async () => {
    const secret = 'very-private-7f3a';
    await server.post('/v1/leads', { email: `${secret}@` });
    await server.call('/v1/leads', {
      method: 'POST',
      raw: `{"email":"${secret}@example.org"`,
      headers: json,
    });
    await server.get(`/v1/events?actor=${secret}&limit=0`);
    await server.get(`/v1/funnel?where=origin:${secret}`);
    await server.post('/v1/leads', { email: `${secret}@example.org`, name: secret });
    expect(server.log.join('')).not.toContain(secret);
    expect(server.log.length).toBeGreaterThan(0);
  });
});
