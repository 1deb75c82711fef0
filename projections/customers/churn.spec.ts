import { describe, expect, it } from '@jest/globals';
import type { MetricQuery, MetricRow } from '../../libs/metrics/define.ts';
import { recorded, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { ask } from '../testing.ts';
import { churn } from './churn.metric.ts';
import { customers } from './customers.projection.ts';

const bought = (leadId: string, ...days: readonly string[]): readonly ShortEvent[] =>
  days.map(occurredAt => ({
    type: 'OrderPlaced',
    occurredAt,
    data: {
      orderId: `${leadId}-${occurredAt.replaceAll(/\W/g, '')}`,
      leadId,
      total: { amount: 5, currency: 'EUR' },
    },
  }));

type Context = ReturnType<typeof testContext>;
const rows = async (
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
  context?: Context,
): Promise<readonly MetricRow[]> => (await ask(churn, history, query, context)).rows;

/** The day's row of a customer who bought on 1 January and 90 days are waited for. */
const on = async (
  day: string,
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
  context?: Context,
): Promise<MetricRow | undefined> => {
  const to = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  return (await rows(history, { from: day, to, grain: 'day', ...query }, context))[0];
};

describe('a customer is churned', () => {
  const january = bought('a', '2018-01-01T23:59');

  it('not yet after exactly N days, but on the day after those', async () => {
    expect(await on('2018-04-01', january)).toMatchObject({ churned: 0, inactive: 0 });
    expect(await on('2018-04-02', january)).toMatchObject({ churned: 1, inactive: 1, churnRate: 1 });
  });

  it('once, and stays it', async () => {
    expect(await on('2018-04-03', january)).toMatchObject({ churned: 0, inactive: 1, churnRate: null });
    expect(await on('2030-01-01', january)).toMatchObject({ churned: 0, inactive: 1 });
  });

  it('after the days that are asked for, prepared or not', async () => {
    for (const [inactiveDays, day] of [
      [1, '2018-01-03'],
      [30, '2018-02-01'],
      [31, '2018-02-02'],
      [180, '2018-07-01'],
      [365, '2019-01-02'],
    ] as const) {
      const before = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
      expect(await on(before, january, { params: { inactiveDays } })).toMatchObject({ inactive: 0 });
      expect(await on(day, january, { params: { inactiveDays } })).toMatchObject({ churned: 1 });
    }
  });

  it('after the days that the workspace waits, unless said otherwise', async () => {
    const workspace = { ...defaultWorkspace, churn: { inactiveDays: 7, kept: [7] } };
    const context = testContext({ workspace });
    expect(await on('2018-01-09', january, {}, context)).toMatchObject({ churned: 1 });
    const query = { params: { inactiveDays: 90 } };
    expect(await on('2018-01-09', january, query, context)).toMatchObject({ churned: 0 });
  });

  it('a leap day later in a leap year', async () => {
    const leap = bought('a', '2020-01-01');
    expect(await on('2020-03-31', leap)).toMatchObject({ churned: 0 });
    expect(await on('2020-04-01', leap)).toMatchObject({ churned: 1 });
    const params = { inactiveDays: 30 };
    expect(await on('2020-03-31', bought('a', '2020-02-29'), { params })).toMatchObject({ churned: 1 });
  });

  it('by the days of the workspace zone', async () => {
    const late = bought('a', '2018-01-01T23:30Z');
    const berlin = testContext({ zone: 'Europe/Berlin' });
    expect(await on('2018-04-02', late)).toMatchObject({ churned: 1 });
    expect(await on('2018-04-02', late, {}, berlin)).toMatchObject({ churned: 0 });
    expect(await on('2018-04-03', late, {}, berlin)).toMatchObject({ churned: 1 });
  });

  it('and won back when he buys, each time', async () => {
    const history = bought('a', '2018-01-01', '2018-05-01', '2018-10-01');
    expect(await rows(history, { grain: 'year', to: '2019-01-01' })).toEqual([
      {
        by: {},
        ...{ period: '2018', at: '2018-12-31', known: 1, active: 1 },
        ...{ churned: 3, wonBack: 2, inactive: 1, churnRate: null },
      },
    ]);
  });

  it('and won back on one day, when he buys on the day that he is churned from on', async () => {
    const history = bought('a', '2018-01-01', '2018-04-02T18:00');
    expect(await on('2018-04-02', history)).toMatchObject({ churned: 1, wonBack: 1, inactive: 0 });
    expect(await on('2018-04-03', history)).toMatchObject({ churned: 0, wonBack: 0, inactive: 0 });
  });

  it('not when he buys after exactly N days', async () => {
    const history = bought('a', '2018-01-01', '2018-04-01');
    expect(await rows(history, { from: '2018-04-01', to: '2018-05-01' })).toMatchObject([
      { churned: 0, wonBack: 0, inactive: 0 },
    ]);
  });

  it('not when a purchase between becomes known late', async () => {
    const history = bought('a', '2018-01-01', '2018-05-01');
    expect(await on('2018-04-02', history)).toMatchObject({ churned: 1 });
    const late = [...history, ...bought('a', '2018-02-15')];
    expect(await on('2018-04-02', late)).toMatchObject({ churned: 0 });
    expect(await on('2018-05-01', late)).toMatchObject({ churned: 0, wonBack: 0 });
  });

  it('neither sooner nor later by a cancellation', async () => {
    const cancelled: ShortEvent = {
      type: 'OrderCancelled',
      occurredAt: '2018-01-02',
      data: { orderId: 'a-20180101T2359', leadId: 'a' },
    };
    expect(await rows([...january, cancelled])).toEqual(await rows(january));
  });
});

describe('a period', () => {
  const history = [
    ...bought('a', '2018-01-10', '2018-01-10T09:00', '2018-01-20', '2018-02-05'),
    ...bought('b', '2018-01-31'),
    ...bought('c', '2018-03-04'),
  ];

  it('has those who first bought before its end, and those who bought in it, each once', async () => {
    const found = await rows(history);
    expect(found.map(({ period, at, known, active }) => [period, at, known, active])).toEqual([
      ['2018-01', '2018-01-31', 2, 2],
      ['2018-02', '2018-02-28', 2, 1],
      ['2018-03', '2018-03-04', 3, 1],
    ]);
  });

  it('may be a day, an ISO week, a month, a quarter or a year', async () => {
    const names = async (grain: string): Promise<unknown> =>
      (await rows(history, { grain, from: '2018-01-01', to: '2018-01-03' })).map(({ period }) => period);
    expect(await names('day')).toEqual(['2018-01-01', '2018-01-02']);
    expect(await names('week')).toEqual(['2018-W01']);
    expect(await names('month')).toEqual(['2018-01']);
    expect(await names('quarter')).toEqual(['2018-Q1']);
    expect(await names('year')).toEqual(['2018']);
  });

  it('is cut where the range begins and ends', async () => {
    const found = await rows(history, { from: '2018-01-20', to: '2018-02-05' });
    expect(found.map(({ period, at, known, active }) => [period, at, known, active])).toEqual([
      ['2018-01', '2018-01-31', 2, 2],
      ['2018-02', '2018-02-04', 2, 0],
    ]);
    const middle = await rows(history, { from: '2018-01-11', to: '2018-01-31' });
    expect(middle).toMatchObject([{ at: '2018-01-30', known: 1, active: 1 }]);
    expect(await rows(history, { from: '2018-01-21', to: '2018-01-31' })).toMatchObject([{ active: 0 }]);
  });

  it('is exact to the millisecond', async () => {
    const active = async (from: string, to: string): Promise<unknown> =>
      (await rows(history, { from, to, grain: 'year' }))[0]?.active;
    expect(await active('2018-01-10T09:00:00Z', '2018-01-10T09:00:00.001Z')).toBe(1);
    expect(await active('2018-01-10T09:00:00.001Z', '2018-01-20T00:00:00Z')).toBe(0);
    expect(await active('2018-01-10T08:00:00Z', '2018-01-10T09:00:00Z')).toBe(0);
  });

  it('is listed when nothing happened in it, before the first purchase too', async () => {
    const found = await rows(history, { from: '2017-11-01', to: '2018-06-01' });
    expect(found.map(({ known, active, churnRate }) => [known, active, churnRate])).toEqual([
      [0, 0, null],
      [0, 0, null],
      [2, 2, null],
      [2, 1, 0],
      [3, 1, 0],
      [3, 0, 0],
      [3, 0, 2 / 3],
    ]);
  });

  it('ends with the last purchase where the range does not say', async () => {
    expect((await rows(history, { from: '2018-03-01' })).map(({ at }) => at)).toEqual(['2018-03-04']);
    expect(await rows(history, { from: '2018-03-05' })).toEqual([]);
    expect(await rows([])).toEqual([]);
    expect(await rows([], { from: '2018-01-01', to: '2018-02-01' })).toMatchObject([
      { known: 0, active: 0, churned: 0, wonBack: 0, inactive: 0, churnRate: null },
    ]);
  });

  it('may be empty', async () => {
    expect(await rows(history, { from: '2018-01-10', to: '2018-01-10' })).toEqual([]);
  });
});

describe('the churn rate', () => {
  it('is of those who were known and not churned when the period began', async () => {
    const history = [
      ...bought('gone', '2017-01-01'),
      ...bought('going', '2018-01-15'),
      ...bought('staying', '2018-01-15', '2018-04-20'),
      ...bought('back', '2017-01-01', '2018-04-25'),
      ...bought('new', '2018-04-02'),
    ];
    expect(await rows(history, { from: '2018-04-01', to: '2018-05-01' })).toMatchObject([
      { known: 5, active: 3, churned: 2, wonBack: 2, inactive: 2, churnRate: 1 },
    ]);
    expect(await rows(history, { from: '2018-04-16', to: '2018-05-01' })).toMatchObject([
      { churned: 2, churnRate: 2 / 3 },
    ]);
  });
});

describe('the state', () => {
  it('is the instants of purchase in order, whatever order they come in', () => {
    const context = testContext();
    const days = ['2018-03-01', '2018-01-01', '2018-02-01', '2018-01-01'];
    const state = bought('a', ...days).reduce(
      (before, event, index) => customers.evolve(before, recorded(event, index + 1), context),
      customers.initialState(),
    );
    expect(state).toEqual({ orders: ['2018-01-01', '2018-02-01', '2018-03-01'].map(Date.parse) });
    const again = recorded(bought('a', '2018-02-01')[0]!, 9);
    expect(customers.evolve(state, again, context)).toBe(state);
  });

  it('holds purchases at the end of time, which nobody can churn after', async () => {
    const history = bought('a', '2018-01-01', '9999-12-31T12:00');
    expect(await rows(history, { grain: 'year', from: '9998-01-01' })).toMatchObject([
      { period: '9998', inactive: 1 },
      { period: '9999', wonBack: 1, inactive: 0, at: '9999-12-31' },
    ]);
  });
});
