import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type Answer, type Harness } from './http-server.ts';

let server: Harness;
let position = 0;

const order = (leadId: string, day: string, amount: number, country: string) => ({
  stream: `order-${leadId}-${day}`,
  event: {
    type: 'OrderPlaced',
    version: 1,
    occurredAt: Date.parse(`${day}T12:00:00Z`),
    data: { orderId: `${leadId}-${day}`, leadId, country, total: { amount, currency: 'EUR' } },
    metadata: { leadId },
  },
});

beforeAll(async () => {
  server = await startServer();
  const { events, newId } = server.engine;
  for (const { stream, event } of [
    order('ada', '2018-01-10', 1_000, 'GB'),
    order('ada', '2018-03-01', 2_000, 'GB'),
    order('bo', '2018-01-31', 500, '=cmd'),
  ])
    position = (await events.append(stream, [{ id: newId(), ...event }], 'ANY')).position;
});

afterAll(() => server.close());

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  server.get(`${path}${path.includes('?') ? '&' : '?'}atLeast=${position}`, headers);
const csv = { accept: 'text/csv' };

describe('GET /v1/churn', () => {
  it('has a row per period', async () => {
    const { json } = await get('/v1/churn?inactiveDays=30&from=2018-02-01&to=2018-04-01');
    expect(json).toMatchObject({
      metric: 'churn',
      version: 1,
      range: { from: '2018-02-01', to: '2018-04-01' },
      definitions: { churnRate: expect.stringContaining('churned / ') },
      quality: [],
    });
    expect(json.rows).toEqual([
      {
        by: {},
        ...{ period: '2018-02', at: '2018-02-28', known: 2, active: 0 },
        ...{ churned: 1, wonBack: 0, inactive: 1, churnRate: 0.5 },
      },
      {
        by: {},
        ...{ period: '2018-03', at: '2018-03-31', known: 2, active: 1 },
        ...{ churned: 1, wonBack: 1, inactive: 1, churnRate: 1 },
      },
    ]);
  });

  it('gives the same for days that are kept and days that are not', async () => {
    for (const [inactiveDays, churned] of [
      [30, 0],
      [29, 0],
      [28, 0],
      [27, 1],
    ] as const) {
      const { json } = await get(`/v1/churn?inactiveDays=${inactiveDays}&from=2018-02-28&to=2018-03-01`);
      expect(json.rows).toMatchObject([{ churned }]);
    }
  });

  it('comes as CSV', async () => {
    const { text } = await get('/v1/churn?grain=quarter', csv);
    expect(text).toBe(
      'period,at,known,active,churned,wonBack,inactive,churnRate\n2018-Q1,2018-03-01,2,2,0,0,0,\n',
    );
  });
});

describe('GET /v1/retention', () => {
  it('has a row per cohort', async () => {
    const { json } = await get('/v1/retention?grain=month');
    expect(json.rows).toEqual([{ by: {}, cohort: '2018-01', size: 2, active: [2, 0, 1] }]);
  });

  it('comes as CSV with a column per period', async () => {
    const { text } = await get('/v1/retention?to=2018-02-01', csv);
    expect(text).toBe('cohort,size,active+0,active+1,active+2\n2018-01,2,2,0,1\n');
  });
});

describe('GET /v1/revenue', () => {
  it('has a row per period and currency, broken down and narrowed', async () => {
    const { json } = await get('/v1/revenue?grain=quarter&by=country&where=country:GB');
    expect(json.rows).toEqual([
      {
        by: { country: 'GB' },
        ...{ period: '2018-Q1', currency: 'EUR', orders: 2, customers: 1 },
        revenue: [{ amount: 3_000, currency: 'EUR' }],
      },
    ]);
  });

  it('comes as CSV in which nothing is a formula', async () => {
    const { text } = await get('/v1/revenue?by=country&to=2018-02-01', csv);
    expect(text.trimEnd().split('\n')).toEqual([
      'country,period,currency,orders,customers,revenue',
      "'=cmd,2018-01,EUR,1,1,500 EUR",
      'GB,2018-01,EUR,1,1,1000 EUR',
    ]);
  });
});

describe('what is refused', () => {
  it.each([
    ['/v1/churn?grain=fortnight', 'grain'],
    ['/v1/churn?grain=month&grain=day', 'grain'],
    ['/v1/churn?inactiveDays=0', 'inactiveDays'],
    ['/v1/churn?inactiveDays=90.5', 'inactiveDays'],
    ['/v1/churn?inactiveDays=36501', 'inactiveDays'],
    ['/v1/churn?by=origin', 'by'],
    ['/v1/churn?where=origin:x', 'where'],
    ['/v1/churn?from=2018-02-30', 'from'],
    ['/v1/churn?from=2018-02-01&to=2018-01-01', 'to'],
    ['/v1/churn?grain=day&from=1900-01-01&to=2018-01-01', 'grain'],
    ['/v1/retention?grain=day', 'grain'],
    ['/v1/retention?inactiveDays=90', 'inactiveDays'],
    ['/v1/revenue?by=nothing', 'by'],
    ['/v1/close-rate?grain=month', 'grain'],
  ])('%s: the problem names %s', async (path, parameter) => {
    const { status, json } = await get(path);
    expect(status).toBe(400);
    expect(json.errors.map(error => error.path)).toEqual([parameter]);
  });
});
