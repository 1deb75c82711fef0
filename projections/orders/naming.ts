import type { Context } from '../../libs/projecting/context.ts';
import { dayNumber, dayOfNumber } from '../../libs/projecting/periods.ts';

/** Names instants by the local days that a query's range is made of. */
export interface Naming {
  /** The day of an instant, epoch ms. */
  readonly day: (instant: number) => string;
  /** The day of the instant at which a local day begins. */
  readonly start: (day: string) => string;
}

/**
 * Where a query's `from` or `to` (params, epoch ms) lies within a day, what is cut off from that day goes by the name of the day
 * beyond: so the query's whole days hold exactly what happened between the instants.
 */
export const naming = ({ calendar, params: { from, to } }: Context): Naming => {
  if (from === undefined && to === undefined)
    return { day: instant => calendar.day(instant), start: day => day };
  const first = from === undefined ? null : calendar.day(from);
  const last = to === undefined ? null : calendar.day(to - 1);
  const named = (day: string, instant: number): string => {
    if (day === first && from !== undefined && instant < from) return shifted(day, -1);
    return day === last && to !== undefined && instant >= to ? shifted(day, 1) : day;
  };
  return {
    day: instant => named(calendar.day(instant), instant),
    start: day => (day === first ? named(day, calendar.startOf(day)) : day),
  };
};

const shifted = (day: string, days: number): string => dayOfNumber(dayNumber(day) + days) ?? day;
