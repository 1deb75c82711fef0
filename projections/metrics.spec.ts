import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MetricQuery } from '../libs/metrics/define.ts';
import type { Context } from '../libs/projecting/context.ts';
import { testContext } from '../libs/projecting/testing.ts';
import { distinct, eventOf, hour, start, zone, type Fact } from '../test/support/histories.ts';
import { leadsOf } from '../test/support/lead-numbers.ts';
import { metrics } from './index.ts';
import { funnel } from './lead-funnel/funnel.metric.ts';
import { closeRate } from './sales-cycle/close-rate.metric.ts';
import { cycleLength } from './sales-cycle/sales-cycle.metric.ts';
import { ask } from './testing.ts';

const average = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0) / numbers.length;
const middle = (numbers: readonly number[]): number | null => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

/** Entry or win from one instant on and before another. */
const periods = fc
  .tuple(fc.integer({ min: 0, max: 24 * 60 }), fc.integer({ min: 0, max: 24 * 60 }))
  .map(ends => ends.sort((a, b) => a - b).map(hours => start + hours * hour) as [number, number]);

describe('metrics of any history equal their definitions', () => {
  const asked = async (
    name: string,
    facts: readonly Fact[],
    query: Partial<MetricQuery>,
    context: Context,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const metric = metrics.find(one => one.name === name)!;
    return (await ask(metric, facts.map(eventOf), query, context)).rows;
  };

  it('the funnel, within so many days or not', async () => {
    const within = fc.option(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(7, 14, 30, 60)), {
      nil: undefined,
    });
    const run = fc.asyncProperty(distinct, zone, within, async (facts, where, limit) => {
      const context = testContext({ zone: where });
      const leads = leadsOf(facts, context, limit);
      const pipeline = leads.flatMap(({ deals }) =>
        deals.filter(({ won, lost, amount }) => won === null && !lost && amount),
      );
      const rows = await asked(
        funnel.name,
        facts,
        { params: limit === undefined ? {} : { within: limit } },
        context,
      );
      const count = (k: number): number =>
        k === 0
          ? leads.length
          : leads.filter(({ reached }) => reached.slice(k).some(at => at < Infinity)).length;
      context.workspace.stages.forEach(({ name }, k) => {
        const stays = leads.flatMap(({ reached, days }) => {
          const later = Math.min(...reached.slice(k + 1));
          return reached[k]! <= later && later < Infinity ? [days(reached[k]!, later)] : [];
        });
        expect(rows[k]).toMatchObject({
          stage: name,
          count: count(k),
          stepConversion: k === 0 || count(k - 1) === 0 ? null : count(k) / count(k - 1),
          overallConversion: leads.length === 0 ? null : count(k) / leads.length,
          medianDaysInStage: middle(stays),
        });
        const open = name === 'opportunity' ? pipeline : [];
        const value = (of: (deal: (typeof open)[number]) => number): number =>
          open.reduce((sum, one) => sum + of(one), 0);
        const amount = (list: unknown): number => (list as readonly { amount: number }[])[0]?.amount ?? 0;
        expect(amount(rows[k]!.openValue)).toBe(value(deal => deal.amount));
        expect(amount(rows[k]!.weightedValue)).toBe(
          value(deal => {
            const percents = Math.abs(deal.amount) * Math.round(deal.probability * 100);
            return Math.sign(deal.amount) * Math.floor((percents + 50) / 100);
          }),
        );
      });
    });
    await fc.assert(run, { numRuns: 150 });
  });

  it('the close rate, by origin, in any period', async () => {
    const run = fc.asyncProperty(distinct, zone, periods, async (facts, where, [from, to]) => {
      const context = testContext({ zone: where });
      const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), by: ['origin'] };
      const leads = leadsOf(facts, context).filter(({ entered }) => entered >= from && entered < to);
      const groups = [...Map.groupBy(leads, ({ origin }) => origin)].map(([origin, group]) => {
        const won = group.filter(({ deals }) => deals.some(one => one.won !== null)).length;
        const lost = group.filter(
          ({ deals }) =>
            deals.length > 0 && deals.every(one => one.won === null) && deals.every(one => one.lost),
        ).length;
        return { by: { origin }, leads: group.length, won, lost };
      });
      const rows = await asked(closeRate.name, facts, query, context);
      const byOrigin = (a: { by: unknown }, b: { by: unknown }): number =>
        JSON.stringify(a.by) < JSON.stringify(b.by) ? -1 : 1;
      expect(
        rows.map(({ by, leads: all, won, lost }) => ({ by, leads: all, won, lost })).sort(byOrigin),
      ).toEqual(groups.sort(byOrigin));
    });
    await fc.assert(run, { numRuns: 150 });
  });

  it('the sales cycle, in total, per stage and in any period', async () => {
    const run = fc.asyncProperty(distinct, zone, periods, async (facts, where, [from, to]) => {
      const context = testContext({ zone: where });
      const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      const deals = leadsOf(facts, context).flatMap(lead =>
        lead.deals.flatMap(({ won }) =>
          won !== null && won >= from && won < to ? [{ won, lead, days: lead.days(lead.entered, won) }] : [],
        ),
      );
      const all = deals.map(({ days }) => days);
      const [total] = await asked(cycleLength.name, facts, range, context);
      expect(total).toMatchObject({
        deals: all.length,
        meanDays: average(all),
        medianDays: middle(all),
        minDays: all.length === 0 ? null : Math.min(...all),
        maxDays: all.length === 0 ? null : Math.max(...all),
      });
      const stages = await asked(cycleLength.name, facts, { ...range, params: { stages: 1 } }, context);
      context.workspace.stages.forEach((_, k) => {
        const stays = deals.flatMap(({ won, lead: { reached, days } }) => {
          const later = Math.min(won, ...reached.slice(k + 1));
          return reached[k]! < won && reached[k]! <= later ? [days(reached[k]!, later)] : [];
        });
        expect(stages[k]).toMatchObject({
          deals: stays.length,
          meanDays: average(stays),
          medianDays: middle(stays),
        });
      });
    });
    await fc.assert(run, { numRuns: 150 });
  });
});
