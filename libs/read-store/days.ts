import { InvalidRequest } from './errors.ts';

/** Days `from` ≤ day < `to`, `YYYY-MM-DD`; open where left out. */
export interface Days {
  readonly from?: string;
  readonly to?: string;
}

const shape = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;
const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysIn = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (lengths[month - 1] ?? 0);

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

/** Whether the text is a day of the calendar, `YYYY-MM-DD`. */
export const isDay = (text: string): boolean => text.length === 10 && isPeriod(text);

/** Whether the text is a day, a month or a year: `2018-02-03`, `2018-02`, `2018`. */
const isPeriod = (text: string): boolean => {
  const [, year, month, day] = shape.exec(text) ?? [];
  if (year === undefined) return false;
  if (month === undefined) return true;
  const length = daysIn(Number(year), Number(month));
  return length > 0 && (day === undefined || (Number(day) >= 1 && Number(day) <= length));
};

/** The year, month or day after; undefined after the last that four digits can name. */
export const periodAfter = (period: string): string | undefined => {
  const [year, month, day] = period.split('-').map(Number);
  if (year === undefined) return undefined;
  if (month === undefined) return year < 9999 ? padded(year + 1, 4) : undefined;
  if (day === undefined) {
    if (month < 12) return `${padded(year, 4)}-${padded(month + 1, 2)}`;
    return year < 9999 ? `${padded(year + 1, 4)}-01` : undefined;
  }
  if (day < daysIn(year, month)) return `${period.slice(0, 8)}${padded(day + 1, 2)}`;
  const next = periodAfter(period.slice(0, 7));
  return next === undefined ? undefined : `${next}-01`;
};

/** The first day of a year, a month or a day. */
export const firstDay = (period: string): string => period + '-01-01'.slice(period.length - 4);

/**
 * The days of a day, a month or a year.
 *
 * @example daysOf('2018-02') // { from: '2018-02-01', to: '2018-03-01' }
 * @throws InvalidRequest when it is none of these
 */
export const daysOf = (period: string): Days => {
  if (!isPeriod(period))
    throw new InvalidRequest('day', `"${period}" is no day, month or year: 2018-02-03, 2018-02, 2018`);
  const next = periodAfter(period);
  return { from: firstDay(period), ...(next === undefined ? {} : { to: firstDay(next) }) };
};

/** The same days as few ranges that neither overlap nor touch, in order. */
export const unite = (ranges: readonly Days[]): readonly Days[] => {
  const united: Days[] = [];
  for (const range of ranges.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1))) {
    const last = united.at(-1);
    if (last === undefined || (last.to !== undefined && last.to < (range.from ?? ''))) united.push(range);
    else united[united.length - 1] = { ...last, ...latest(last, range) };
  }
  return united;
};

const latest = (a: Days, b: Days): Days => ({
  to: a.to === undefined || b.to === undefined ? undefined : a.to > b.to ? a.to : b.to,
});

/** The days that are in both. */
export const intersect = (a: Days, b: Days): Days => {
  const from = (a.from ?? '') > (b.from ?? '') ? a.from : b.from;
  const to = (a.to ?? '~') < (b.to ?? '~') ? a.to : b.to;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
};
