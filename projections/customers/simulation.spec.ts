import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { MetricQuery } from '../../libs/metrics/define.ts';
import { createCalendar } from '../../libs/projecting/calendar.ts';
import type { Calendar } from '../../libs/projecting/context.ts';
import { recorded, testContext, type ShortEvent } from '../../libs/projecting/testing.ts';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { askModel, readModel } from '../testing.ts';
import { revenueByPeriod } from '../revenue/revenue.metric.ts';
import { churn } from './churn.metric.ts';
import { retention } from './retention.metric.ts';

interface Order {
  readonly lead: string;
  readonly id: string;
  readonly at: number;
  readonly amount: number;
  readonly currency: string;
  readonly cancelled: boolean;
}

const hour = 3_600_000;
const start = Date.UTC(2019, 10, 20);
/** Hours since the start: any, or such that purchases and bounds meet on days, or lie as far apart as customers are waited for. */
const hours = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: min * 24, max: max * 24 }),
    fc
      .tuple(fc.constantFrom(0, 1, 7, 8, 29, 30, 31, 45, 46, 60, 61), fc.constantFrom(0, 9, 10, 23))
      .map(([days, hour]) => days * 24 + hour),
  );

const order = fc.record({
  lead: fc.constantFrom('a', 'b', 'c'),
  at: hours(0, 200).map(after => start + after * hour),
  amount: fc.integer({ min: -500, max: 100_000 }),
  currency: fc.constantFrom('EUR', 'GBP'),
  cancelled: fc.boolean(),
});
const history = fc
  .array(order, { maxLength: 25 })
  .map(orders => orders.map((one, index): Order => ({ ...one, id: `o${index}` })));
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia');
const grain = fc.constantFrom('day', 'week', 'month', 'quarter', 'year');

/** A date or an instant of any hour, before, in and after the history. */
const bound = (where: string): fc.Arbitrary<string | undefined> =>
  fc.option(
    fc.tuple(hours(-40, 260), fc.constantFrom('hour', 'day', 'month')).map(([after, unit]) => {
      const at = DateTime.fromMillis(start + after * hour, { zone: where }).startOf(unit);
      return unit === 'hour' ? at.toISO()! : at.toISODate()!;
    }),
    { nil: undefined },
  );

const question = zone.chain(where =>
  fc.record({
    where: fc.constant(where),
    from: bound(where),
    to: bound(where),
    grain,
    inactiveDays: fc.option(fc.constantFrom(1, 7, 29, 30, 45), { nil: undefined }),
  }),
);
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

/** The periods that a question is about, as instants: `from` ≤ instant < `to`. */
const periodsOf = (
  { where, from, to, grain: unit }: Question,
  first: number,
  last: number,
): readonly { readonly name: string; readonly from: number; readonly to: number }[] => {
  const local = (at: number): DateTime => DateTime.fromMillis(at, { zone: where });
  const read = (text: string): number => DateTime.fromISO(text, { zone: where }).toMillis();
  const begin = from === undefined ? local(first).startOf(unit).toMillis() : read(from);
  const end = to === undefined ? local(last).startOf('day').plus({ days: 1 }).toMillis() : read(to);
  const names = {
    day: 'yyyy-MM-dd',
    week: "kkkk-'W'WW",
    month: 'yyyy-MM',
    quarter: "yyyy-'Q'q",
    year: 'yyyy',
  };
  const found = [];
  for (let at = local(begin); at.toMillis() < end;) {
    const next = at
      .startOf(unit)
      .plus({ [unit]: 1 })
      .startOf(unit);
    found.push({
      name: at.toFormat(names[unit as 'day']),
      from: at.toMillis(),
      to: Math.min(next.toMillis(), end),
    });
    at = next;
  }
  return found;
};

const queryOf = ({ from, to, grain: unit }: Question): Partial<MetricQuery> => ({
  grain: unit,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});
const isBackwards = ({ where, from, to }: Question): boolean =>
  from !== undefined &&
  to !== undefined &&
  DateTime.fromISO(from, { zone: where }) > DateTime.fromISO(to, { zone: where });

const eventsOf = (orders: readonly Order[]): readonly ShortEvent[] =>
  orders.flatMap(({ id: orderId, lead: leadId, at, amount, currency, cancelled }) => [
    // Every other cancellation becomes known before its order.
    ...(cancelled && amount % 2 === 0 ? [cancellation(leadId, orderId, at)] : []),
    {
      type: 'OrderPlaced' as const,
      occurredAt: at,
      data: { orderId, leadId, total: { amount, currency } },
    },
    ...(cancelled && amount % 2 !== 0 ? [cancellation(leadId, orderId, at)] : []),
  ]);

const cancellation = (leadId: string, orderId: string, occurredAt: number): ShortEvent => ({
  type: 'OrderCancelled',
  occurredAt,
  data: { orderId, leadId },
});

const workspace = { ...defaultWorkspace, churn: { inactiveDays: 30, kept: [7, 30] } };
const asked = async (
  metric: typeof churn,
  orders: readonly Order[],
  { where }: Question,
  query: Partial<MetricQuery>,
): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const context = testContext({ zone: where, workspace });
  const log = eventsOf(orders).map((event, index) => recorded(event, index + 1));
  return (await askModel(metric, readModel(metric.projection, log, context), query, context)).rows;
};

/** The local days on which periods may begin, and what is asked of a history, without any cells. */
const lookAt = (
  orders: readonly Order[],
  wanted: Question,
): {
  readonly calendar: Calendar;
  readonly buyers: readonly (readonly number[])[];
  readonly periods: ReturnType<typeof periodsOf>;
} => {
  const calendar = createCalendar(wanted.where);
  const buyers = [...Map.groupBy(orders, ({ lead }) => lead).values()].map(list =>
    list.map(({ at }) => at).sort((a, b) => a - b),
  );
  const all = buyers.flat();
  const open = wanted.from === undefined || wanted.to === undefined;
  const periods = all.length === 0 && open ? [] : periodsOf(wanted, Math.min(...all), Math.max(...all));
  const reached = wanted.from !== undefined || all.some(at => at < (periods.at(-1)?.to ?? 0));
  return { calendar, buyers, periods: reached ? periods : [] };
};

describe('any history, in any zone, range and grain', () => {
  it('has the churn that going through it day by day finds', async () => {
    const run = fc.asyncProperty(history, question, async (orders, wanted) => {
      fc.pre(!isBackwards(wanted));
      const { calendar, buyers, periods } = lookAt(orders, wanted);
      const days = wanted.inactiveDays ?? workspace.churn.inactiveDays;
      const isChurned = (bought: readonly number[], at: number): boolean => {
        const last = bought.findLast(one => one < at);
        return last !== undefined && calendar.daysBetween(calendar.day(last), calendar.day(at)) > days;
      };
      const count = (of: (bought: readonly number[]) => number | boolean): number =>
        buyers.reduce((sum, bought) => sum + Number(of(bought)), 0);
      const expected = periods.map(({ name, from, to }) => {
        const isIn = (at: number): boolean => at >= from && at < to;
        const midnights = midnightsOf(wanted.where, from, to);
        const churned = count(
          bought => midnights.filter(at => isChurned(bought, at) && !isChurned(bought, at - 1)).length,
        );
        const standing = count(bought => bought[0]! < from && !isChurned(bought, from - 1));
        return {
          by: {},
          period: name,
          at: calendar.day(to - 1),
          known: count(bought => bought[0]! < to),
          active: count(bought => bought.some(isIn)),
          churned,
          wonBack: count(bought => new Set(bought.filter(at => isIn(at) && isChurned(bought, at))).size),
          inactive: count(bought => isChurned(bought, to - 1) && !bought.includes(to - 1)),
          churnRate: standing === 0 ? null : churned / standing,
        };
      });
      const { inactiveDays } = wanted;
      const params: MetricQuery['params'] = inactiveDays === undefined ? {} : { inactiveDays };
      expect(await asked(churn, orders, wanted, { ...queryOf(wanted), params })).toEqual(expected);
    });
    await fc.assert(run, { numRuns: 250 });
  });

  it('has the cohorts that counting customers one by one finds', async () => {
    const run = fc.asyncProperty(history, question, async (orders, wanted) => {
      fc.pre(!isBackwards(wanted) && wanted.grain !== 'day');
      const { buyers, periods } = lookAt(orders, wanted);
      const last = Math.max(...buyers.flat());
      const expected = periods.flatMap(({ name, from, to }) => {
        const cohort = buyers.filter(([first]) => first! >= from && first! < to);
        if (cohort.length === 0) return [];
        const since = periodsOf({ ...wanted, from: undefined, to: undefined }, from, last);
        const active = since.map(
          period => cohort.filter(bought => bought.some(at => at >= period.from && at < period.to)).length,
        );
        return [{ by: {}, cohort: name, size: cohort.length, active }];
      });
      expect(await asked(retention, orders, wanted, queryOf(wanted))).toEqual(expected);
    });
    await fc.assert(run, { numRuns: 250 });
  });

  it('has the revenue, orders and customers that a look at the orders finds', async () => {
    const run = fc.asyncProperty(history, question, async (orders, wanted) => {
      fc.pre(!isBackwards(wanted));
      const live = orders.filter(({ cancelled }) => !cancelled);
      const end = Math.max(...live.map(({ at }) => at));
      const begin = Math.min(...live.map(({ at }) => at));
      const periods =
        live.length === 0 ? [] : periodsOf({ ...wanted, to: wanted.to ?? '2022-01-01' }, begin, end);
      const cells = periods.flatMap(({ name, from, to }) =>
        ['EUR', 'GBP'].map(currency => {
          const found = live.filter(one => one.at >= from && one.at < to && one.currency === currency);
          const amount = found.reduce((sum, one) => sum + one.amount, 0);
          const buyers = new Set(found.map(({ lead }) => lead)).size;
          return { currency, found: found.length, row: rowOf(name, currency, found.length, buyers, amount) };
        }),
      );
      const rows = await asked(revenueByPeriod, orders, wanted, queryOf(wanted));
      const isKnown = (currency: string): boolean =>
        cells.some(cell => cell.currency === currency && cell.found > 0);
      const lastKnown = cells.findLastIndex(({ found }) => found > 0);
      const ends =
        wanted.to === undefined
          ? periods.findIndex(({ name }) => name === cells[lastKnown]?.row.period) + 1
          : periods.length;
      const names = new Set(periods.slice(0, ends).map(({ name }) => name));
      expect(rows).toEqual(
        cells.filter(({ currency, row }) => isKnown(currency) && names.has(row.period)).map(({ row }) => row),
      );
    });
    await fc.assert(run, { numRuns: 250 });
  });
});

const rowOf = (period: string, currency: string, orders: number, customers: number, amount: number) => ({
  by: {},
  period,
  currency,
  orders,
  customers,
  revenue: [{ amount, currency }],
});

/** The instants of the range at which a local day begins. */
const midnightsOf = (where: string, from: number, to: number): readonly number[] => {
  const found: number[] = [];
  let day = DateTime.fromMillis(from, { zone: where }).startOf('day');
  for (; day.toMillis() < to; day = day.plus({ days: 1 }).startOf('day'))
    if (day.toMillis() >= from) found.push(day.toMillis());
  return found;
};
