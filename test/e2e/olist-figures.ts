import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import olist from '../../imports/olist.import.ts';
import type { Engine } from '../../libs/engine/index.ts';
import { runImport } from '../../libs/importing/index.ts';
import type { MetricAnswer, MetricRow } from '../../libs/metrics/index.ts';
import { countOf, type OpenWorkspace } from './figures-workspace.ts';

const folder = fileURLToPath(new URL('../../../shared/data/olist/', import.meta.url));
const leads = `${folder}olist_marketing_qualified_leads_dataset.csv`;
const deals = `${folder}olist_closed_deals_dataset.csv`;
const isThere = existsSync(leads) && existsSync(deals);
if (!isThere)
  process.stderr.write(`the figures of Olist are skipped: ${folder} does not hold its two files\n`);
const described = isThere ? describe : describe.skip;

type Runs = (run: (files: readonly string[], signal?: AbortSignal) => Promise<unknown>) => Promise<void>;

const atOnce: Runs = async run => {
  await run([leads, deals]);
};

const interrupted: Runs = async run => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  await run([leads, deals], stop.signal);
  await run([deals]);
  await run([deals, leads]);
  await run([leads, deals]);
};

/** Ways in which the files may get into the log; none makes a difference. */
export const olistHistories = {
  'at once': atOnce,
  'after an interruption in the other order, and once more': interrupted,
} as const;

/** The known figures of Olist, whatever the log is kept in. */
export const olistFigures = (history: keyof typeof olistHistories, open: OpenWorkspace): void => {
  described(`the funnel of Olist, imported ${history}`, () => {
    let close: () => Promise<void>;
    let engine: Engine;

    beforeAll(async () => {
      ({ engine, close } = await open());
      await olistHistories[history]((files, signal) =>
        runImport(engine.importing, olist, files, signal === undefined ? {} : { signal }),
      );
      await engine.projector.catchUp();
    }, 120_000);
    afterAll(async () => {
      await close();
    });

    const ask = (metric: string, by: readonly string[] = []): Promise<MetricAnswer> =>
      engine.query(metric, { by, where: [], params: {} });
    const table = async (metric: string, by: string, ...members: readonly string[]) => {
      const { rows } = await ask(metric, [by]);
      return Object.fromEntries(
        rows.map(row => [`${row.by[by]}`, members.map(member => (row as MetricRow)[member])] as const),
      );
    };

    it('holds two facts for each lead and one for each deal', async () => {
      expect(await countOf(engine.events)).toBe(16_842);
      const { events } = await engine.events.find({ types: ['OpportunityWon'] }, 0, 1_000);
      expect(events).toHaveLength(842);
    });

    it('appends nothing when it is imported again, by any order', async () => {
      const { total } = await runImport(engine.importing, olist, [deals, leads]);
      expect(total).toEqual({ rows: 8_842, appended: 0, duplicates: 16_842, ignored: 0, refused: 0 });
    });

    it('has the close rate', async () => {
      expect((await ask('close-rate')).rows[0]).toMatchObject({ leads: 8_000, won: 842, closeRate: 0.10525 });
    });

    it('has leads and won by origin', async () => {
      expect(await table('close-rate', 'origin', 'leads', 'won')).toEqual({
        organic_search: [2_296, 271],
        paid_search: [1_586, 195],
        social: [1_350, 75],
        unknown: [1_099, 179],
        direct_traffic: [499, 56],
        email: [493, 15],
        referral: [284, 24],
        other: [150, 4],
        display: [118, 6],
        other_publicities: [65, 3],
        null: [60, 14],
      });
    });

    it('has leads and won by the month of the first contact', async () => {
      expect(await table('close-rate', 'cohortMonth', 'leads', 'won')).toMatchObject({
        '2018-01': [1_141, 152],
        '2018-02': [1_028, 149],
        '2018-03': [1_174, 167],
        '2018-04': [1_352, 183],
        '2018-05': [1_303, 130],
      });
    });

    it('has the sales cycle in calendar days', async () => {
      const [row] = (await ask('sales-cycle')).rows;
      expect(row).toMatchObject({ deals: 842, medianDays: 14, minDays: -2, maxDays: 427 });
      expect(row?.meanDays).toBeCloseTo(48.440618, 6);
      expect(row?.p90Days).toBeCloseTo(161.9, 9);
    });

    it('has the median cycle by origin', async () => {
      expect(await table('sales-cycle', 'origin', 'medianDays')).toMatchObject({
        social: [30],
        referral: [18.5],
      });
    });

    it('has the deals by the month that they were won in', async () => {
      expect(await table('sales-cycle', 'wonMonth', 'deals')).toMatchObject({
        '2018-01': [73],
        '2018-02': [113],
        '2018-03': [147],
        '2018-04': [207],
        '2018-05': [122],
        '2018-06': [57],
      });
    });

    it('has the funnel of its leads', async () => {
      const { rows } = await ask('funnel');
      expect(rows.map(({ stage, count }) => [stage, count])).toEqual([
        ['visitor', 8_000],
        ['lead', 8_000],
        ['mql', 8_000],
        ['sql', 842],
        ['opportunity', 842],
        ['customer', 842],
        ['advocate', 0],
      ]);
    });

    it('lists the lead that was won before its first contact and the implausible amount, and keeps both', async () => {
      const { quality } = await ask('sales-cycle');
      expect(quality).toContainEqual({
        reason: 'won-before-first-touch',
        count: 1,
        kept: true,
        entities: ['b91cf8812365f50ff4bda4bcd6206b05'],
      });
      expect(quality).toContainEqual(
        expect.objectContaining({ reason: 'implausible-amount', count: 1, kept: true }),
      );
    });

    it('keeps the revenue of 50,000,000, the 797 of nothing, and the value with a comma', async () => {
      const { events } = await engine.events.find({ types: ['OpportunityWon'] }, 0, 1_000);
      const data = events.map(
        event =>
          event.data as { declaredRevenue: { amount: number; currency: string }; behaviourProfile?: string },
      );
      const amounts = data.map(({ declaredRevenue }) => declaredRevenue.amount);
      expect(Math.max(...amounts)).toBe(5_000_000_000);
      expect(amounts.filter(amount => amount === 0)).toHaveLength(797);
      expect(new Set(data.map(({ declaredRevenue }) => declaredRevenue.currency))).toEqual(new Set(['BRL']));
      expect(data.some(({ behaviourProfile }) => behaviourProfile === 'cat, wolf')).toBe(true);
    });

    it('agrees with a full fold', async () => {
      expect(await engine.projector.verify()).toEqual([]);
    });
  });
};
