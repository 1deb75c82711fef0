import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCalendar } from '../projecting/calendar.ts';
import { InvalidQuery } from './errors.ts';
import { readPeriod } from './period.ts';

const utc = createCalendar('UTC');
const berlin = createCalendar('Europe/Berlin');

describe('a period of whole days', () => {
  it('is taken as it is', () => {
    expect(readPeriod('2018-01-01', '2018-07-01', utc)).toEqual({
      days: { from: '2018-01-01', to: '2018-07-01' },
      instants: { from: Date.UTC(2018, 0, 1), to: Date.UTC(2018, 6, 1) },
      clipped: null,
    });
  });

  it('may be open at either end', () => {
    expect(readPeriod(undefined, undefined, utc)).toEqual({ days: {}, instants: {}, clipped: null });
    expect(readPeriod('2018-01-01', undefined, utc).days).toEqual({ from: '2018-01-01' });
    expect(readPeriod(undefined, '2018-01-01', utc).days).toEqual({ to: '2018-01-01' });
  });

  it('may be given by instants that begin local days', () => {
    expect(readPeriod('2018-01-01T00:00:00+01:00', '2018-06-30T22:00Z', berlin)).toEqual({
      days: { from: '2018-01-01', to: '2018-07-01' },
      instants: { from: Date.UTC(2017, 11, 31, 23), to: Date.UTC(2018, 5, 30, 22) },
      clipped: null,
    });
    expect(readPeriod('2018-01-01T00:00:00Z', undefined, berlin).clipped).not.toBeNull();
  });

  it('begins with the first instant of a day that has no midnight', () => {
    const saoPaulo = createCalendar('America/Sao_Paulo');
    expect(readPeriod('2018-11-04T01:00:00-02:00', undefined, saoPaulo)).toEqual({
      days: { from: '2018-11-04' },
      instants: { from: Date.UTC(2018, 10, 4, 3) },
      clipped: null,
    });
  });

  it('may be empty', () => {
    expect(readPeriod('2018-01-01', '2018-01-01', utc).days).toEqual({
      from: '2018-01-01',
      to: '2018-01-01',
    });
  });
});

describe('what is refused', () => {
  it.each([
    '2018-02-30',
    '2018-13-01',
    '0000-01-01',
    '2018-1-1',
    '18-01-01',
    '2018-01',
    '01.02.2018',
    '2018-02-03T10:00:00',
    '2018-02-30T10:00:00Z',
    '2018-02-03T25:00:00Z',
    '2018-02-03T10:00:00+25:00',
    '2018-02-03 10:00:00Z',
    'yesterday',
    '',
    '1517616000000',
    '+012018-01-01',
    '2018-02-03\0',
  ])('%j as from or to', text => {
    expect(() => readPeriod(text, undefined, utc)).toThrow(
      expect.objectContaining({ name: 'InvalidQuery', path: 'from' }),
    );
    expect(() => readPeriod(undefined, text, utc)).toThrow(
      expect.objectContaining({ name: 'InvalidQuery', path: 'to' }),
    );
  });

  it('a period that ends before it begins, whatever it is written in', () => {
    expect(() => readPeriod('2018-02-02', '2018-02-01', utc)).toThrow(InvalidQuery);
    expect(() => readPeriod('2018-02-01T12:00Z', '2018-02-01', utc)).toThrow('before from');
    expect(() => readPeriod('2018-02-01T00:00:00-05:00', '2018-02-01T02:00:00+00:00', utc)).toThrow(
      InvalidQuery,
    );
  });

  it('does not echo endless input', () => {
    expect(() => readPeriod('x'.repeat(10_000), undefined, utc)).toThrow(/^.{0,200}$/);
  });
});

describe('a period that begins or ends within a day', () => {
  const minutes = fc.integer({ min: 0, max: 60 * 24 * 20 }).map(m => Date.UTC(2018, 2, 15) + m * 60_000);
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu');
  const iso = (instant: number): string => new Date(instant).toISOString();
  const within = (day: string, { from = '', to = '~' }: { from?: string; to?: string }): boolean =>
    day >= from && day < to;

  it('names just its own instants by its days', () => {
    fc.assert(
      fc.property(zones, fc.tuple(minutes, minutes), fc.array(minutes), (zone, ends, instants) => {
        const [from, to] = ends.sort((a, b) => a - b);
        const real = createCalendar(zone);
        const { days, clipped } = readPeriod(iso(from), iso(to), real);
        const calendar = clipped ?? real;
        for (const instant of [...instants, from, from - 1, to, to - 1])
          expect([instant, within(calendar.day(instant), days)]).toEqual([
            instant,
            instant >= from && instant < to,
          ]);
      }),
    );
  });

  it('may be open at either end', () => {
    const noon = '2018-02-03T12:00:00Z';
    const since = readPeriod(noon, undefined, utc);
    expect(since.days).toEqual({ from: '2018-02-03' });
    expect(since.clipped!.day(Date.parse(noon) - 1)).toBe('2018-02-02');
    expect(since.clipped!.day(Date.parse('2030-01-01'))).toBe('2030-01-01');
    const until = readPeriod(undefined, noon, utc);
    expect(until.days).toEqual({ to: '2018-02-04' });
    expect(until.clipped!.day(Date.parse(noon))).toBe('2018-02-04');
    expect(until.clipped!.day(Date.parse(noon) - 1)).toBe('2018-02-03');
  });

  it('leaves durations, months and beginnings as they are', () => {
    fc.assert(
      fc.property(zones, fc.tuple(minutes, minutes), minutes, minutes, (zone, ends, a, b) => {
        const [from, to] = ends.sort((x, y) => x - y);
        const real = createCalendar(zone);
        const { clipped } = readPeriod(iso(from), iso(to), real);
        const calendar = clipped ?? real;
        expect(calendar.daysBetween(calendar.day(a), calendar.day(b))).toBe(
          real.daysBetween(real.day(a), real.day(b)),
        );
        expect(calendar.month(a)).toBe(real.month(a));
        expect(calendar.startOf(calendar.day(a))).toBe(real.startOf(real.day(a)));
        expect(calendar.zone).toBe(zone);
      }),
    );
  });
});
