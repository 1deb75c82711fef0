/** How fine time is cut. Weeks are those of ISO 8601: they begin on Mondays. */
export type PeriodGrain = 'day' | 'week' | 'month' | 'quarter' | 'year';

const dayMs = 86_400_000;
/** Numbers of 0001-01-01 and 9999-12-31. */
const [firstNumber, lastNumber] = [-719_162, 2_932_896];
/** Days that were named already, because few are named very often. */
const days = new Map<number, string>();
const mostDays = 50_000;
/** Sorts after every day. */
const never = '~';

/**
 * Days since 1970-01-01, by counting in years that begin in March: the leap day is the last of them.
 *
 * @param day `YYYY-MM-DD`
 */
export const dayNumber = (day: string): number => {
  const month = digits(day, 5, 7);
  const year = digits(day, 0, 4) - (month < 3 ? 1 : 0);
  const leaps = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  const inYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + digits(day, 8, 10) - 1;
  return year * 365 + leaps + inYear - 719_468;
};

/** The day of a number; null outside of the years 1 to 9999. */
export const dayOfNumber = (number: number): string | null => {
  const known = days.get(number);
  if (known !== undefined) return known;
  if (!(number >= firstNumber && number <= lastNumber)) return null;
  const day = new Date(number * dayMs).toISOString().slice(0, 10);
  if (days.size >= mostDays) days.clear();
  days.set(number, day);
  return day;
};

/**
 * The number of the period that a day lies in: one more than that of the period before.
 *
 * @example periodIndex('month', '2018-02-03') - periodIndex('month', '2017-12-31') // 2
 */
export const periodIndex = (grain: PeriodGrain, day: string): number => {
  switch (grain) {
    case 'day':
      return dayNumber(day);
    case 'week':
      return weekOf(dayNumber(day));
    case 'month':
      return digits(day, 0, 4) * 12 + digits(day, 5, 7) - 1;
    case 'quarter':
      return Math.floor(periodIndex('month', day) / 3);
    case 'year':
      return digits(day, 0, 4);
  }
};

/** Numbers of the periods that a day lies in, as `periodIndex` gives them. */
export type PeriodIndexes = Readonly<Record<Exclude<PeriodGrain, 'day'>, number>>;

const indexes = new Map<string, PeriodIndexes>();

/** All of them at once; days that were asked for are remembered. */
export const periodIndexes = (day: string): PeriodIndexes => {
  const known = indexes.get(day);
  if (known !== undefined) return known;
  const found = {
    week: periodIndex('week', day),
    month: periodIndex('month', day),
    quarter: periodIndex('quarter', day),
    year: periodIndex('year', day),
  };
  if (indexes.size >= mostDays) indexes.clear();
  indexes.set(day, found);
  return found;
};

/** The first day of the period of that number; `~`, which sorts after every day, after the year 9999. */
export const periodStart = (grain: PeriodGrain, index: number): string => {
  switch (grain) {
    case 'day':
      return dayOfNumber(index) ?? never;
    case 'week':
      return dayOfNumber(index * 7 - 3) ?? never;
    case 'month':
      return index < 120_000
        ? `${padded(Math.floor(index / 12), 4)}-${padded((index % 12) + 1, 2)}-01`
        : never;
    case 'quarter':
      return periodStart('month', index * 3);
    case 'year':
      return periodStart('month', index * 12);
  }
};

/**
 * What the period of a day is called: `2018-02-03`, `2018-W05`, `2018-02`, `2018-Q1`, `2018`. A week belongs to the year of its Thursday.
 *
 * @example periodName('week', '2018-12-31') // '2019-W01'
 */
export const periodName = (grain: PeriodGrain, day: string): string => {
  switch (grain) {
    case 'day':
      return day;
    case 'week': {
      const week = weekOf(dayNumber(day));
      // Of the last days of the year 9999 the Thursday may lie beyond; 9999-12-31 is a Friday, so it doesn't.
      const thursday = dayOfNumber(week * 7) ?? day;
      const year = thursday.slice(0, 4);
      return `${year}-W${padded(Math.floor((week * 7 - dayNumber(`${year}-01-01`)) / 7) + 1, 2)}`;
    }
    case 'month':
      return day.slice(0, 7);
    case 'quarter':
      return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
    case 'year':
      return day.slice(0, 4);
  }
};

/** The number that stands at some places of a day; read for every order, so without making texts. */
const digits = (day: string, from: number, to: number): number => {
  let number = 0;
  for (let at = from; at < to; at++) number = number * 10 + day.charCodeAt(at) - 48;
  return number;
};

/** Number of the week of a day's number; 1970-01-01 was a Thursday, so that week 0 has day 0 as its Thursday. */
const weekOf = (number: number): number => Math.floor((number + 3) / 7);

const padded = (value: number, width: number): string => String(value).padStart(width, '0');
