import type { Context } from '../../libs/projecting/context.ts';
import { periodIndex } from '../../libs/projecting/periods.ts';

/** Measures that count customers once a period: on the day of their first purchase in it. */
export const activityMeasures = [
  'activeDay',
  'activeWeek',
  'activeMonth',
  'activeQuarter',
  'activeYear',
] as const;

/** What a purchase adds to them. */
export type Activity = Readonly<Partial<Record<(typeof activityMeasures)[number], 1>>>;

/**
 * Tells of a customer's purchases, one after another in order of time, in which periods each is the first; null where in none.
 * Purchases before a query's `from` (a parameter, epoch ms) don't count against those after, because the query's first period begins there.
 */
export const activity = ({ calendar, params }: Context): ((instant: number) => Activity | null) => {
  const from = params.from ?? -Infinity;
  let last: string | null = null;
  let lastAt = -Infinity;
  return instant => {
    const before = lastAt < from && instant >= from ? null : last;
    const day = calendar.day(instant);
    lastAt = instant;
    if (day === before) return null;
    last = day;
    return before === null ? everywhere : since(before, day);
  };
};

const everywhere: Activity = {
  activeDay: 1,
  activeWeek: 1,
  activeMonth: 1,
  activeQuarter: 1,
  activeYear: 1,
};

const since = (before: string, day: string): Activity => {
  const newWeek = periodIndex('week', day) !== periodIndex('week', before);
  const newMonth = day.slice(0, 7) !== before.slice(0, 7);
  return {
    activeDay: 1,
    ...(newWeek && { activeWeek: 1 as const }),
    ...(newMonth && { activeMonth: 1 as const }),
    ...(newMonth &&
      periodIndex('quarter', day) !== periodIndex('quarter', before) && { activeQuarter: 1 as const }),
    ...(newMonth && day.slice(0, 4) !== before.slice(0, 4) && { activeYear: 1 as const }),
  };
};
