import { describe, expect, it } from '@jest/globals';
import type { MetricQuery } from '../../libs/metrics/define.ts';
import { testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { ask } from '../testing.ts';
import { retention } from './retention.metric.ts';

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

const cohorts = async (
  history: readonly ShortEvent[],
  query: Partial<MetricQuery> = {},
  context = testContext(),
): Promise<unknown> =>
  (await ask(retention, history, query, context)).rows.map(({ cohort, size, active }) => [
    cohort,
    size,
    active,
  ]);

const history = [
  ...bought('a', '2018-01-31', '2018-02-01', '2018-02-20', '2018-05-01'),
  ...bought('b', '2018-01-01', '2018-01-02'),
  ...bought('c', '2018-03-15', '2018-05-30'),
];

describe('a cohort', () => {
  it('is who first bought in a month, and how many of these bought in each month since', async () => {
    expect(await cohorts(history)).toEqual([
      ['2018-01', 2, [2, 1, 0, 0, 1]],
      ['2018-03', 1, [1, 0, 1]],
    ]);
  });

  it('may be of weeks, quarters and years', async () => {
    expect(await cohorts(history, { grain: 'quarter' })).toEqual([['2018-Q1', 3, [3, 2]]]);
    expect(await cohorts(history, { grain: 'year' })).toEqual([['2018', 3, [3]]]);
    const weeks = (await cohorts(history, { grain: 'week', to: '2018-02-01' })) as unknown[][];
    expect(weeks.map(([cohort, size]) => [cohort, size])).toEqual([
      ['2018-W01', 1],
      ['2018-W05', 1],
    ]);
    const [, , active] = weeks[1] as [string, number, readonly number[]];
    expect(active).toHaveLength(18);
    expect(active.flatMap((count, later) => (count > 0 ? [later] : []))).toEqual([0, 3, 13]);
  });

  it('is not of days', async () => {
    await expect(cohorts(history, { grain: 'day' })).rejects.toThrow(
      'unknown grain "day"; known: week, month, quarter, year',
    );
  });

  it('is selected by the day of the first purchase, and cut by the range; its later periods are not', async () => {
    const of = (from: string, to?: string): Promise<unknown> =>
      cohorts(history, { from, ...(to !== undefined && { to }) });
    expect(await of('2018-01-02')).toEqual([
      ['2018-01', 1, [1, 1, 0, 0, 1]],
      ['2018-03', 1, [1, 0, 1]],
    ]);
    expect(await of('2018-01-01', '2018-01-31')).toEqual([['2018-01', 1, [1, 0, 0, 0, 0]]]);
    expect(await of('2018-01-31T00:00:00.001Z', '2018-02-01')).toEqual([]);
    expect(await of('2018-04-01')).toEqual([]);
  });

  it('goes to the last purchase of anybody, and no further', async () => {
    const more = [...history, ...bought('d', '2018-08-08')];
    expect(await cohorts(more, { to: '2018-02-01' })).toEqual([['2018-01', 2, [2, 1, 0, 0, 1, 0, 0, 0]]]);
    expect(await cohorts(more, { from: '2018-08-01', to: '2030-01-01' })).toEqual([['2018-08', 1, [1]]]);
  });

  it('changes when an earlier purchase becomes known', async () => {
    expect(await cohorts([...history, ...bought('c', '2018-02-28')])).toEqual([
      ['2018-01', 2, [2, 1, 0, 0, 1]],
      ['2018-02', 1, [1, 1, 0, 1]],
    ]);
  });

  it('goes over the end of the year, and by the months of the workspace zone', async () => {
    const winter = bought('a', '2017-12-31T23:30Z', '2018-01-31T23:30Z');
    expect(await cohorts(winter)).toEqual([['2017-12', 1, [1, 1]]]);
    const berlin = testContext({ zone: 'Europe/Berlin' });
    expect(await cohorts(winter, {}, berlin)).toEqual([['2018-01', 1, [1, 1]]]);
    const newYork = testContext({ zone: 'America/New_York' });
    expect(await cohorts(bought('a', '2018-01-01T04:59Z', '2018-01-01T05:00Z'), {}, newYork)).toEqual([
      ['2017-12', 1, [1, 1]],
    ]);
  });

  it('counts a purchase that was cancelled', async () => {
    const cancelled: ShortEvent = {
      type: 'OrderCancelled',
      occurredAt: '2018-06-01',
      data: { orderId: 'b-20180101', leadId: 'b' },
    };
    expect(await cohorts([...history, cancelled])).toEqual(await cohorts(history));
  });

  it('is none where nobody bought', async () => {
    expect(await cohorts([])).toEqual([]);
    expect(await cohorts([], { from: '2018-01-01', to: '2019-01-01' })).toEqual([]);
  });
});
