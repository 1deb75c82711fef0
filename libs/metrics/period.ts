import type { Calendar } from '../projecting/context.ts';
import { InvalidQuery } from './errors.ts';

/** What `from` and `to` select. */
export interface Period {
  /** Days `from` ≤ day < `to` as the calendar below names them. */
  readonly days: { readonly from?: string; readonly to?: string };
  /** The same as epoch ms. */
  readonly instants: { readonly from?: number; readonly to?: number };
  /** Names instants outside of the period by days outside of `days`; null when whole days say it all. */
  readonly clipped: Calendar | null;
}

/**
 * Reads `from` and `to`: dates in the calendar's zone, or instants with an offset. An instant that begins a local day is that day.
 *
 * @throws InvalidQuery for what is neither, and for a period that ends before it begins
 */
export const readPeriod = (from: string | undefined, to: string | undefined, calendar: Calendar): Period => {
  const start = readBound('from', from, calendar);
  const end = readBound('to', to, calendar);
  if (start && end && start.instant > end.instant)
    throw new InvalidQuery('to', `to (${to}) is before from (${from})`);
  const instants = { ...(start && { from: start.instant }), ...(end && { to: end.instant }) };
  if ((start?.whole ?? true) && (end?.whole ?? true)) {
    const days = { ...(start && { from: start.day }), ...(end && { to: end.day }) };
    return { days, instants, clipped: null };
  }
  return { instants, ...clip(start?.instant, end?.instant, calendar) };
};

interface Bound {
  /** Epoch ms. */
  readonly instant: number;
  /** The local day that it lies in. */
  readonly day: string;
  /** Whether it is the beginning of that day. */
  readonly whole: boolean;
}

const isoDay = /^(?!0000)\d{4}-\d\d-\d\d$/;
const isoInstant = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

const readBound = (path: string, text: string | undefined, calendar: Calendar): Bound | undefined => {
  if (text === undefined) return undefined;
  if (isDay(text)) return { instant: calendar.startOf(text), day: text, whole: true };
  const date = isoInstant.exec(text)?.[1];
  const instant = date !== undefined && isDay(date) ? Date.parse(text) : NaN;
  if (Number.isNaN(instant))
    throw new InvalidQuery(
      path,
      `"${text.slice(0, 60)}" is neither a date (2018-02-03) nor an instant with offset (2018-02-03T10:00:00+01:00)`,
    );
  const day = calendar.day(instant);
  return { instant, day, whole: calendar.startOf(day) === instant };
};

/** Whether the text is a day of the calendar, `YYYY-MM-DD`. */
export const isDay = (text: string): boolean => isoDay.test(text) && shift(text, 0) === text;

const shift = (day: string, days: number): string => {
  const moved = new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000);
  return Number.isNaN(moved.getTime()) ? '' : moved.toISOString().slice(0, 10);
};

/**
 * Days can't tell instants of one day apart. So the clipped calendar names all days before the period one day earlier
 * and all days after it one day later than they are, and takes that back where it counts days: what is not in the
 * period is not in its days either, and every duration stays what it was.
 */
const clip = (
  from: number | undefined,
  to: number | undefined,
  calendar: Calendar,
): Omit<Period, 'instants'> => {
  const first = from === undefined ? '' : calendar.day(from);
  if (from !== undefined && from === to) return { days: { from: first, to: first }, clipped: calendar };
  const after = to === undefined ? '~' : shift(calendar.day(to - 1), 1);
  const real = (day: string): string => (day < first ? shift(day, 1) : day >= after ? shift(day, -1) : day);
  return {
    days: { ...(from !== undefined && { from: first }), ...(to !== undefined && { to: after }) },
    clipped: {
      zone: calendar.zone,
      month: instant => calendar.month(instant),
      startOf: day => calendar.startOf(real(day)),
      daysBetween: (a, b) => calendar.daysBetween(real(a), real(b)),
      day: instant => {
        const day = calendar.day(instant);
        if (from !== undefined && instant < from) return shift(day, -1);
        return to !== undefined && instant >= to ? shift(day, 1) : day;
      },
    },
  };
};
