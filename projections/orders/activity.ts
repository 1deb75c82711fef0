import type { Context } from '../../libs/projecting/context.ts';
import { periodIndexes } from '../../libs/projecting/periods.ts';

/** Measures that count customers once a period: on the day of their first purchase in it, and on that of their last. */
export const activityMeasures = [
  'activeDay',
  'activeWeek',
  'activeMonth',
  'activeQuarter',
  'activeYear',
  'lastInWeek',
  'lastInMonth',
  'lastInQuarter',
  'lastInYear',
] as const;

/** What a day of purchase adds to them. */
export type Activity = Readonly<Partial<Record<(typeof activityMeasures)[number], 1>>>;

/**
 * Tells on which of a customer's days of purchase he counts, and in which measures. Purchases before a query's `from` (a parameter, epoch ms)
 * don't count against those after, because the query's first period begins there.
 *
 * @param instants of purchase, in order, epoch ms
 */
export const activity = (
  instants: readonly number[],
  { calendar, params }: Context,
): readonly { readonly at: number; readonly add: Activity }[] => {
  const from = params.from ?? -Infinity;
  const days: { readonly at: number; readonly day: string }[] = [];
  let last: string | null = null;
  let lastAt = -Infinity;
  for (const at of instants) {
    const day = calendar.day(at);
    if (day !== last || (lastAt < from && at >= from)) days.push({ at, day });
    last = day;
    lastAt = at;
  }
  let before = all;
  return days.map(({ at, day }, index) => {
    const next = days[index + 1];
    const after = next === undefined || (at < from && next.at >= from) ? all : changes(day, next.day);
    const add = adds[before * (all + 1) + after] ?? {};
    before = after;
    return { at, add };
  });
};

const all = 15;

/** Which periods end between two days of purchase: bits for week, month, quarter and year. */
const changes = (day: string, next: string): number => {
  const [one, other] = [periodIndexes(day), periodIndexes(next)];
  const week = one.week !== other.week ? 1 : 0;
  if (one.month === other.month) return week;
  return week + 2 + (one.quarter !== other.quarter ? 4 : 0) + (one.year !== other.year ? 8 : 0);
};

const ofBits = (prefix: 'active' | 'lastIn', bits: number): Activity =>
  Object.fromEntries(
    (['Week', 'Month', 'Quarter', 'Year'] as const).flatMap((name, bit) =>
      (bits >> bit) % 2 === 1 ? [[`${prefix}${name}`, 1]] : [],
    ),
  );

/** By the periods that begin and those that end with a day. */
const adds: readonly Activity[] = Array.from({ length: (all + 1) ** 2 }, (_, both) => ({
  activeDay: 1,
  ...ofBits('active', Math.floor(both / (all + 1))),
  ...ofBits('lastIn', both % (all + 1)),
}));
