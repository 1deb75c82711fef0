import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { startServer, type Answer, type Call, type Harness } from './http-server.ts';

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
});

afterAll(() => server.close());

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const touchpoint = { id: 't1', type: 'PageViewed', leadId: 'ann' };
const json = { 'content-type': 'application/json' };

interface Case {
  readonly what: string;
  readonly path: string;
  readonly call: Call;
  readonly status: number;
  /** Last part of the problem's type. */
  readonly type: string;
  /** What the detail or the errors have to say. */
  readonly says: RegExp;
}

const post = (
  what: string,
  path: string,
  body: unknown,
  says: RegExp,
  status = 400,
  type = 'malformed',
): Case => ({ what, path, call: { method: 'POST', body }, status, type, says });

const raw = (what: string, body: string | Buffer, says: RegExp, status = 400, type = 'malformed'): Case => ({
  what,
  path: '/v1/leads',
  call: { method: 'POST', raw: body },
  status,
  type,
  says,
});

const get = (what: string, path: string, says: RegExp, status = 400, type = 'malformed'): Case => ({
  what,
  path,
  call: {},
  status,
  type,
  says,
});

const bodies: readonly Case[] = [
  post('no identity', '/v1/leads', { origin: 'x' }, /one of id, email and phone/),
  post('an empty body', '/v1/leads', {}, /one of id, email and phone/),
  post('a list', '/v1/leads', [{ id: 'x' }], /must be a JSON object/),
  post('null', '/v1/leads', null, /must be a JSON object/),
  post('a string', '/v1/leads', 'id', /must be a JSON object/),
  post('a number for an e-mail', '/v1/leads', { email: 42 }, /email.*e-mail address/),
  post('null for an e-mail', '/v1/leads', { email: null }, /email.*e-mail address/),
  post('an e-mail without @', '/v1/leads', { email: 'ann.example.org' }, /email.*e-mail address/),
  post('a phone without digits', '/v1/leads', { phone: 'call me' }, /phone.*digits/),
  post('an id with a blank', '/v1/leads', { id: 'a b' }, /id must be an id/),
  post('an id of 65 characters', '/v1/leads', { id: 'a'.repeat(65) }, /id must be an id/),
  post('an e-mail for an id', '/v1/leads', { id: 'ann@example.org' }, /id must be an id/),
  post('an unknown field', '/v1/leads', { id: 'x', plan: 'gold' }, /plan is not a known field/),
  post('a field named like a method', '/v1/leads', { id: 'x', hasOwnProperty: 1 }, /hasOwnProperty/),
  post('an empty origin', '/v1/leads', { id: 'x', origin: '' }, /origin.*1 to 200/),
  post('a long origin', '/v1/leads', { id: 'x', origin: 'o'.repeat(201) }, /origin.*1 to 200/),
  post('a list for a text', '/v1/leads', { id: 'x', name: ['Ann'] }, /name must be a text/),
  post('a list for attributes', '/v1/leads', { id: 'x', attributes: [] }, /attributes must be an object/),
  post('an object for consents', '/v1/leads', { id: 'x', consents: {} }, /consents must be a list/),
  post('lists in consents', '/v1/leads', { id: 'x', consents: [[{}]] }, /consents must be a list/),
  post(
    'half a consent',
    '/v1/leads',
    { id: 'x', consents: [{ purpose: 'news', channel: 'email' }] },
    /consents\[0\]\.textVersion/,
  ),
  post('a date without time', '/v1/leads', { id: 'x', occurredAt: '2018-03-01' }, /occurredAt.*offset/),
  post('a time without offset', '/v1/leads', { id: 'x', occurredAt: '2018-03-01T10:00:00' }, /offset/),
  post('the 30th of February', '/v1/leads', { id: 'x', occurredAt: '2018-02-30T10:00:00Z' }, /offset/),
  post('epoch milliseconds', '/v1/leads', { id: 'x', occurredAt: 1519896600000 }, /occurredAt.*offset/),
  post('two days ahead', '/v1/leads', { id: 'x', occurredAt: inDays(2) }, /a day ahead/),
  post('the year 9999', '/v1/leads', { id: 'x', occurredAt: '9999-12-31T00:00:00Z' }, /a day ahead/),
  post('NUL in a text', '/v1/leads', { id: 'x', name: 'An\0n' }, /name may not hold the character NUL/),
  post('40 levels', '/v1/leads', { id: 'x', attributes: nested(40) }, /deeper than 20/),
  raw('half a surrogate pair', '{"id":"x","name":"\\ud83d"}', /name holds half of a surrogate pair/),
  raw('NUL in a name', '{"id":"x","attributes":{"\\u0000":1}}', /attributes/),
  raw('a prototype', '{"id":"x","__proto__":{"admin":true}}', /__proto__/),
  raw('a nested prototype', '{"id":"x","attributes":{"__proto__":{"admin":true}}}', /__proto__/),
  raw('a constructor', '{"id":"x","constructor":{"prototype":{"admin":true}}}', /constructor/),
  raw('no JSON', '{"email":"ann@example.org"', /not valid JSON/),
  raw('two documents', '{}{}', /not valid JSON/),
  raw('Latin-1', Buffer.from('{"id":"x","name":"Zoë"}', 'latin1'), /must be UTF-8/),
  raw('100,000 levels', '['.repeat(100_000) + ']'.repeat(100_000), /deeper than 20/),
  raw('10 MB', `{"id":"x","name":"${'n'.repeat(10_000_000)}"}`, /too large/, 413, 'too-large'),
  {
    what: 'touchpoints of 6 MB',
    path: '/v1/touchpoints',
    call: { method: 'POST', raw: `{"touchpoints":["${'n'.repeat(6_000_000)}"]}` },
    status: 413,
    type: 'too-large',
    says: /too large/,
  },
  post('no touchpoints', '/v1/touchpoints', { touchpoints: [] }, /1 to 1000 touchpoints/),
  post('1,001 touchpoints', '/v1/touchpoints', { touchpoints: Array(1_001).fill(touchpoint) }, /1 to 1000/),
  post('touchpoints that are lists', '/v1/touchpoints', { touchpoints: [[touchpoint]] }, /1 to 1000/),
  post(
    'a touchpoint without id',
    '/v1/touchpoints',
    { touchpoints: [{ ...touchpoint, id: undefined }] },
    /touchpoints\[0\]\.id/,
  ),
  post(
    'a touchpoint at no time',
    '/v1/touchpoints',
    { touchpoints: [touchpoint, { ...touchpoint, occurredAt: 'yesterday' }] },
    /touchpoints\[1\]\.occurredAt/,
  ),
  post('a lookup by nothing', '/v1/leads/lookup', {}, /either email or phone/),
  post('a lookup by both', '/v1/leads/lookup', { email: 'a@b.example', phone: '+4930123456' }, /either/),
  {
    ...post('no change', '/v1/leads/ann', {}, /one field that changes/),
    call: { method: 'PATCH', body: {} },
  },
  post('no stage', '/v1/leads/ann/stage', {}, /stage must be a text/),
  post(
    'a revision that is a text',
    '/v1/leads/ann/stage',
    { stage: 'mql', expectedRevision: '1' },
    /expectedRevision/,
  ),
  post(
    'a negative revision',
    '/v1/leads/ann/stage',
    { stage: 'mql', expectedRevision: -1 },
    /expectedRevision/,
  ),
  post('an opportunity of nobody', '/v1/opportunities', { amount: { amount: 1, currency: 'EUR' } }, /leadId/),
  post('a plain amount', '/v1/opportunities', { leadId: 'ann', amount: 1299 }, /amount must be an object/),
  post(
    'a fraction of a cent',
    '/v1/opportunities',
    { leadId: 'ann', amount: { amount: 1.5, currency: 'EUR' } },
    /amount\.amount.*whole number/,
  ),
  post(
    'an amount that is a text',
    '/v1/opportunities',
    { leadId: 'ann', amount: { amount: '1', currency: 'EUR' } },
    /amount\.amount/,
  ),
  post(
    'an unsafe amount',
    '/v1/opportunities',
    { leadId: 'ann', amount: { amount: 1e300, currency: 'EUR' } },
    /amount\.amount/,
  ),
  post(
    'a negative amount',
    '/v1/opportunities',
    { leadId: 'ann', amount: { amount: -1, currency: 'EUR' } },
    /amount\.amount/,
  ),
  post('no currency', '/v1/opportunities', { leadId: 'ann', amount: { amount: 1 } }, /amount\.currency/),
  post(
    'a currency that there is not',
    '/v1/opportunities',
    { leadId: 'ann', amount: { amount: 1, currency: 'ZZZ' } },
    /ISO 4217/,
  ),
  post(
    'a probability of 2',
    '/v1/opportunities/deal/stage',
    { stage: 'offer', probability: 2 },
    /probability.*0 to 1/,
  ),
  post('an id in the path with a blank', '/v1/leads/a%20b/stage', { stage: 'mql' }, /id must be an id/),
];

const rules: readonly Case[] = [
  post(
    'an e-mail with the phone of another',
    '/v1/leads',
    { email: 'ann@example.org', phone: '+4930123456' },
    /ann.*bob|bob.*ann/,
    422,
    'identity-conflict',
  ),
  post(
    'an id with the e-mail of another',
    '/v1/leads',
    { id: 'bob', email: 'ann@example.org' },
    /ann.*bob|bob.*ann/,
    422,
    'identity-conflict',
  ),
  post(
    'a stage that there is not',
    '/v1/leads/ann/stage',
    { stage: 'vip' },
    /visitor, lead, mql/,
    422,
    'unknown-stage',
  ),
  post('a stage of nobody', '/v1/leads/nobody/stage', { stage: 'mql' }, /no lead nobody/, 404, 'not-found'),
  post(
    'a stale revision',
    '/v1/leads/ann/stage',
    { stage: 'mql', expectedRevision: 77 },
    /"currentRevision":0/,
    409,
    'revision-conflict',
  ),
  post(
    'an opportunity of an unknown lead',
    '/v1/opportunities',
    { leadId: 'nobody' },
    /nobody/,
    404,
    'not-found',
  ),
  post(
    'an opportunity that is there',
    '/v1/opportunities',
    { id: 'deal', leadId: 'ann', owner: 'x' },
    /deal already/,
    422,
    'opportunity-exists',
  ),
  post('winning nothing', '/v1/opportunities/nothing/win', {}, /no opportunity nothing/, 404, 'not-found'),
  post(
    'reopening what is open',
    '/v1/opportunities/deal/reopen',
    {},
    /open already/,
    422,
    'opportunity-not-closed',
  ),
  post(
    'a lookup of nobody',
    '/v1/leads/lookup',
    { email: 'nobody@example.org' },
    /no lead has this/,
    404,
    'not-found',
  ),
];

const queries: readonly Case[] = [
  get('an unknown parameter', '/v1/funnel?form=2018-01-01', /form is not a parameter.*from, to, by/),
  get('an unknown dimension', '/v1/funnel?by=orign', /orign.*origin, campaign/, 400, 'invalid-query'),
  get('a dimension twice', '/v1/funnel?by=origin,origin', /twice/, 400, 'invalid-query'),
  get(
    'a condition on an unknown dimension',
    '/v1/close-rate?where=plan:gold',
    /plan.*origin/,
    400,
    'invalid-query',
  ),
  get('a condition without colon', '/v1/funnel?where=origin', /dimension:value/),
  get('a date that there is not', '/v1/sales-cycle?from=2018-02-30', /from must be a date/),
  get('from twice', '/v1/funnel?from=2018-01-01&from=2018-02-01', /only once/),
  get('a number that is none', '/v1/funnel?within=soon', /within must be a whole number/),
  get('a negative number of days', '/v1/funnel?within=-1', /within must be a whole number/),
  get('NUL in a condition', '/v1/funnel?where=origin:%00', /NUL/),
  get('a negative position', '/v1/funnel?atLeast=-1', /atLeast must be a whole number/),
  get('an unsafe position', '/v1/funnel?atLeast=9007199254740993', /atLeast must be a whole number/),
  get('no such metric', '/v1/churned', /\/v1\/funnel.*\/v1\/sales-cycle/, 404, 'not-found'),
  get('a page of 1,001', '/v1/events?limit=1001', /limit.*1 to 1000/),
  get('a page of none', '/v1/events?limit=0', /limit.*1 to 1000/),
  get('a page of 1e3', '/v1/events?limit=1e3', /limit.*1 to 1000/),
  get('a cursor of somebody else', '/v1/events?cursor=bm90IG1pbmU', /cursor is none that a page/),
  get('a position that is a text', '/v1/events?after=abc', /after must be a whole number/),
  get('an e-mail for a lead', '/v1/events?leadId=ann@example.org', /leadId must be an id/),
  get('no such projection', '/v1/projections/revenues', /revenues.*lead-funnel/, 404, 'unknown-projection'),
  get('cells of no projection', '/v1/projections/revenues/cells', /lead-funnel/, 404, 'unknown-projection'),
  get(
    'cells by an unknown dimension',
    '/v1/projections/lead-funnel/cells?by=plan',
    /plan.*origin/,
    400,
    'unknown-dimension',
  ),
  get('a grain of a text', '/v1/projections/lead-funnel/cells?by=origin:month', /grain/),
  get('no such grain', '/v1/projections/lead-funnel/cells?by=entered:week', /grain/),
  get('a day that is none', '/v1/projections/lead-funnel/cells?where=entered:monday', /a day, month or year/),
  get('an explanation of nothing', '/v1/explain/revenues', /lead-funnel/, 404, 'unknown-projection'),
  get(
    'an explanation by an unknown dimension',
    '/v1/explain/lead-funnel?where=plan:gold',
    /plan.*origin/,
    400,
    'unknown-dimension',
  ),
  get(
    'a bad cursor of an explanation',
    '/v1/explain/lead-funnel?cursor=%21',
    /cursor/,
    400,
    'invalid-cursor',
  ),
  get('a page of 10,000 entities', '/v1/explain/lead-funnel?limit=10000', /limit.*1 to 1000/),
  get(
    'an entity with conditions',
    '/v1/explain/lead-funnel?entity=ann&where=origin:x',
    /entity stands alone/,
  ),
  get('an address that is none', '/v1/leads/%zz', /malformed|valid url/),
  get('an address that there is not', '/v1/nothing/at/all', /nothing at this address/, 404, 'not-found'),
  get('a command asked for', '/v1/leads', /takes POST/, 405, 'method-not-allowed'),
];

const envelopes: readonly Case[] = [
  {
    what: 'DELETE',
    path: '/v1/leads/ann',
    call: { method: 'DELETE' },
    status: 405,
    type: 'method-not-allowed',
    says: /takes PATCH/,
  },
  {
    what: 'a query posted',
    path: '/v1/funnel',
    call: { method: 'POST', body: {} },
    status: 405,
    type: 'method-not-allowed',
    says: /GET/,
  },
  {
    what: 'a form',
    path: '/v1/leads',
    call: { method: 'POST', raw: 'id=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    status: 415,
    type: 'unsupported-media-type',
    says: /application\/json/,
  },
  {
    what: 'plain text',
    path: '/v1/leads',
    call: { method: 'POST', raw: '{"id":"x"}', headers: { 'content-type': 'text/plain' } },
    status: 415,
    type: 'unsupported-media-type',
    says: /application\/json/,
  },
  {
    what: 'JSON in Latin-1',
    path: '/v1/leads',
    call: {
      method: 'POST',
      raw: '{"id":"x"}',
      headers: { 'content-type': 'application/json; charset=iso-8859-1' },
    },
    status: 415,
    type: 'unsupported-media-type',
    says: /UTF-8/,
  },
  {
    what: 'the name of another host',
    path: '/v1/leads',
    call: { method: 'POST', body: { id: 'x' }, headers: { host: 'evil.example' } },
    status: 421,
    type: 'misdirected',
    says: /localhost/,
  },
  {
    what: 'a name that ends like ours',
    path: '/v1/events',
    call: { headers: { host: '127.0.0.1.evil.example' } },
    status: 421,
    type: 'misdirected',
    says: /localhost/,
  },
  {
    what: 'an empty Idempotency-Key',
    path: '/v1/leads',
    call: { method: 'POST', body: { id: 'x' }, headers: { 'idempotency-key': '' } },
    status: 400,
    type: 'malformed',
    says: /Idempotency-Key/,
  },
  {
    what: 'a long Idempotency-Key',
    path: '/v1/leads',
    call: { method: 'POST', body: { id: 'x' }, headers: { 'idempotency-key': 'k'.repeat(256) } },
    status: 400,
    type: 'malformed',
    says: /Idempotency-Key/,
  },
];

const expectProblem = (answer: Answer, { status, type, says }: Case): void => {
  expect({ status: answer.status, body: answer.text }).toEqual({ status, body: expect.stringMatching(says) });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json).toMatchObject({ type: `/problems/${type}`, status });
  expect(String(answer.json.title)).toMatch(/^[A-Z]/);
  expect(String(answer.json.detail).length).toBeGreaterThan(9);
  expect(answer.json.requestId).toBe(answer.headers['x-request-id']);
  expect(answer.text).not.toMatch(/node_modules|\.ts:|\.js:|SQLITE|at Object/);
};

describe.each([
  ['bodies', bodies],
  ['rules', rules],
  ['queries', queries],
  ['envelopes', envelopes],
])('refused %s', (_, cases) => {
  it.each(cases.map(one => [one.what, one] as const))('%s', async (__, one) => {
    const before = await server.engine.events.head();
    const answer = await server.call(one.path, one.call);
    expectProblem(answer, one);
    expect(await server.engine.events.head()).toBe(before);
  });
});

describe('refusals', () => {
  it('tells which methods an address takes', async () => {
    expect((await server.call('/v1/leads', { method: 'PUT', body: {} })).headers.allow).toBe('POST');
    expect((await server.call('/v1/funnel', { method: 'DELETE' })).headers.allow).toBe('GET, HEAD');
  });

  it('names every member that does not fit, each once', async () => {
    const { json: problem } = await server.post('/v1/leads', { id: 'a b', email: 7, plan: 1 });
    expect(problem.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      'email',
      'id',
      'plan',
    ]);
  });

  it('takes texts that look like SQL for what they are', async () => {
    const name = `Robert'); DROP TABLE events; --`;
    const { json: made } = await server.post('/v1/leads', { id: 'bobby', name, origin: "' OR 1=1 --" });
    const { json: page } = await server.get(`/v1/events?leadId=bobby&after=${made.position - 1}`);
    expect(page.data[0].data).toMatchObject({ origin: "' OR 1=1 --", personal: { name } });
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
