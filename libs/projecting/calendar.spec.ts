import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { createCalendar } from './calendar.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Monrovia',
  'Asia/Gaza',
];
const [earliest, latest] = [Date.parse('0001-01-02T00:00:00Z'), Date.parse('9999-12-30T23:59:59.999Z')];
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(1850, 0), max: Date.UTC(2040, 0) }),
  fc.integer({ min: earliest, max: latest }),
  // Around quarters of an hour, where zones change.
  fc
    .tuple(
      fc.integer({ min: Date.UTC(1970, 0) / 900_000, max: Date.UTC(2030, 0) / 900_000 }),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([quarter, off]) => quarter * 900_000 + off),
);

/** By Intl alone. */
const intlDay = (zone: string): ((instant: number) => string) => {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    calendar: 'gregory',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    era: 'short',
  });
  return instant => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return `${(parts.get('year') ?? '').padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  };
};

describe.each(zones)('createCalendar in %s', zone => {
  const calendar = createCalendar(zone);

  it('gives the days of Luxon', () => {
    fc.assert(
      fc.property(instants, instant => {
        expect(calendar.day(instant)).toBe(DateTime.fromMillis(instant, { zone }).toISODate());
        expect(calendar.month(instant)).toBe(DateTime.fromMillis(instant, { zone }).toFormat('yyyy-MM'));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the days of Intl', () => {
    const expected = intlDay(zone);
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1973, 0), max: Date.UTC(2037, 0) }), instant => {
        expect(calendar.day(instant)).toBe(expected(instant));
      }),
      { numRuns: 300 },
    );
  });

  it('begins a day at its first instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2040, 0) }), instant => {
        const day = calendar.day(instant);
        const start = calendar.startOf(day);
        expect(calendar.day(start)).toBe(day);
        expect(calendar.day(start - 1) < day).toBe(true);
        expect(start).toBeLessThanOrEqual(instant);
        expect(instant - start).toBeLessThanOrEqual(26 * 3_600_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe('createCalendar', () => {
  const at = (iso: string): number => Date.parse(iso);

  it('begins a day late where its midnight does not exist', () => {
    expect(createCalendar('America/Sao_Paulo').startOf('2018-11-04')).toBe(at('2018-11-04T03:00:00Z'));
  });

  it('begins a day at the earlier midnight where the clock is set back over it', () => {
    const calendar = createCalendar('America/St_Johns');
    expect(calendar.startOf('2006-10-29')).toBe(at('2006-10-29T02:30:00Z'));
    expect(calendar.day(at('2006-10-29T02:30:59Z'))).toBe('2006-10-29');
    expect(calendar.day(at('2006-10-29T02:31:00Z'))).toBe('2006-10-28');
  });

  it('begins a day that the zone skipped where the next one begins', () => {
    const calendar = createCalendar('Pacific/Apia');
    expect(calendar.startOf('2011-12-30')).toBe(calendar.startOf('2011-12-31'));
    expect(calendar.day(calendar.startOf('2011-12-30'))).toBe('2011-12-31');
  });

  it('knows historic offsets with seconds', () => {
    const calendar = createCalendar('Europe/Berlin');
    expect(calendar.startOf('1880-06-01')).toBe(at('1880-05-31T23:06:32Z'));
    expect(calendar.day(at('1880-05-31T23:06:31.999Z'))).toBe('1880-05-31');
  });

  it('counts days between days', () => {
    const { daysBetween } = createCalendar('Europe/Berlin');
    expect(daysBetween('2018-03-24', '2018-03-26')).toBe(2);
    expect(daysBetween('2018-01-03', '2018-01-01')).toBe(-2);
    expect(daysBetween('2018-01-01', '2018-01-01')).toBe(0);
    expect(daysBetween('0001-01-01', '9999-12-31')).toBe(3_652_058);
  });

  it.each(['2018-02-29', '2018-2-1', '18-02-01', '', '2018-13-01', '0000-01-01'])(
    'refuses the day "%s"',
    day => {
      const calendar = createCalendar('UTC');
      expect(() => calendar.daysBetween(day, '2018-01-01')).toThrow(RangeError);
      expect(() => calendar.startOf(day)).toThrow(RangeError);
    },
  );

  it.each([NaN, Infinity, earliest - 86_400_001, latest + 86_400_001])('refuses the instant %d', instant => {
    for (const zone of ['UTC', 'Europe/Berlin'])
      expect(() => createCalendar(zone).day(instant)).toThrow(RangeError);
  });

  it('refuses a zone that is none', () => {
    expect(() => createCalendar('Europe/Atlantis')).toThrow('"Europe/Atlantis" is no IANA time zone');
  });
});
