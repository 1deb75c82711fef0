import { describe, expect, it } from '@jest/globals';
import type { MetricQuery, MetricRow } from '../../libs/metrics/define.ts';
import { recorded, specify, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { ask } from '../testing.ts';
import { revenueByPeriod } from './revenue.metric.ts';
import { revenue } from './revenue.projection.ts';

const placed = (
  leadId: string,
  orderId: string,
  occurredAt: string,
  amount = 100,
  said: { readonly currency?: string; readonly country?: string } = {},
): ShortEvent => ({
  type: 'OrderPlaced',
  occurredAt,
  data: {
    orderId,
    leadId,
    ...(said.country !== undefined && { country: said.country }),
    total: { amount, currency: said.currency ?? 'EUR' },
  },
});
const cancelled = (leadId: string, orderId: string, occurredAt: string): ShortEvent => ({
  type: 'OrderCancelled',
  occurredAt,
  data: { orderId, leadId },
});
const captured = (leadId: string, occurredAt: string, said: object): ShortEvent => ({
  type: 'LeadCaptured',
  occurredAt,
  data: { leadId, ...said },
});

const rows = async (
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
): Promise<readonly MetricRow[]> => (await ask(revenueByPeriod, history, query)).rows;
/** Rows in short: group, period, orders, customers, amount and currency. */
const short = async (
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
): Promise<readonly string[]> =>
  (await ask(revenueByPeriod, history, query)).rows.map(
    ({ by, period, orders, customers, revenue: sum }) =>
      `${[...Object.values(by), period, orders, customers].map(text).join(' ')} ${JSON.stringify(sum)}`,
  );
const text = (value: unknown): string => (value === null ? '' : (value as string));
const eur = (amount: number): string => `[{"amount":${amount},"currency":"EUR"}]`;
const gbp = (amount: number): string => `[{"amount":${amount},"currency":"GBP"}]`;

describe('a period has a row per currency', () => {
  const history = [
    placed('a', '1', '2018-01-05', 100),
    placed('a', '2', '2018-01-06', 250),
    placed('b', '3', '2018-01-31T23:59', -50),
    placed('b', '4', '2018-01-31', 70, { currency: 'GBP' }),
    placed('a', '5', '2018-03-01', 1),
  ];

  it('with the orders, who placed them, and their sum', async () => {
    expect((await rows(history, { to: '2018-02-01' }))[0]).toEqual({
      by: {},
      period: '2018-01',
      currency: 'EUR',
      orders: 3,
      customers: 2,
      revenue: [{ amount: 300, currency: 'EUR' }],
    });
  });

  it('of zeros where nobody bought in between', async () => {
    expect(await short(history)).toEqual([
      `2018-01 3 2 ${eur(300)}`,
      `2018-01 1 1 ${gbp(70)}`,
      `2018-02 0 0 ${eur(0)}`,
      `2018-02 0 0 ${gbp(0)}`,
      `2018-03 1 1 ${eur(1)}`,
      `2018-03 0 0 ${gbp(0)}`,
    ]);
  });

  it('for days, weeks, quarters and years; each customer once in each', async () => {
    expect(await short(history, { grain: 'year' })).toEqual([`2018 4 2 ${eur(301)}`, `2018 1 1 ${gbp(70)}`]);
    expect(
      await short(history, { grain: 'quarter', where: [{ dimension: 'currency', value: 'EUR' }] }),
    ).toEqual([`2018-Q1 4 2 ${eur(301)}`]);
    expect(await short(history, { grain: 'week', to: '2018-01-08' })).toEqual([`2018-W01 2 1 ${eur(350)}`]);
    expect(await short(history, { grain: 'day', from: '2018-01-05', to: '2018-01-08' })).toEqual([
      `2018-01-05 1 1 ${eur(100)}`,
      `2018-01-06 1 1 ${eur(250)}`,
      `2018-01-07 0 0 ${eur(0)}`,
    ]);
  });

  it('cut by the range, to the millisecond', async () => {
    expect(await short(history, { from: '2018-01-06', to: '2018-01-31' })).toEqual([
      `2018-01 1 1 ${eur(250)}`,
    ]);
    const query = { from: '2018-01-05T00:00:00.001Z', to: '2018-01-31T23:59:00.001Z', grain: 'year' };
    expect(await short(history, query)).toEqual([`2018 2 2 ${eur(200)}`, `2018 1 1 ${gbp(70)}`]);
  });

  it('and none where there is no currency', async () => {
    expect(await rows([])).toEqual([]);
    expect(await rows(history, { from: '2019-01-01', to: '2020-01-01' })).toEqual([]);
  });
});

describe('a cancelled order', () => {
  const order = placed('a', '1', '2018-01-05', 100);

  it('leaves orders, customers and revenue of the period in which it was placed', async () => {
    const history = [order, placed('a', '2', '2018-02-01', 7), cancelled('a', '1', '2018-03-01')];
    expect(await short(history)).toEqual([`2018-02 1 1 ${eur(7)}`]);
    expect(await rows([order, cancelled('a', '1', '2018-01-06')])).toEqual([]);
  });

  it('is cancelled in whatever order the two become known', async () => {
    expect(await rows([cancelled('a', '1', '2018-01-06'), order])).toEqual([]);
    expect(await rows([cancelled('a', '1', '2018-01-06'), order, order])).toEqual([]);
  });

  it('is no other order: what names none that is known changes nothing', async () => {
    expect(await short([order, cancelled('a', 'C1', '2018-01-06')])).toEqual([`2018-01 1 1 ${eur(100)}`]);
    expect(await short([order, cancelled('b', '1', '2018-01-06')])).toEqual([`2018-01 1 1 ${eur(100)}`]);
  });

  it('leaves the customer to his other orders of the period', async () => {
    const history = [order, placed('a', '2', '2018-01-20', 7), cancelled('a', '1', '2018-01-06')];
    expect(await short(history)).toEqual([`2018-01 1 1 ${eur(7)}`]);
  });
});

describe('an order that is told twice', () => {
  it('counts once, at its earlier time', async () => {
    const again = [placed('a', '1', '2018-02-05', 100), placed('a', '1', '2018-01-05', 90)];
    expect(await short(again)).toEqual([`2018-01 1 1 ${eur(90)}`]);
    expect(await short(again.toReversed())).toEqual([`2018-01 1 1 ${eur(90)}`]);
  });

  it('stays cancelled', async () => {
    const history = [placed('a', '1', '2018-02-05'), cancelled('a', '1', '2018-02-06')];
    expect(await rows([...history, placed('a', '1', '2018-01-05')])).toEqual([]);
  });

  it('does not change the state, nor does a second cancellation', () => {
    const context = testContext();
    const history = [
      placed('a', '1', '2018-01-05'),
      cancelled('a', '1', '2018-01-06'),
      cancelled('a', '9', '2018-01-06'),
    ];
    const fold = (state: ReturnType<typeof revenue.initialState>, event: ShortEvent): typeof state =>
      revenue.evolve(state, recorded(event, 1), context);
    const state = history.reduce(fold, revenue.initialState());
    for (const event of history) expect(fold(state, event)).toBe(state);
  });
});

describe('customers are broken down', () => {
  it('by origin and campaign as leads are, whenever that becomes known', async () => {
    const history = [
      placed('a', '1', '2018-01-05'),
      placed('b', '2', '2018-01-05'),
      captured('a', '2018-01-01', { origin: 'ads', campaign: 'spring' }),
    ];
    expect(await short(history, { by: ['origin', 'campaign'] })).toEqual([
      `  2018-01 1 1 ${eur(100)}`,
      `ads spring 2018-01 1 1 ${eur(100)}`,
    ]);
    expect(await short(history, { where: [{ dimension: 'origin', value: 'ads' }] })).toEqual([
      `2018-01 1 1 ${eur(100)}`,
    ]);
  });

  it('by the country of the earliest order that states one, else of the lead: one each, so that customers add up', async () => {
    const history = [
      captured('a', '2018-01-01', { country: 'DE' }),
      placed('a', '2', '2018-02-07', 10, { country: 'FR' }),
      placed('a', '1', '2018-02-05', 10, { country: 'GB' }),
      placed('a', '0', '2018-02-01', 10),
      captured('b', '2018-01-01', { country: 'DE' }),
      placed('b', '3', '2018-02-07', 10),
      placed('c', '4', '2018-02-07', 10),
    ];
    expect(await short(history, { by: ['country'] })).toEqual([
      ` 2018-02 1 1 ${eur(10)}`,
      `DE 2018-02 1 1 ${eur(10)}`,
      `GB 2018-02 3 1 ${eur(30)}`,
    ]);
  });

  it('without rows of zeros', async () => {
    const history = [
      placed('a', '1', '2018-01-05', 100, { country: 'DE' }),
      placed('b', '2', '2018-03-05', 100, { country: 'FR' }),
    ];
    expect(await short(history, { by: ['country'] })).toEqual([
      `DE 2018-01 1 1 ${eur(100)}`,
      `FR 2018-03 1 1 ${eur(100)}`,
    ]);
  });
});

describe('amounts', () => {
  it('that nobody would believe are counted and listed; those that sums can not hold are left out', async () => {
    const history = [
      placed('a', '1', '2018-01-05', 1_000_000_000),
      placed('b', '2', '2018-01-05', Number.MAX_SAFE_INTEGER),
      placed('c', '3', '2018-01-05', 1_000_000_000),
      cancelled('c', '3', '2018-01-05'),
    ];
    const { rows: found, quality } = await ask(revenueByPeriod, history);
    expect(found).toMatchObject([{ orders: 2, customers: 2, revenue: [{ amount: 1_000_000_000 }] }]);
    expect(quality).toEqual([
      { reason: 'amount-too-large', count: 1, kept: false, entities: ['b'] },
      { reason: 'implausible-amount', count: 1, kept: true, entities: ['a'] },
    ]);
    expect((await ask(revenueByPeriod, history, { from: '2018-02-01' })).quality).toEqual([]);
  });
});

describe('ids', () => {
  it('may be words that objects have themselves', () => {
    specify(revenue)
      .given(
        placed('a', '__proto__', '2018-01-05', 1),
        placed('a', 'constructor', '2018-01-05', 2),
        cancelled('a', 'toString', '2018-01-05'),
      )
      .then(({ cells }) =>
        expect(cells({ measures: ['orders', 'revenue'] })).toEqual([
          { by: {}, sums: { orders: 2, revenue: 3 } },
        ]),
      );
  });
});
