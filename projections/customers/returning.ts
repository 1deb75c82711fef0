import type { Context } from '../../libs/projecting/context.ts';
import { periodIndexes, periodStart } from '../../libs/projecting/periods.ts';
import type { CellDelta } from '../../libs/read-store/port.ts';
import type { Naming } from '../orders/naming.ts';

/** Grains of cohorts, and the measure of each. */
export const returningMeasures = {
  week: 'returnedWeek',
  month: 'returnedMonth',
  quarter: 'returnedQuarter',
  year: 'returnedYear',
} as const;

/**
 * In which periods after the one of the first purchase a customer bought: `later` 0 is that period itself. Months, quarters and years stand on the
 * day of the first purchase; weeks on the Monday before, or there would be a total for every pair of day and week.
 *
 * @param orders instants in order, epoch ms
 */
export const returning = (
  orders: readonly number[],
  { calendar, params }: Context,
  naming: Naming,
): readonly CellDelta[] => {
  const [firstAt] = orders;
  if (firstAt === undefined) return [];
  const firstDay = calendar.day(firstAt);
  const first = naming.day(firstAt);
  const ranged = params.from !== undefined || params.to !== undefined;
  const start = periodIndexes(firstDay);
  const firstWeek = ranged ? first : periodStart('week', start.week);
  const weeks = new Map<number, Add>();
  const others = new Map<number, Add>();
  let last: string | null = null;
  for (const at of orders) {
    const day = calendar.day(at);
    if (day === last) continue;
    last = day;
    const periods = periodIndexes(day);
    for (const grain of grainNames) {
      const adds = grain === 'week' ? weeks : others;
      const later = periods[grain] - start[grain];
      const add = adds.get(later);
      if (add === undefined) adds.set(later, { [returningMeasures[grain]]: 1 });
      else add[returningMeasures[grain]] = 1;
    }
  }
  const deltas: CellDelta[] = [];
  others.forEach((add, later) => deltas.push({ cell: { first, later }, add }));
  weeks.forEach((add, later) => deltas.push({ cell: { firstWeek, later }, add }));
  return deltas;
};

type Add = Record<string, 1>;

const grainNames = ['week', 'month', 'quarter', 'year'] as const;
