import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { existsSync, readFileSync } from 'node:fs';
import type { MetricAnswer, MetricQuery } from '../libs/metrics/define.ts';
import { recorded, testContext, type ShortEvent } from '../libs/projecting/testing.ts';
import { funnel } from './lead-funnel/funnel.metric.ts';
import { closeRate } from './sales-cycle/close-rate.metric.ts';
import { cycleLength } from './sales-cycle/sales-cycle.metric.ts';
import { askModel, readModel, type ReadModel } from './testing.ts';

const folder = new URL('../../shared/data/olist/', import.meta.url);
const there = existsSync(folder);
if (!there) console.log(`skipped: the reference data is not in ${folder.pathname}`);

const rowsOf = (file: string): readonly Readonly<Record<string, string>>[] =>
  parse(readFileSync(new URL(file, folder)), { columns: true });

const facts = (): readonly ShortEvent[] => [
  ...rowsOf('olist_closed_deals_dataset.csv').map(row => ({
    type: 'OpportunityWon' as const,
    occurredAt: `${row.won_date!.replace(' ', 'T')}Z`,
    data: {
      leadId: row.mql_id!,
      opportunityId: row.mql_id!,
      declaredRevenue: { amount: Math.round(Number(row.declared_monthly_revenue) * 100), currency: 'BRL' },
    },
  })),
  ...rowsOf('olist_marketing_qualified_leads_dataset.csv').map(row => ({
    type: 'LeadCaptured' as const,
    occurredAt: row.first_contact_date!,
    data: { leadId: row.mql_id!, ...(row.origin !== '' && { origin: row.origin! }) },
  })),
];

(there ? describe : describe.skip)('the known answers of real leads and deals', () => {
  const context = testContext();
  const models = new Map<string, ReadModel>();
  const ask = (metric: typeof funnel, query: Partial<MetricQuery> = {}): Promise<MetricAnswer> =>
    askModel(metric, models.get(metric.projection.name)!, query, context);

  beforeAll(() => {
    const log = facts().map((event, at) => recorded(event, at + 1));
    for (const { projection } of [funnel, closeRate])
      models.set(projection.name, readModel(projection, log, context));
  });

  it('leads, wins and close rate, in all and by origin', async () => {
    expect((await ask(closeRate)).rows).toEqual([
      { by: {}, leads: 8_000, won: 842, lost: 0, closeRate: 0.10525, winRate: 1 },
    ]);
    const { rows } = await ask(closeRate, { by: ['origin'] });
    expect(rows.map(({ by, leads, won }) => [by.origin, leads, won])).toEqual([
      [null, 60, 14],
      ['direct_traffic', 499, 56],
      ['display', 118, 6],
      ['email', 493, 15],
      ['organic_search', 2_296, 271],
      ['other', 150, 4],
      ['other_publicities', 65, 3],
      ['paid_search', 1_586, 195],
      ['referral', 284, 24],
      ['social', 1_350, 75],
      ['unknown', 1_099, 179],
    ]);
  });

  it('leads and wins by cohort month', async () => {
    const { rows } = await ask(closeRate, { by: ['cohortMonth'], from: '2018-01-01' });
    expect(rows.map(({ by, leads, won }) => [by.cohortMonth, leads, won])).toEqual([
      ['2018-01', 1_141, 152],
      ['2018-02', 1_028, 149],
      ['2018-03', 1_174, 167],
      ['2018-04', 1_352, 183],
      ['2018-05', 1_303, 130],
    ]);
  });

  it('the sales cycle, in all and by origin', async () => {
    const [all] = (await ask(cycleLength)).rows;
    expect(all).toMatchObject({ deals: 842, medianDays: 14, minDays: -2, maxDays: 427 });
    expect(all?.meanDays).toBeCloseTo(48.440618, 6);
    expect(all?.p90Days).toBeCloseTo(161.9, 9);
    const { rows } = await ask(cycleLength, { by: ['origin'] });
    const median = (origin: string): unknown => rows.find(({ by }) => by.origin === origin)?.medianDays;
    expect([median('social'), median('referral')]).toEqual([30, 18.5]);
  });

  it('deals by the month they were won in', async () => {
    const { rows } = await ask(cycleLength, { by: ['wonMonth'], from: '2018-01-01', to: '2018-07-01' });
    expect(rows.map(({ by, deals }) => [by.wonMonth, deals])).toEqual([
      ['2018-01', 73],
      ['2018-02', 113],
      ['2018-03', 147],
      ['2018-04', 207],
      ['2018-05', 122],
      ['2018-06', 57],
    ]);
  });

  it('the same as a funnel', async () => {
    const { rows } = await ask(funnel);
    expect(rows.map(({ stage, count }) => [stage, count])).toMatchObject([
      ['visitor', 8_000],
      ['lead', 8_000],
      ['mql', 842],
      ['sql', 842],
      ['opportunity', 842],
      ['customer', 842],
      ['advocate', 0],
    ]);
  });

  it('what is doubtful', async () => {
    for (const metric of [funnel, closeRate, cycleLength])
      expect((await ask(metric)).quality).toEqual([
        {
          reason: 'implausible-amount',
          count: 1,
          kept: true,
          entities: ['6a10f542e6f79265c34a405dbc928e37'],
        },
        {
          reason: 'won-before-first-touch',
          count: 1,
          kept: true,
          entities: ['b91cf8812365f50ff4bda4bcd6206b05'],
        },
      ]);
  });
});
