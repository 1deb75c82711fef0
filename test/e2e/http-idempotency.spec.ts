import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entryOf, newKey } from '../../libs/access/index.ts';
import { startServer, type Answer, type Harness } from './http-server.ts';

const keys = { shop: newKey(), form: newKey() };
type Caller = keyof typeof keys;
const entries = [entryOf('shop', ['admin'], keys.shop), entryOf('form', ['write'], keys.form)].join();

let server: Harness;
beforeAll(async () => {
  server = await startServer({ LEADFOLD_API_KEYS: entries, LEADFOLD_RATE_LIMIT: '0' });
  for (const id of ['ann', 'bob']) await send('shop', undefined, '/v1/leads', { id });
  const body = { id: 'deal', leadId: 'ann' };
  await send('shop', undefined, '/v1/opportunities', body);
});
afterAll(() => server.close());

const send = (caller: Caller, key: string | undefined, path: string, body: unknown, method = 'POST') =>
  server.call(path, {
    method,
    body,
    headers: {
      authorization: `Bearer ${keys[caller]}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  });
const said = ({ status, json, headers }: Answer): unknown => [status, json, headers.location];
const head = (): Promise<number> => server.engine.events.head();

let count = 0;
const fresh = (): string => `key-${++count}`;

describe('an Idempotency-Key', () => {
  it('belongs to the API key that it came with: two that chose the same are told nothing of each other', async () => {
    const key = fresh();
    const shop = await send('shop', key, '/v1/leads', { email: 'cid@example.org' });
    const form = await send('form', key, '/v1/leads', { email: 'dot@example.org' });
    expect([shop.status, form.status]).toEqual([201, 201]);
    expect(form.json.id).not.toBe(shop.json.id);
    const before = await head();
    expect(said(await send('shop', key, '/v1/leads', { email: 'cid@example.org' }))).toEqual(said(shop));
    expect(said(await send('form', key, '/v1/leads', { email: 'dot@example.org' }))).toEqual(said(form));
    expect(await head()).toBe(before);
    // The body of the other is another body to it, so that its answer is no oracle either.
    const guess = await send('form', key, '/v1/leads', { email: 'cid@example.org' });
    expect([guess.status, guess.json.type]).toEqual([422, '/problems/idempotency-key-reused']);
  });

  it('that two use for the very same command makes two commands, not one answer', async () => {
    const key = fresh();
    const body = { leadId: 'ann', total: { amount: 100, currency: 'EUR' } };
    const shop = await send('shop', key, '/v1/orders', body);
    const form = await send('form', key, '/v1/orders', body);
    expect([shop.status, form.status]).toEqual([201, 201]);
    expect(form.json.id).not.toBe(shop.json.id);
  });

  it.each([
    ['one character', '!'],
    ['255 characters', 'k'.repeat(255)],
    ['every visible one', String.fromCharCode(...Array.from({ length: 94 }, (_, n) => 33 + n))],
    ['a word of JavaScript', '__proto__'],
    ['SQL', "x';DROP/**/TABLE/**/events;--"],
  ])('of %s is taken, and knows its own again', async (_, key) => {
    const first = await send('shop', key, '/v1/leads', { origin: 'social', id: `of-${key.length}` });
    expect(first.status).toBe(201);
    const again = await send('shop', key, '/v1/leads', { id: `of-${key.length}`, origin: 'social' });
    expect(said(again)).toEqual(said(first));
  });

  it.each([
    ['a blank within', 'a b'],
    ['a tab within', 'a\tb'],
    ['an umlaut', 'schl\u00fcssel'],
    ['256 characters', 'k'.repeat(256)],
  ])('with %s is refused, and nothing is carried out', async (_, key) => {
    const before = await head();
    const { status, json } = await send('shop', key, '/v1/leads', { id: 'odd' });
    expect([status, json.errors.map(error => error.path)]).toEqual([400, ['Idempotency-Key']]);
    expect(await head()).toBe(before);
  });

  it('tells large letters from small ones, and takes no notice of blanks around it', async () => {
    const key = fresh();
    const first = await send('shop', key, '/v1/leads', { email: 'case-1@example.org' });
    const other = await send('shop', key.toUpperCase(), '/v1/leads', { email: 'case-2@example.org' });
    expect([first.status, other.status]).toEqual([201, 201]);
    const padded = await send('shop', `  ${key} `, '/v1/leads', { email: 'case-1@example.org' });
    expect(said(padded)).toEqual(said(first));
  });
});

describe('the same key again', () => {
  const total = { amount: 1, currency: 'EUR' };
  type Command = readonly [path: string, body: unknown, method?: string];

  it.each<[string, Command, Command]>([
    ['another body', ['/v1/leads', { id: 'x1' }], ['/v1/leads', { id: 'x2' }]],
    ['a member more', ['/v1/leads', { id: 'x3' }], ['/v1/leads', { id: 'x3', name: 'X' }]],
    ['another command', ['/v1/leads', { id: 'x4' }], ['/v1/orders', { leadId: 'ann', total }]],
    [
      'another lead in the path',
      ['/v1/leads/ann/stage', { stage: 'mql' }],
      ['/v1/leads/bob/stage', { stage: 'mql' }],
    ],
    [
      'another method',
      ['/v1/leads/ann', { company: 'A' }, 'PATCH'],
      ['/v1/leads/ann/stage', { stage: 'sql' }],
    ],
    [
      'a time added',
      ['/v1/leads', { id: 'x5' }],
      ['/v1/leads', { id: 'x5', occurredAt: '2024-01-01T00:00Z' }],
    ],
    ['winning for losing', ['/v1/opportunities/deal/win', {}], ['/v1/opportunities/deal/lose', {}]],
    [
      'other touchpoints',
      ['/v1/touchpoints', { touchpoints: [{ id: 't1', type: 'PageViewed', leadId: 'ann' }] }],
      ['/v1/touchpoints', { touchpoints: [{ id: 't2', type: 'PageViewed', leadId: 'ann' }] }],
    ],
  ])('with %s is refused, and changes nothing', async (_, [path, body, method], [other, changed, way]) => {
    const key = fresh();
    const first = await send('shop', key, path, body, method);
    expect(first.status).toBeLessThan(300);
    const before = await head();
    const answer = await send('shop', key, other, changed, way);
    expect([answer.status, answer.json.type]).toEqual([422, '/problems/idempotency-key-reused']);
    expect(answer.json).toMatchObject({ command: expect.stringMatching(/^[a-zA-Z]+$/) });
    expect(await head()).toBe(before);
    expect(said(await send('shop', key, path, body, method))).toEqual(said(first));
  });

  it.each<[string, unknown, unknown]>([
    ['the order of members', { id: 'y1', name: 'Y', origin: 'o' }, { origin: 'o', name: 'Y', id: 'y1' }],
    [
      'the order of members deep within',
      { id: 'y2', attributes: { a: { b: 1, c: 2 } } },
      { id: 'y2', attributes: { a: { c: 2, b: 1 } } },
    ],
    [
      'how a time is written',
      { id: 'y3', occurredAt: '2024-01-01T01:00:00+01:00' },
      { id: 'y3', occurredAt: '2024-01-01T00:00Z' },
    ],
  ])('is the same command whatever %s', async (_, one, other) => {
    const key = fresh();
    const first = await send('shop', key, '/v1/leads', one);
    expect(said(await send('shop', key, '/v1/leads', other))).toEqual(said(first));
  });

  it('is answered 201 with Location as the first time, long after the thing has moved on', async () => {
    const key = fresh();
    const first = await send('shop', key, '/v1/leads', { id: 'moved', email: 'moved@example.org' });
    await send('shop', undefined, '/v1/leads/moved/stage', { stage: 'mql' });
    await send('shop', undefined, '/v1/leads/moved', { company: 'New Ltd' }, 'PATCH');
    const again = await send('shop', key, '/v1/leads', { id: 'moved', email: 'moved@example.org' });
    expect(said(again)).toEqual([
      201,
      { id: 'moved', revision: 0, position: first.json.position },
      '/v1/leads/moved',
    ]);
  });

  it('of touchpoints says of each what it said, duplicates and refusals too', async () => {
    const key = fresh();
    const touchpoints = [
      { id: 'seen', type: 'PageViewed', leadId: 'bob' },
      { id: 'new', type: 'PageViewed', leadId: 'bob' },
      { id: 'odd', type: 'Nonsense', leadId: 'bob' },
    ];
    await send('shop', undefined, '/v1/touchpoints', { touchpoints: touchpoints.slice(0, 1) });
    const first = await send('shop', key, '/v1/touchpoints', { touchpoints });
    expect(first.json.results.map(({ outcome }) => outcome)).toEqual(['duplicate', 'appended', 'refused']);
    expect(said(await send('shop', key, '/v1/touchpoints', { touchpoints }))).toEqual(said(first));
  });

  it('is free when the body was malformed: nothing was begun', async () => {
    const key = fresh();
    expect((await send('shop', key, '/v1/leads', { id: 'z z' })).status).toBe(400);
    expect((await send('shop', key, '/v1/leads', { id: 'zz' })).status).toBe(201);
  });

  it('may be tried again when a rule refused it and no longer does', async () => {
    const key = fresh();
    const order = { leadId: 'later', total };
    expect((await send('shop', key, '/v1/orders', order)).status).toBe(404);
    await send('shop', undefined, '/v1/leads', { id: 'later' });
    const placed = await send('shop', key, '/v1/orders', order);
    expect(placed.status).toBe(201);
    expect(said(await send('shop', key, '/v1/orders', order))).toEqual(said(placed));
  });

  it('at the same time with two bodies carries out exactly one of them', async () => {
    for (let round = 0; round < 5; round++) {
      const key = fresh();
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          send('shop', key, '/v1/leads', { email: `race-${round}-${n % 2}@example.org` }),
        ),
      );
      const taken = answers.filter(({ status }) => status === 201);
      expect(taken).toHaveLength(3);
      expect(new Set(taken.map(({ text }) => text)).size).toBe(1);
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(3);
    }
  });

  it('never stands in the log of events or of requests', async () => {
    const key = 'secret-order-number-7f3a';
    await send('shop', key, '/v1/leads', { id: 'quiet' });
    await send('shop', key, '/v1/leads', { id: 'other' });
    const events = await server.engine.events.readAll(0, 10_000);
    expect(JSON.stringify(events) + server.log.join('')).not.toContain(key);
  });
});
