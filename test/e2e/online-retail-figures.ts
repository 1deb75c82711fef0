import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import olist from '../../imports/olist.import.ts';
import onlineRetail from '../../imports/online-retail.import.ts';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import type { Engine } from '../../libs/engine/index.ts';
import { runImport } from '../../libs/importing/index.ts';
import type { MetricQuery, MetricRow } from '../../libs/metrics/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { OpenWorkspace } from './figures-workspace.ts';

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const packed = `${data}online_retail/online_retail_II_2009_2010.csv.gz`;
const leads = `${data}olist/olist_marketing_qualified_leads_dataset.csv`;
const deals = `${data}olist/olist_closed_deals_dataset.csv`;
const isThere = [packed, leads, deals].every(file => existsSync(file));
if (!isThere)
  process.stderr.write(`the figures of Online Retail are skipped: ${data} does not hold its files\n`);
const described = isThere ? describe : describe.skip;

/** Another log with the same events, the streams in the opposite order. */
const turnedRound = async (from: Engine, to: Engine): Promise<void> => {
  const streams = new Map<string, RecordedEvent[]>();
  for (let after = 0, page; (page = await from.events.readAll(after, 5_000)).length > 0;) {
    for (const event of page) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
    after = page.at(-1)?.position ?? after;
  }
  const appending = [...streams].reverse();
  while (appending.length > 0)
    await Promise.all(
      appending.splice(0, 1_000).map(([stream, events]) => to.events.append(stream, events, 'NO_STREAM')),
    );
};

/** Imports a year of a shop, then Olist. */
export const importShop = async ({ importing }: Engine): Promise<void> => {
  const place = temporaryFolder();
  const retail = join(place.path, 'online_retail.csv');
  writeFileSync(retail, gunzipSync(readFileSync(packed)));
  await runImport(importing, onlineRetail, [retail]);
  await runImport(importing, olist, [leads, deals]);
  place.remove();
};

/**
 * The known figures of Online Retail, whatever the log is kept in.
 *
 * @param turned whether they are also had from a second log, filled from the first with its streams in the opposite order
 */
export const onlineRetailFigures = (open: OpenWorkspace, turned: boolean): void => {
  described('the orders of a shop', () => {
    type Workspace = Awaited<ReturnType<OpenWorkspace>>;
    const workspaces: Workspace[] = [];
    const opened = async (fill: (engine: Engine) => Promise<void>): Promise<void> => {
      const workspace = await open();
      workspaces.push(workspace);
      await fill(workspace.engine);
      await workspace.engine.projector.catchUp();
    };
    const engineAt = (place: number) => (): Engine => workspaces[place]!.engine;
    afterAll(() => Promise.all(workspaces.map(({ close }) => close())));

    describe('recorded before the leads of Olist', () => {
      beforeAll(() => opened(importShop), 240_000);
      figures(engineAt(0));
    });
    if (turned)
      describe('recorded after them, and in the opposite order', () => {
        beforeAll(() => opened(engine => turnedRound(engineAt(0)(), engine)), 240_000);
        figures(engineAt(1));
      });
  });
};

const figures = (engine: () => Engine): void => {
  const ask = async (metric: string, query: Partial<MetricQuery> = {}): Promise<readonly MetricRow[]> =>
    (await engine().query(metric, { by: [], where: [], params: {}, ...query })).rows;
  const last = async (query: Partial<MetricQuery>): Promise<MetricRow | undefined> =>
    (await ask('churn', query)).at(-1);

  it('have the customers who were churned at the end, for any number of days', async () => {
    const churned = async (inactiveDays: number): Promise<unknown> =>
      (await last({ params: { inactiveDays } }))?.inactive;
    expect(await last({})).toMatchObject({ at: '2010-12-09', known: 4_312, inactive: 1_427 });
    expect([await churned(30), await churned(60), await churned(180)]).toEqual([2_696, 1_910, 825]);
    expect([await churned(29), await churned(91)]).toEqual([2_743, 1_408]);
  });

  it('have the customers who bought, by month', async () => {
    const rows = await ask('churn');
    expect(rows).toHaveLength(13);
    expect(Object.fromEntries(rows.map(({ period, active }) => [period, active]))).toMatchObject({
      '2009-12': 955,
      '2010-03': 1_057,
      '2010-06': 1_041,
      '2010-11': 1_607,
    });
  });

  it('have the churn of June, November and the first nine days of December', async () => {
    const rows = await ask('churn', { from: '2010-06-01', to: '2010-12-10' });
    const of = (period: string): unknown => rows.find(row => row.period === period);
    expect(of('2010-06')).toMatchObject({
      at: '2010-06-30',
      ...{ known: 2_973, active: 1_041, churned: 405, wonBack: 149, inactive: 926 },
      churnRate: expect.closeTo(0.199212986, 9),
    });
    expect(of('2010-11')).toMatchObject({
      ...{ known: 4_266, active: 1_607, churned: 275, wonBack: 331, inactive: 1_379 },
      churnRate: expect.closeTo(0.109736632, 9),
    });
    expect(of('2010-12')).toMatchObject({
      at: '2010-12-09',
      ...{ known: 4_312, active: 573, churned: 103, wonBack: 55, inactive: 1_427 },
      churnRate: expect.closeTo(0.0356771735, 9),
    });
  });

  it('have the same churn by days, and from just after midnight all but those who churned then', async () => {
    const november = { from: '2010-11-01', to: '2010-12-01' };
    const days = await ask('churn', { ...november, grain: 'day' });
    const sum = (name: string): number => days.reduce((total, row) => total + Number(row[name]), 0);
    expect([sum('churned'), sum('wonBack'), days.at(-1)?.inactive]).toEqual([275, 331, 1_379]);
    const [later] = await ask('churn', { from: '2010-11-01T00:00:00.001Z', to: '2010-11-30T23:59:00Z' });
    expect(later).toMatchObject({
      ...{ at: '2010-11-30', known: 4_266, active: 1_607, wonBack: 331, inactive: 1_379 },
      churned: 275 - Number(days[0]?.churned),
    });
  });

  it('have the cohorts', async () => {
    const rows = await ask('retention');
    const of = (cohort: string): unknown => {
      const { size, active } = rows.find(row => row.cohort === cohort) ?? {};
      return [size, (active as number[]).slice(0, 7)];
    };
    expect(of('2009-12')).toEqual([955, [955, 337, 319, 406, 363, 343, 360]]);
    expect(of('2010-03')).toEqual([443, [443, 84, 102, 107, 103, 90, 109]]);
    expect(rows.map(({ active }) => (active as number[]).length)).toEqual([
      13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
  });

  it('have the revenue, and the same by country', async () => {
    const rows = await ask('revenue');
    const sums = (found: readonly MetricRow[]): unknown =>
      found.reduce(
        ([orders, amount], row) => [
          orders! + Number(row.orders),
          amount! + (row.revenue as readonly { amount: number }[])[0]!.amount,
        ],
        [0, 0],
      );
    expect(sums(rows)).toEqual([19_213, 883_200_326]);
    expect(new Set(rows.map(({ currency }) => currency))).toEqual(new Set(['GBP']));
    expect(sums(await ask('revenue', { by: ['country'] }))).toEqual([19_213, 883_200_326]);
    const years = await ask('revenue', { grain: 'year' });
    expect(years.map(({ period, customers }) => [period, customers])).toEqual([
      ['2009', 955],
      ['2010', 4_199],
    ]);
  });

  it('leave the leads of Olist as they are', async () => {
    expect((await ask('close-rate'))[0]).toMatchObject({ won: 842, lost: 0 });
  });

  it('agree with a full fold', async () => {
    expect(await engine().projector.verify()).toEqual([]);
  }, 120_000);
};
