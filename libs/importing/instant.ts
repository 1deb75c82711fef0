import { IANAZone } from 'luxon';
import { RowError, type ImportContext } from './define.ts';
import { given } from './given.ts';

const minute = 60_000;
const day = 86_400_000;
const cachedDays = 20_000;
const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * What an import's parsers look at, for a workspace's time zone (IANA name).
 *
 * A time that the zone's clocks skipped is refused, one that they showed twice is the first of the two.
 * @throws Error when the zone is unknown
 */
export const createImportContext = (timeZone: string): ImportContext => {
  const zone = IANAZone.create(timeZone);
  if (!zone.isValid) throw new Error(`"${timeZone}" is no time zone`);
  const offsetAt = cachedByDay(instant => zone.offset(instant) * minute);
  const read = (text: string, column: string): number => {
    const { local, offset, isDate } = parse(given(text, column).trim(), column);
    if (offset !== null) return local - offset;
    // The zone's offset changes by a day at most, so one of the two around it is the one before any change.
    const [before, after] = [local - offsetAt(local - day), local - offsetAt(local + day)];
    const fits = [before, after].filter(instant => instant + offsetAt(instant) === local);
    if (fits.length > 0) return Math.min(...fits);
    const first = startOfDay(local, offsetAt);
    if (isDate && first + offsetAt(first) < local + day) return first;
    throw new RowError(column, `${text} does not exist in ${timeZone}: the clocks skipped it`);
  };
  // Rows that follow one another often tell the same time.
  let [lastText, last]: [string | null, number] = [null, 0];
  return {
    instant: (text, column) => {
      if (text === lastText) return last;
      const instant = read(text, column);
      [lastText, last] = [text, instant];
      return instant;
    },
  };
};

/** Asking for an offset takes longer than the rest of a row; rows are of few days, and most days have one offset. */
const cachedByDay = (offsetAt: (instant: number) => number): ((instant: number) => number) => {
  const ofDays = new Map<number, number | null>();
  return instant => {
    const start = instant - (((instant % day) + day) % day);
    let known = ofDays.get(start);
    if (known === undefined) {
      const offset = offsetAt(start);
      known = offset === offsetAt(start + day) ? offset : null;
      if (ofDays.size >= cachedDays) ofDays.clear();
      ofDays.set(start, known);
    }
    return known ?? offsetAt(instant);
  };
};

/** The day's first instant where the clocks skip midnight. */
const startOfDay = (local: number, offsetAt: (instant: number) => number): number => {
  let [skipped, reached] = [local - day, local + day];
  while (reached - skipped > 1) {
    const middle = Math.floor((skipped + reached) / 2);
    if (middle + offsetAt(middle) >= local) reached = middle;
    else skipped = middle;
  }
  return reached;
};

/** `local` is the instant at which a clock in UTC shows the text. */
const parse = (text: string, column: string): { local: number; offset: number | null; isDate: boolean } => {
  const match = pattern.exec(text);
  if (match === null)
    throw new RowError(
      column,
      `"${text.slice(0, 60)}" is no date; write it like 2018-02-26 or 2018-02-26 19:58:54`,
    );
  const [year, month, date, hour, minutes, seconds] = [1, 2, 3, 4, 5, 6].map(at =>
    Number(match[at] ?? 0),
  ) as [number, number, number, number, number, number];
  const fraction = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1_000);
  const local = Date.UTC(year, month - 1, date, hour, minutes, seconds, fraction);
  const back = new Date(local);
  const exists =
    year >= 100 &&
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === date &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minutes &&
    seconds < 60;
  if (!exists) throw new RowError(column, `${text} is a date that does not exist`);
  return { local, offset: offsetOf(match[8], text, column), isDate: match[4] === undefined };
};

const offsetOf = (text: string | undefined, whole: string, column: string): number | null => {
  if (text === undefined) return null;
  if (text === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))];
  if (hours > 18 || minutes > 59) throw new RowError(column, `${whole} has an offset that does not exist`);
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * minute;
};
