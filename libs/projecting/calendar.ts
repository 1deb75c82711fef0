import { IANAZone } from 'luxon';
import type { Calendar } from './context.ts';

const dayMs = 86_400_000;
const quarterMs = 900_000;
/** 0001-01-01 and the end of 9999-12-31, UTC. */
const [earliest, latest] = [-62_135_596_800_000, 253_402_300_799_999];
const cached = 200_000;

/**
 * Days and months in a time zone, exact over daylight saving and historic offsets, for the years 1 to 9999.
 *
 * @example createCalendar('Europe/Berlin').day(Date.UTC(2018, 0, 31, 23)) // '2018-02-01'
 * @throws Error when the zone is not a known IANA name; the functions throw RangeError outside of the years 1 to 9999
 */
export const createCalendar = (zone: string): Calendar => {
  if (!IANAZone.isValidZone(zone)) throw new Error(`"${zone}" is no IANA time zone`);
  const utc = zone === 'UTC' || zone === 'Etc/UTC';
  const offset = offsetIn(zone);
  const day = utc ? dayOfUtc : dayIn(offset);
  return {
    zone,
    day,
    month: instant => day(instant).slice(0, 7),
    daysBetween: (from, to) => dayNumber(to) - dayNumber(from),
    startOf: utc ? wanted => dayNumber(wanted) * dayMs : startIn(day, offset),
  };
};

const remember = <Key, Value>(make: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new Map<Key, Value>();
  return key => {
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= cached) known.clear();
    const value = make(key);
    known.set(key, value);
    return value;
  };
};

const dayOfNumber = remember((number: number): string => {
  const instant = number * dayMs;
  if (!(instant >= earliest && instant <= latest)) throw outside(instant);
  return new Date(instant).toISOString().slice(0, 10);
});

const dayOfUtc = (instant: number): string => dayOfNumber(Math.floor(instant / dayMs));

/** Days since 1970-01-01. */
const dayNumber = remember((day: string): number => {
  const instant = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  if (!(instant >= earliest) || new Date(instant).toISOString().slice(0, 10) !== day)
    throw new RangeError(`"${day}" is no day`);
  return instant / dayMs;
});

const outside = (instant: number): RangeError =>
  new RangeError(`${instant} is no instant of the years 1 to 9999`);

/** Of local time from UTC, ms. */
const offsetIn = (zone: string): ((instant: number) => number) => {
  const iana = IANAZone.create(zone);
  return instant => Math.round(iana.offset(instant) * 60_000);
};

const dayIn = (offset: (instant: number) => number): ((instant: number) => string) => {
  const exact = (instant: number): string => {
    if (!(instant >= earliest && instant <= latest)) throw outside(instant);
    return dayOfUtc(Math.floor(instant) + offset(instant));
  };
  // A quarter of an hour whose offset doesn't change lies within one day, or is cut once by midnight.
  const wholly = remember((quarter: number): string => {
    const [first, last] = [quarter * quarterMs, quarter * quarterMs + quarterMs - 1];
    if (first < earliest || last > latest || offset(first) !== offset(last)) return 'cut';
    return exact(first) === exact(last) ? exact(first) : 'cut';
  });
  return instant => {
    const day = wholly(Math.floor(instant / quarterMs));
    return day === 'cut' ? exact(instant) : day;
  };
};

/** No offset is or was beyond this. */
const widest = 16 * 3_600_000;

/** The first instant whose local day is the wanted one, or a later one where the zone skipped the day. */
const startIn = (
  day: (instant: number) => string,
  offset: (instant: number) => number,
): ((wanted: string) => number) => {
  const reached = (instant: number, wanted: string): boolean =>
    instant > latest || (instant >= earliest && day(instant) >= wanted);
  return remember((wanted: string): number => {
    const midnight = dayNumber(wanted) * dayMs;
    const steady = midnight - offset(midnight - widest);
    const still = offset(midnight + widest) === midnight - steady;
    if (still && steady >= earliest) return steady;
    // Clocks that were set back over midnight make a day begin twice: look from the front.
    let end = midnight - widest;
    while (!reached(end, wanted)) end += quarterMs;
    let before = end - quarterMs;
    while (end - before > 1) {
      const middle = Math.floor((before + end) / 2);
      if (reached(middle, wanted)) end = middle;
      else before = middle;
    }
    return end;
  });
};
