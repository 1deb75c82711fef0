import {
  dayNumber,
  dayOfNumber,
  periodIndex,
  periodName,
  periodStart,
  type PeriodGrain,
} from '../projecting/periods.ts';
import type { CellQuery, CellRow, Grain, GroupBy } from '../read-store/port.ts';
import type { Metric, MetricFrame, MetricPeriod, PeriodCells } from './define.ts';
import { InvalidQuery } from './errors.ts';
import type { Period } from './period.ts';

/** How a query over periods is put to the cells. */
export interface Framing extends PeriodCells {
  readonly grain: PeriodGrain;
  readonly days: Period['days'];
  readonly before: boolean;
  readonly by: GroupBy & { readonly grain: Grain };
  readonly range: CellQuery['range'];
  /** Whether cells can tell, if parameters and instants don't speak against it. */
  readonly answered: boolean;
}

const usual = 'month';
const mostPeriods = 4_000;

/** What is said of a metric that has no periods. */
export const noFrame: MetricFrame = { grain: usual, measure: '', periods: [], last: null, broken: false };

/** Null for a metric without periods. @throws InvalidQuery for a grain that the metric doesn't have */
export const readFraming = (
  { name, periods }: Metric,
  asked: string | undefined,
  { days }: Period,
): Framing | null => {
  if (periods === undefined) {
    if (asked !== undefined) throw new InvalidQuery('grain', `${name} has no periods`);
    return null;
  }
  const wanted = asked ?? usual;
  const found = Object.entries(periods.grains).find(([grain]) => grain === wanted);
  if (found === undefined)
    throw new InvalidQuery('grain', `unknown grain "${wanted.slice(0, 60)}"`, Object.keys(periods.grains));
  const [grain, { on, measure, since }] = found as [PeriodGrain, PeriodCells];
  const cut = { from: cuts(grain, days.from), to: cuts(grain, days.to) };
  const both =
    cut.from && cut.to && periodIndex(grain, days.from ?? '') === periodIndex(grain, days.to ?? '');
  const range = {
    ...(days.from !== undefined && !periods.before && { from: days.from }),
    ...(days.to !== undefined && { to: days.to }),
  };
  return {
    grain,
    on,
    measure,
    days,
    before: periods.before,
    by: { dimension: on, grain: coarsest(grain, periods.before ? days.from : undefined) },
    range: Object.keys(range).length === 0 ? undefined : { dimension: on, ...range },
    ...(since !== undefined && cut.from && { since }),
    answered: periods.answers(grain, { ...cut, both }),
  };
};

/** The same, up to the last day with data where that is known and the question doesn't say how far. */
export const endingAt = (framing: Framing, last: string | null): Framing => {
  if (framing.days.to !== undefined || last === null) return framing;
  const to = dayOfNumber(dayNumber(last) + 1);
  return to === null
    ? framing
    : { ...framing, days: { ...framing.days, to }, range: { dimension: framing.on, ...framing.range, to } };
};

/** Whether the day lies in the middle of a period. */
const cuts = (grain: PeriodGrain, day: string | undefined): boolean =>
  day !== undefined && periodStart(grain, periodIndex(grain, day)) !== day;

/** The coarsest grain of the cells whose buckets lie wholly in a period, and wholly before or after a day. */
const coarsest = (grain: PeriodGrain, day: string | undefined): Grain => {
  if (grain === 'day' || grain === 'week' || cuts('month', day)) return 'day';
  return grain === 'year' && !cuts('year', day) ? 'year' : 'month';
};

/** The cells by period, and the periods themselves. @throws InvalidQuery when there are too many */
export const framed = (
  { grain, measure, since, on, days, before }: Framing,
  rows: readonly CellRow[],
  last: string | null,
  broken: boolean,
): { readonly frame: MetricFrame; readonly cells: readonly CellRow[] } => {
  let [first, end] = ['~', ''];
  const names = new Map<string, string | null>();
  const nameOf = (bucket: string): string | null => {
    const day = bucket + '-01-01'.slice(bucket.length - 4);
    if (day < first) first = day;
    if (day > end) end = day;
    return before && day < (days.from ?? '') ? null : periodName(grain, day);
  };
  const groups = new Map<string, { readonly by: CellRow['by']; readonly sums: Record<string, number> }>();
  for (const {
    by: { [on]: bucket, ...by },
    sums,
  } of rows) {
    const text = String(bucket);
    let period = names.get(text);
    if (period === undefined) names.set(text, (period = nameOf(text)));
    const key = JSON.stringify([period, by]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { by: { ...by, period }, sums: { ...sums } });
    else for (const name in sums) group.sums[name] = (group.sums[name] ?? 0) + (sums[name] ?? 0);
  }
  if (since !== undefined && days.from !== undefined) {
    const first = periodName(grain, days.from);
    for (const { by, sums } of groups.values()) if (by.period === first) sums[measure] = sums[since] ?? 0;
  }
  const cells = [...groups.values()];
  const ending = days.to ?? (end === '' ? '' : periodStart(grain, periodIndex(grain, end) + 1));
  const periods = spans(grain, days.from ?? first, ending);
  return { frame: { grain, measure, periods, last, broken }, cells };
};

/** The periods of the days `from` ≤ day < `to`. */
const spans = (grain: PeriodGrain, from: string, to: string): readonly MetricPeriod[] => {
  const found: MetricPeriod[] = [];
  for (let start = from; start < to;) {
    if (found.length === mostPeriods)
      throw new InvalidQuery(
        'grain',
        `there are more than ${mostPeriods} periods; choose longer ones, or a shorter range`,
      );
    const next = periodStart(grain, periodIndex(grain, start) + 1);
    const end = next < to ? next : to;
    found.push({ name: periodName(grain, start), from: start, at: dayBefore(end) });
    start = next;
  }
  return found;
};

const dayBefore = (day: string): string =>
  day === '~' ? '9999-12-31' : (dayOfNumber(dayNumber(day) - 1) ?? day);
