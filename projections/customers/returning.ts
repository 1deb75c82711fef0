import type { Context } from '../../libs/projecting/context.ts';
import { periodIndex, periodStart } from '../../libs/projecting/periods.ts';
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
  const firstWeek = ranged ? first : periodStart('week', periodIndex('week', firstDay));
  const weeks = new Map<number, Add>();
  const others = new Map<number, Add>();
  const grains = grainNames.map(grain => ({ grain, start: periodIndex(grain, firstDay) }));
  let last: string | null = null;
  for (const at of orders) {
    const day = calendar.day(at);
    if (day === last) continue;
    last = day;
    for (const { grain, start } of grains) {
      const adds = grain === 'week' ? weeks : others;
      const later = periodIndex(grain, day) - start;
      const add = adds.get(later);
      if (add === undefined) adds.set(later, { [returningMeasures[grain]]: 1 });
      else add[returningMeasures[grain]] = 1;
    }
  }
  return [
    ...[...others].map(([later, add]) => ({ cell: { first, later }, add })),
    ...[...weeks].map(([later, add]) => ({ cell: { firstWeek, later }, add })),
  ];
};

type Add = Record<string, 1>;

const grainNames = ['week', 'month', 'quarter', 'year'] as const;
