import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import { startServer, type Harness } from './http-server.ts';

let server: Harness;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.close());

/** Types and data of what a stream holds. */
const stream = async (name: string): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of server.engine.events.readStream(name)) events.push(event);
  return events;
};

describe('POST /v1/leads', () => {
  it('makes a lead, and says where it is', async () => {
    const answer = await server.post('/v1/leads', {
      id: 'ada',
      email: ' Ada@Example.org ',
      phone: '+44 20 7946 0958',
      name: 'Ada King',
      company: 'Analytical Engines',
      jobTitle: 'Head of Computing',
      country: 'GB',
      origin: 'organic_search',
      campaign: 'spring',
      landingPage: 'https://example.org/pricing?mail=ada@example.org#top',
      attributes: { budget: { over: 10_000 } },
      consents: [{ purpose: 'news', channel: 'email', textVersion: '2018-02' }],
      occurredAt: '2018-03-01T09:30:00+01:00',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe('/v1/leads/ada');
    expect(answer.json).toEqual({ id: 'ada', revision: 1, position: await server.engine.events.head() });
    const [captured, consent] = await stream('lead-ada');
    expect(captured).toMatchObject({
      type: 'LeadCaptured',
      occurredAt: Date.UTC(2018, 2, 1, 8, 30),
      data: {
        leadId: 'ada',
        company: 'Analytical Engines',
        country: 'GB',
        origin: 'organic_search',
        campaign: 'spring',
        landingPage: 'https://example.org/pricing',
        personal: {
          name: 'Ada King',
          jobTitle: 'Head of Computing',
          landingPageQuery: '?mail=ada@example.org#top',
          attributes: { budget: { over: 10_000 } },
        },
      },
    });
    expect(consent).toMatchObject({ type: 'ConsentGranted', data: { purpose: 'news' } });
  });

  it('takes the same e-mail again for the same lead', async () => {
    const answer = await server.post('/v1/leads', { email: 'ada@example.org', origin: 'referral' });
    expect([answer.status, answer.headers.location, answer.json.id]).toEqual([200, undefined, 'ada']);
    expect((await stream('lead-ada')).at(-1)).toMatchObject({ type: 'LeadRecaptured' });
  });

  it('makes an id where none is given, and now where no time is', async () => {
    const before = Date.now();
    const { json: made } = await server.post('/v1/leads', { phone: '+49 30 987654' });
    expect(made.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const [captured] = await stream(`lead-${made.id}`);
    expect(captured!.occurredAt).toBeGreaterThanOrEqual(before);
    expect(captured!.occurredAt).toBeLessThanOrEqual(Date.now());
  });

  it('answers a repeat with the same key as the first time, and appends nothing', async () => {
    const headers = { 'idempotency-key': 'form-1' };
    const body = { email: 'eve@example.org', origin: 'social' };
    const first = await server.post('/v1/leads', body, headers);
    const head = await server.engine.events.head();
    const again = await server.post('/v1/leads', body, headers);
    expect([again.status, again.json]).toEqual([first.status, first.json]);
    expect(again.headers.location).toBe(first.headers.location);
    expect(await server.engine.events.head()).toBe(head);
  });

  it('answers repeats at the same time alike', async () => {
    const headers = { 'idempotency-key': 'form-2' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => server.post('/v1/leads', { email: 'flo@example.org' }, headers)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await stream(`lead-${answers[0]!.json.id}`)).toHaveLength(1);
  });

  it('keeps the id of the request as the correlation of its events', async () => {
    const { json: made, headers } = await server.post(
      '/v1/leads',
      { id: 'gus' },
      { 'x-request-id': 'trace-42' },
    );
    expect(headers['x-request-id']).toBe('trace-42');
    expect((await stream(`lead-${made.id}`))[0]!.metadata).toMatchObject({
      actor: 'api',
      correlationId: 'trace-42',
    });
  });

  it('makes an id of its own for a request whose id might be personal', async () => {
    const { headers } = await server.post('/v1/leads', { id: 'gus' }, { 'x-request-id': 'ann@example.org' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the life of a lead', () => {
  it('is looked up by e-mail and phone, not by address', async () => {
    await server.post('/v1/leads', { id: 'hal', email: 'hal@example.org', phone: '+49301111111' });
    expect((await server.post('/v1/leads/lookup', { email: 'HAL@example.org' })).json).toEqual({ id: 'hal' });
    expect((await server.post('/v1/leads/lookup', { phone: '+49 30 1111111' })).json).toEqual({ id: 'hal' });
  });

  it('is changed field by field', async () => {
    await server.post('/v1/leads', { id: 'ida', origin: 'social' });
    const answer = await server.call('/v1/leads/ida', { method: 'PATCH', body: { company: 'Ida & Co' } });
    expect([answer.status, answer.json.revision]).toEqual([200, 1]);
    expect((await stream('lead-ida')).at(-1)).toMatchObject({
      type: 'LeadProfileUpdated',
      data: { leadId: 'ida', company: 'Ida & Co' },
    });
  });

  it('goes through stages, guarded by the revision that was seen', async () => {
    await server.post('/v1/leads', { id: 'jon' });
    const to = (stage: string, expectedRevision: number): ReturnType<Harness['post']> =>
      server.post('/v1/leads/jon/stage', { stage, expectedRevision, reason: 'said so' });
    expect((await to('mql', 0)).status).toBe(200);
    expect((await to('sql', 0)).json).toMatchObject({ status: 409, currentRevision: 1 });
    expect((await to('sql', 1)).json.revision).toBe(2);
    expect((await stream('lead-jon')).at(-1)!.data).toMatchObject({
      stage: 'sql',
      from: 'mql',
      personal: { reason: 'said so' },
    });
  });
});

describe('POST /v1/touchpoints', () => {
  const facts = [
    { id: 'v1', type: 'PageViewed', leadId: 'kim', url: 'https://example.org/a?mail=kim@example.org' },
    { id: 'c1', type: 'CallMade', leadId: 'kim', note: 'wants a demo', occurredAt: '2018-03-01T09:30:00Z' },
    { id: 'o1', type: 'EmailOpened', leadId: 'lea', messageId: 'm-1' },
  ];

  it('says of each what became of it', async () => {
    const { status, json: answer } = await server.post('/v1/touchpoints', { touchpoints: facts });
    expect(status).toBe(200);
    expect(answer.results.map(one => [one.id, one.outcome])).toEqual([
      ['v1', 'appended'],
      ['c1', 'appended'],
      ['o1', 'appended'],
    ]);
    const [view, call] = await stream('lead-kim');
    expect(view!.data).toMatchObject({
      url: 'https://example.org/a',
      personal: { query: '?mail=kim@example.org' },
    });
    expect(call).toMatchObject({
      occurredAt: Date.UTC(2018, 2, 1, 9, 30),
      data: { personal: { note: 'wants a demo' } },
    });
  });

  it('knows them again', async () => {
    const head = await server.engine.events.head();
    const { json: answer } = await server.post('/v1/touchpoints', { touchpoints: facts });
    expect(answer.results.map(one => one.outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    expect(await server.engine.events.head()).toBe(head);
  });

  it('takes 1,000 at once, and more than the 1 MB of other bodies', async () => {
    const touchpoints = Array.from({ length: 1_000 }, (_, n) => ({
      id: `many-${n}`,
      type: 'MeetingHeld',
      leadId: `lead${n % 50}`,
      note: 'x'.repeat(1_200),
    }));
    const { status, json: answer } = await server.post('/v1/touchpoints', { touchpoints });
    expect(status).toBe(200);
    expect(answer.results.every(one => one.outcome === 'appended')).toBe(true);
  });
});

describe('opportunities', () => {
  it('are opened, moved, won, opened again and lost', async () => {
    await server.post('/v1/leads', { id: 'max' });
    const opened = await server.post('/v1/opportunities', {
      id: 'deal',
      leadId: 'max',
      amount: { amount: 129_900, currency: 'EUR' },
      name: 'Engine for Max',
      owner: 'rep-3',
    });
    expect([opened.status, opened.headers.location]).toEqual([201, '/v1/opportunities/deal']);
    const steps = [
      ['stage', { stage: 'negotiation', probability: 0.6 }],
      ['win', { amount: { amount: 100_000, currency: 'EUR' } }],
      ['reopen', { reason: 'not paid' }],
      ['lose', { reason: 'budget' }],
    ] as const;
    for (const [step, body] of steps)
      expect((await server.post(`/v1/opportunities/deal/${step}`, body)).status).toBe(200);
    expect(
      (await stream('opportunity-deal')).map(({ type, data }) => [
        type,
        (data as { amount?: { amount: number } }).amount?.amount,
      ]),
    ).toEqual([
      ['OpportunityOpened', 129_900],
      ['OpportunityStageChanged', undefined],
      ['OpportunityWon', 100_000],
      ['OpportunityReopened', undefined],
      ['OpportunityLost', undefined],
    ]);
  });

  it('are won without a body, because none of its fields is needed', async () => {
    await server.post('/v1/leads', { id: 'nia' });
    const { json: deal } = await server.post('/v1/opportunities', { leadId: 'nia' });
    const answer = await server.call(`/v1/opportunities/${deal.id}/win`, { method: 'POST' });
    expect([answer.status, answer.json.id]).toEqual([200, deal.id]);
  });
});

describe('orders', () => {
  const total = { amount: 9_000, currency: 'GBP' };

  it('are placed, with or without lines, and cancelled', async () => {
    await server.post('/v1/leads', { id: 'ola' });
    const lines = [
      { sku: '85048', name: 'Glass ball', quantity: 12, amount: 8_340 },
      { sku: 'gift', quantity: 1, amount: 0 },
    ];
    const placed = await server.post('/v1/orders', {
      id: 'first',
      leadId: 'ola',
      total,
      country: 'GB',
      lines,
      occurredAt: '2018-03-01T09:30:00+01:00',
    });
    expect([placed.status, placed.headers.location]).toEqual([201, '/v1/orders/first']);
    expect(placed.json).toEqual({ id: 'first', revision: 0, position: await server.engine.events.head() });
    const cancelled = await server.post('/v1/orders/first/cancel', { reason: 'broken' });
    expect([cancelled.status, cancelled.json.revision]).toEqual([200, 1]);
    expect(await stream('order-first')).toMatchObject([
      {
        type: 'OrderPlaced',
        occurredAt: Date.UTC(2018, 2, 1, 8, 30),
        data: { orderId: 'first', leadId: 'ola', total, country: 'GB', lines },
        metadata: { leadId: 'ola', actor: 'api' },
      },
      {
        type: 'OrderCancelled',
        data: { orderId: 'first', leadId: 'ola', total, country: 'GB', personal: { reason: 'broken' } },
      },
    ]);
  });

  it('have an id made for them, the same for the same key', async () => {
    await server.post('/v1/leads', { id: 'pia' });
    const headers = { 'idempotency-key': 'checkout-7' };
    const body = { leadId: 'pia', total };
    const first = await server.post('/v1/orders', body, headers);
    const again = await server.post('/v1/orders', body, headers);
    expect(first.status).toBe(201);
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(await stream(`order-${first.json.id}`)).toHaveLength(1);
    const cancel = `/v1/orders/${first.json.id}/cancel`;
    const gone = await server.post(cancel, {}, { 'idempotency-key': 'cancel-7' });
    expect((await server.post(cancel, {}, { 'idempotency-key': 'cancel-7' })).json).toEqual(gone.json);
    expect((await server.post(cancel, {})).status).toBe(422);
  });

  it('take 5,000 lines at once', async () => {
    await server.post('/v1/leads', { id: 'quy' });
    const lines = Array.from({ length: 5_000 }, (_, n) => ({ sku: `sku-${n}`, quantity: 1, amount: n }));
    const { status, json: made } = await server.post('/v1/orders', { leadId: 'quy', total, lines });
    expect(status).toBe(201);
    expect((await stream(`order-${made.id}`))[0]!.data).toMatchObject({ lines });
  });
});
