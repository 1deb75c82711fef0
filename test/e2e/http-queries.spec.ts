import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type Entry, type Harness } from './http-server.ts';

let server: Harness;
let position: number;

const leads = [
  { id: 'l1', origin: 'social', occurredAt: '2018-01-10T10:00:00Z' },
  { id: 'l2', origin: 'social', occurredAt: '2018-02-10T10:00:00Z' },
  { id: 'l3', origin: '=cmd|calc', occurredAt: '2018-02-11T10:00:00Z' },
  { id: 'l4', occurredAt: '2018-02-12T23:30:00-03:00', email: 'l4@example.org' },
];

beforeAll(async () => {
  server = await startServer();
  for (const lead of leads) await server.post('/v1/leads', lead);
  await server.post('/v1/opportunities', {
    id: 'd1',
    leadId: 'l1',
    amount: { amount: 5_000, currency: 'EUR' },
    occurredAt: '2018-01-20T10:00:00Z',
  });
  const won = await server.post('/v1/opportunities/d1/win', { occurredAt: '2018-02-09T10:00:00Z' });
  position = won.json.position;
});

afterAll(() => server.close());

const csv = { accept: 'text/csv' };
const lines = (text: string): readonly string[] => text.trimEnd().split('\n');

describe('metrics', () => {
  it('answer what was written, when asked to wait for it', async () => {
    for (let n = 0; n < 20; n++) {
      const { json: made } = await server.post('/v1/leads', { id: `fresh-${n}`, origin: 'fresh' });
      const { json: answer } = await server.get(`/v1/funnel?where=origin:fresh&atLeast=${made.position}`);
      expect(answer.position).toBeGreaterThanOrEqual(made.position);
      expect(answer.rows[0]).toMatchObject({ stage: 'visitor', count: n + 1 });
    }
  });

  it('are broken down, narrowed down and bounded in time', async () => {
    const { json: answer } = await server.get(
      `/v1/close-rate?from=2018-01-01&to=2018-03-01&by=origin&atLeast=${position}`,
    );
    expect(answer).toMatchObject({
      metric: 'close-rate',
      version: 1,
      range: { from: '2018-01-01', to: '2018-03-01' },
      definitions: { closeRate: expect.any(String), winRate: expect.any(String) },
      quality: [],
    });
    expect(answer.rows.map(row => [row.by.origin, row.leads, row.won, row.closeRate])).toEqual([
      [null, 1, 0, 0],
      ['=cmd|calc', 1, 0, 0],
      ['social', 2, 1, 0.5],
    ]);
    const { json: some } = await server.get(
      '/v1/close-rate?from=2018-02-01&to=2018-03-01&where=origin:social&where=origin:',
    );
    expect(some.rows.map(row => row.leads)).toEqual([2]);
  });

  it('count days in the workspace zone, instants as they are', async () => {
    const of = async (range: string): Promise<unknown> =>
      (await server.get(`/v1/close-rate?${range}&atLeast=${position}`)).json.rows[0]!.leads;
    expect(await of('from=2018-02-13&to=2018-02-14')).toBe(1);
    expect(await of('from=2018-02-12T23:30:00-03:00&to=2018-02-14')).toBe(1);
    expect(await of('from=2018-02-12T23:30:00.001-03:00&to=2018-02-14')).toBe(0);
  });

  it('tell a sales cycle', async () => {
    const { json: answer } = await server.get(`/v1/sales-cycle?atLeast=${position}`);
    expect(answer.rows).toEqual([
      { by: {}, deals: 1, meanDays: 30, medianDays: 30, p90Days: 30, minDays: 30, maxDays: 30 },
    ]);
  });

  it('come as CSV, in which nothing is a formula', async () => {
    const answer = await server.get(
      `/v1/close-rate?from=2018-01-01&to=2018-03-01&by=origin&atLeast=${position}`,
      csv,
    );
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    expect(lines(answer.text)[0]).toBe('origin,leads,won,lost,closeRate,winRate');
    expect(
      lines(answer.text)
        .slice(1)
        .map(line => line.split(',').slice(0, 2)),
    ).toEqual([
      ['', '1'],
      ["'=cmd|calc", '1'],
      ['social', '2'],
    ]);
  });

  it('say when they are behind, and when to come back', async () => {
    const answer = await server.get('/v1/funnel?atLeast=999999999');
    expect([answer.status, answer.json.type, answer.headers['retry-after']]).toEqual([
      503,
      '/problems/projection-behind',
      '1',
    ]);
    expect(answer.json.position).toBeGreaterThan(0);
  });
});

describe('GET /v1/events', () => {
  it('shows the log, personal data and all', async () => {
    const { json: page } = await server.get('/v1/events?leadId=l4&type=LeadCaptured');
    expect(page).toEqual({
      data: [
        {
          position: expect.any(Number),
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          type: 'LeadCaptured',
          version: 1,
          stream: 'lead-l4',
          revision: 0,
          occurredAt: '2018-02-13T02:30:00.000Z',
          recordedAt: expect.stringMatching(/Z$/),
          data: { leadId: 'l4', personal: { email: 'l4@example.org' } },
          metadata: expect.objectContaining({ actor: 'api', leadId: 'l4' }),
        },
      ],
      nextCursor: null,
    });
  });

  it('goes through all of it, page by page, without gap or repeat', async () => {
    const seen: number[] = [];
    let cursor = '';
    do {
      const { json: page } = await server.get(`/v1/events?limit=3${cursor}`);
      expect(page.data.length).toBeLessThanOrEqual(3);
      seen.push(...page.data.map(event => event.position));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    const head = await server.engine.events.head();
    expect(seen).toEqual(Array.from({ length: head }, (_, n) => n + 1));
  });

  it('finds by type (listed or repeated), actor, position and time', async () => {
    const types = async (query: string): Promise<string[]> =>
      (await server.get(`/v1/events?${query}`)).json.data.map(event => event.type);
    expect(await types('type=OpportunityWon,OpportunityOpened')).toEqual([
      'OpportunityOpened',
      'OpportunityWon',
    ]);
    expect(await types('type=OpportunityWon&type=OpportunityOpened')).toHaveLength(2);
    expect(await types(`after=${position - 1}&type=OpportunityWon`)).toEqual(['OpportunityWon']);
    expect(await types('actor=nobody')).toEqual([]);
    expect(await types('from=2018-01-10&to=2018-01-11')).toEqual(['LeadCaptured']);
    expect(await types('from=2018-01-10T10:00:00.001Z&to=2018-01-20')).toEqual([]);
  });

  it('comes as CSV with a link to the next page', async () => {
    const answer = await server.get('/v1/events?limit=2', csv);
    expect(lines(answer.text)).toHaveLength(3);
    expect(lines(answer.text)[0]).toBe(
      'position,id,type,version,stream,revision,occurredAt,recordedAt,data,metadata',
    );
    const next = /^<(.+)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
    expect(lines((await server.get(next!, csv)).text)[1]).toMatch(/^3,/);
  });

  it('answers 503 for a position that the log has not', async () => {
    expect((await server.get('/v1/events?atLeast=999999999')).status).toBe(503);
  });
});

describe('read models', () => {
  it('tell where they stand', async () => {
    const { json: page } = await server.get(`/v1/projections?atLeast=${position}`);
    expect(page.data.map(one => one.name).sort()).toEqual(
      server.engine.projections.map(({ name }) => name).sort(),
    );
    const { json: one } = await server.get('/v1/projections/lead-funnel');
    const { version } = server.engine.projections.find(({ name }) => name === 'lead-funnel')!;
    expect(one.data).toEqual([
      expect.objectContaining({ name: 'lead-funnel', status: 'live', version, parked: 0 }),
    ]);
  });

  it('give their totals by any dimension, days at any grain', async () => {
    const { json: answer } = await server.get(
      `/v1/projections/lead-funnel/cells?by=entered:month&where=entered:2018&atLeast=${position}`,
    );
    expect(answer.projection).toBe('lead-funnel');
    expect(answer.data.map(row => [row.by.entered, row.sums.leads])).toEqual([
      ['2018-01', 1],
      ['2018-02', 3],
    ]);
    const answerCsv = await server.get(
      '/v1/projections/lead-funnel/cells?by=origin&where=origin:social',
      csv,
    );
    expect(lines(answerCsv.text)[1]).toMatch(/^social,2/);
  });

  it('explain a cell by leads that add up to it, page by page', async () => {
    const cell = 'where=origin:social&where=entered:2018';
    const { json: totals } = await server.get(`/v1/projections/lead-funnel/cells?${cell}`);
    const { json: first } = await server.get(`/v1/explain/lead-funnel?${cell}&limit=1`);
    const { json: second } = await server.get(
      `/v1/explain/lead-funnel?${cell}&limit=1&cursor=${first.nextCursor}`,
    );
    const entities = [...first.data, ...second.data];
    expect(entities.map(entity => entity.id)).toEqual(['l1', 'l2']);
    expect(first.total).toEqual(totals.data[0]!.sums);
    const leadsOf = (sum: number, entity: Entry): number => sum + entity.adds.leads!;
    expect(entities.reduce(leadsOf, 0)).toBe(totals.data[0]!.sums.leads);
  });

  it('explain a lead by its events', async () => {
    const { json: entity } = await server.get('/v1/explain/lead-funnel?entity=l1');
    expect(entity).toMatchObject({
      projection: 'lead-funnel',
      id: 'l1',
      state: { entry: { origin: 'social' } },
      quality: [],
    });
    expect(entity.contributions[0]!.cell).toMatchObject({ origin: 'social' });
    expect(entity.events.map(event => [event.type, event.occurredAt])).toEqual([
      ['LeadCaptured', '2018-01-10T10:00:00.000Z'],
      ['OpportunityOpened', '2018-01-20T10:00:00.000Z'],
      ['OpportunityWon', '2018-02-09T10:00:00.000Z'],
    ]);
  });

  it('answer 404 for a lead that they have not seen', async () => {
    expect((await server.get('/v1/explain/lead-funnel?entity=nobody')).status).toBe(404);
  });
});
