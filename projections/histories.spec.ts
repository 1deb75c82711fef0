import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MetricQuery } from '../libs/metrics/define.ts';
import { createFolder } from '../libs/projecting/fold.ts';
import { createTally, schemaOf } from '../libs/projecting/contribution.ts';
import { recorded, testContext, type ShortEvent } from '../libs/projecting/testing.ts';
import type { Context } from '../libs/projecting/context.ts';
import type { CellDelta } from '../libs/read-store/port.ts';
import { metrics, projections } from './index.ts';
import { closeRate } from './sales-cycle/close-rate.metric.ts';
import { cycleLength } from './sales-cycle/sales-cycle.metric.ts';
import { salesCycle } from './sales-cycle/sales-cycle.projection.ts';
import { funnel } from './lead-funnel/funnel.metric.ts';
import { ask, readModel } from './testing.ts';

/** What an event says; made into one of the catalogue's below. */
interface Fact {
  readonly kind: (typeof kinds)[number];
  readonly lead: string;
  readonly deal: string;
  readonly at: number;
  readonly word: string | undefined;
  readonly stage: string;
  readonly amount: number | undefined;
  readonly probability: number | undefined;
}

const kinds = [
  'LeadCaptured',
  'LeadRecaptured',
  'LeadProfileUpdated',
  'LeadStageChanged',
  'PageViewed',
  'EmailOpened',
  'OpportunityOpened',
  'OpportunityStageChanged',
  'OpportunityWon',
  'OpportunityLost',
  'OpportunityReopened',
  'OrderPlaced',
  'OrderCancelled',
] as const;
const hour = 3_600_000;
const start = Date.UTC(2018, 2, 1);

const fact = fc.record({
  kind: fc.constantFrom(...kinds),
  lead: fc.constantFrom('a', 'b'),
  deal: fc.constantFrom('x', 'constructor'),
  at: fc.integer({ min: 0, max: 24 * 60 }).map(hours => start + hours * hour),
  word: fc.option(fc.constantFrom('ads', 'mail', 'fair'), { nil: undefined }),
  stage: fc.constantFrom('visitor', 'lead', 'mql', 'sql', 'opportunity', 'customer', 'no-stage'),
  amount: fc.option(fc.integer({ min: -500, max: 1_200_000_000 }), { nil: undefined }),
  probability: fc.option(fc.constantFrom(0, 0.05, 0.33, 1), { nil: undefined }),
});
/** Facts of distinct instants, so that time alone orders them. */
const distinct = fc.uniqueArray(fact, { selector: ({ at }) => at, maxLength: 40 });
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York');

const eventOf = ({ kind, lead, deal, at, word, stage, amount, probability }: Fact): ShortEvent => {
  const said = word === undefined ? {} : { origin: word, campaign: `${word}-1`, country: word };
  const worked = word === undefined ? {} : { owner: word, segment: word };
  const priced = amount === undefined ? {} : { amount: { amount, currency: 'EUR' } };
  const data = {
    LeadCaptured: said,
    LeadRecaptured: said,
    LeadProfileUpdated: said,
    LeadStageChanged: { stage },
    PageViewed: { touchpointId: 't' },
    EmailOpened: { touchpointId: 't' },
    OpportunityOpened: { opportunityId: deal, ...worked, ...priced },
    OpportunityStageChanged: {
      opportunityId: deal,
      stage,
      ...(probability !== undefined && { probability }),
    },
    OpportunityWon: { opportunityId: deal, ...worked, ...priced },
    OpportunityLost: { opportunityId: deal },
    OpportunityReopened: { opportunityId: deal },
    OrderPlaced: {
      orderId: `${lead}-${deal}`,
      ...(word !== undefined && { country: word }),
      total: { amount: amount ?? 0, currency: 'EUR' },
    },
    OrderCancelled: { orderId: `${lead}-${deal}` },
  }[kind];
  return { type: kind, occurredAt: at, data: { leadId: lead, ...data } } as ShortEvent;
};

const log = (facts: readonly Fact[]): ReturnType<typeof recorded>[] =>
  facts.map((one, at) => recorded(eventOf(one), at + 1));

const shuffled = <T>(list: readonly T[], key: (item: T) => number): readonly T[] =>
  [...list].sort((a, b) => key(a) - key(b));

/** All that a read model says: totals of each cell, and findings. */
const said = (facts: readonly Fact[], context: Context): unknown =>
  projections.map(projection => {
    const { entities } = readModel(projection, log(facts), context);
    const folder = createFolder(projection, context);
    const tally = createTally();
    for (const { state } of entities) tally.add(folder.standing(state).cells, 1);
    const text = ({ cell, add }: CellDelta): string =>
      JSON.stringify([Object.entries(cell).sort(), Object.entries(add).sort()]);
    return [
      projection.name,
      tally.deltas().map(text).sort(),
      entities.flatMap(({ id, quality }) => quality.map(one => JSON.stringify([id, one]))).sort(),
    ];
  });

describe('a history', () => {
  it('says the same in whatever order its facts of different instants were recorded', () => {
    fc.assert(
      fc.property(distinct, zone, fc.func(fc.integer()), (facts, where, key) => {
        const context = testContext({ zone: where });
        expect(said(shuffled(facts, key), context)).toEqual(said(facts, context));
      }),
      { numRuns: 150 },
    );
  });

  it('says the same in whatever order its streams were recorded, also at one instant', () => {
    const crowded = fc.array(
      fact.map(one => ({ ...one, at: start + (one.at % (3 * 24 * hour)) })),
      { maxLength: 30 },
    );
    const streamOf = ({ kind, lead, deal }: Fact): string =>
      /^O(pportunity|rder)/.test(kind) ? `${kind.slice(0, 2)}-${lead}-${deal}` : `lead-${lead}`;
    fc.assert(
      fc.property(crowded, fc.func(fc.integer()), (facts, key) => {
        const streams = Map.groupBy(facts, streamOf);
        const turns = shuffled(
          facts.map((one, at) => [streamOf(one), at] as const),
          key,
        );
        const merged = turns.map(([stream]) => streams.get(stream)!.shift()!);
        expect(said(merged, testContext())).toEqual(said(facts, testContext()));
      }),
      { numRuns: 150 },
    );
  });
});

/** A lead's numbers straight from the definitions, by looking at all of its facts at once. */
const lookAt = (facts: readonly Fact[], { calendar, workspace: { stages } }: Context, within = Infinity) => {
  const inOrder = shuffled(facts, ({ at }) => at);
  const of = (...wanted: readonly string[]): readonly Fact[] =>
    inOrder.filter(({ kind }) => wanted.includes(kind));
  const captures = of('LeadCaptured', 'LeadRecaptured');
  const touches = of('PageViewed', 'EmailOpened');
  const entered = Math.min(...[...captures, ...touches].map(({ at }) => at));
  if (entered === Infinity) return null;
  const origin =
    [...captures, ...of('LeadProfileUpdated')].find(({ word }) => word !== undefined)?.word ?? null;
  const end = entered + within * 24 * hour;
  const first = (list: readonly Fact[]): number => Math.min(...list.map(({ at }) => at));
  const capturedAt = first(captures);
  const reached = stages.map(({ name }) => {
    const instants = of('LeadStageChanged').filter(({ stage }) => stage === name);
    if (name === 'visitor' && first(touches) < capturedAt) instants.push(...touches);
    if (name === 'lead') instants.push(...captures);
    if (name === 'opportunity') instants.push(...of('OpportunityOpened'));
    if (name === 'customer') instants.push(...of('OpportunityWon'));
    return first(instants) <= end ? first(instants) : Infinity;
  });
  const days = (from: number, to: number): number =>
    calendar.daysBetween(calendar.day(from), calendar.day(to));
  const deals = [
    ...Map.groupBy(of(...kinds.filter(kind => kind.startsWith('Opp'))), ({ deal }) => deal).values(),
  ].map(about => {
    const last = about.findLast(({ kind }) => /Won|Lost|Reopened/.test(kind));
    const priced = about.filter(({ amount }) => amount !== undefined);
    const pick = (kind: string): Fact | undefined => priced.findLast(one => one.kind === kind);
    return {
      won: last?.kind === 'OpportunityWon' ? last.at : null,
      lost: last?.kind === 'OpportunityLost',
      amount: (pick('OpportunityWon') ?? pick('OpportunityOpened'))?.amount ?? 0,
      probability:
        about.findLast(one => one.kind === 'OpportunityStageChanged' && one.probability !== undefined)
          ?.probability ?? 0.5,
    };
  });
  return { entered, origin, reached, days, deals };
};

type Seen = NonNullable<ReturnType<typeof lookAt>>;

const leadsOf = (facts: readonly Fact[], context: Context, within?: number): readonly Seen[] =>
  [...Map.groupBy(facts, ({ lead }) => lead).values()].flatMap(one => lookAt(one, context, within) ?? []);

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

it('days in stages add up to the days of a deal whose lead had reached nothing before the first touch', () => {
  fc.assert(
    fc.property(distinct, zone, (facts, where) => {
      const context = { ...testContext({ zone: where }), params: { stages: 1 } };
      for (const { state } of readModel(salesCycle, log(facts), context).entities) {
        const { entry, reached = {} } = state as unknown as {
          entry: { captured?: number; touched?: number };
          reached?: Record<string, number>;
        };
        const entered = entry.touched ?? entry.captured ?? 0;
        const sums = new Map<unknown, number>();
        const deltas = salesCycle.contributes(state, context).filter(({ cell }) => 'won' in cell);
        const deals = deltas.filter(({ add }) => 'deals' in add);
        if (Object.values(reached).some(at => at < entered) || deals.length !== 1) continue;
        for (const { cell, add } of deltas) {
          const measure = Object.keys(add)[0];
          sums.set(measure, (sums.get(measure) ?? 0) + Number(cell.days));
        }
        if (Number(deals[0]!.cell.days) > 0) expect(sums.get('stays')).toBe(sums.get('deals'));
      }
    }),
    { numRuns: 300 },
  );
});

it('every metric asks only for what its read model holds', () => {
  for (const { projection, cells, periods } of metrics) {
    const { dimensions, measures } = schemaOf(projection);
    const asked = Object.values(cells.dimensions).map(one => (typeof one === 'string' ? one : one.dimension));
    expect(Object.keys(dimensions)).toEqual(expect.arrayContaining([...asked, ...(cells.by ?? [])]));
    const framing = [...Object.values(periods?.grains ?? {}), ...(periods?.last ? [periods.last] : [])];
    expect(measures).toEqual(
      expect.arrayContaining([...cells.measures, ...framing.map(({ measure }) => measure)]),
    );
    for (const on of [cells.on, ...framing.map(one => one.on)]) expect(dimensions[on]).toBe('day');
    expect(projections).toContain(projection);
  }
});
