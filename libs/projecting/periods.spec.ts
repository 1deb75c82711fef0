import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  dayNumber,
  dayOfNumber,
  periodIndex,
  periodIndexes,
  periodName,
  periodStart,
  type PeriodGrain,
} from './periods.ts';

const grains: readonly PeriodGrain[] = ['day', 'week', 'month', 'quarter', 'year'];
const anyDay = fc.integer({ min: -719_162, max: 2_932_896 }).map(number => dayOfNumber(number)!);
const luxon = (day: string): DateTime => DateTime.fromISO(day, { zone: 'UTC' });

describe('days by number', () => {
  it('count from 1970-01-01, over leap days', () => {
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(dayNumber('2000-03-01') - dayNumber('2000-02-28')).toBe(2);
    expect(dayNumber('1900-03-01') - dayNumber('1900-02-28')).toBe(1);
  });

  it('are those of any calendar', () => {
    fc.assert(
      fc.property(anyDay, day => {
        expect(dayNumber(day) * 86_400_000).toBe(Date.parse(`${day}T00:00:00Z`));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are those of the years 1 to 9999', () => {
    expect([dayOfNumber(dayNumber('0001-01-01')), dayOfNumber(dayNumber('9999-12-31'))]).toEqual([
      '0001-01-01',
      '9999-12-31',
    ]);
    expect([dayOfNumber(dayNumber('0001-01-01') - 1), dayOfNumber(dayNumber('9999-12-31') + 1)]).toEqual([
      null,
      null,
    ]);
  });
});

describe('periods', () => {
  it.each([
    ['day', '2018-02-03', '2018-02-03', '2018-02-03'],
    ['week', '2018-02-04', '2018-W05', '2018-01-29'],
    ['week', '2018-12-31', '2019-W01', '2018-12-31'],
    ['week', '2017-01-01', '2016-W52', '2016-12-26'],
    ['week', '2021-01-03', '2020-W53', '2020-12-28'],
    ['month', '2018-02-03', '2018-02', '2018-02-01'],
    ['quarter', '2018-03-31', '2018-Q1', '2018-01-01'],
    ['quarter', '2018-04-01', '2018-Q2', '2018-04-01'],
    ['year', '2018-12-31', '2018', '2018-01-01'],
  ] as const)('the %s of %s is %s, from %s on', (grain, day, name, start) => {
    expect(periodName(grain, day)).toBe(name);
    expect(periodStart(grain, periodIndex(grain, day))).toBe(start);
  });

  it('follow one another without gap or overlap, and are what the calendar says', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...grains), (day, grain) => {
        const index = periodIndex(grain, day);
        const start = periodStart(grain, index);
        expect(start).toBe(luxon(day).startOf(grain).toISODate());
        const next = luxon(day)
          .startOf(grain)
          .plus({ [grain]: 1 });
        expect(periodStart(grain, index + 1)).toBe(next.year > 9999 ? '~' : next.toISODate());
        expect(periodName(grain, start)).toBe(periodName(grain, day));
        if (grain !== 'day') expect(periodIndexes(day)[grain]).toBe(index);
        if (grain === 'week') expect(periodName(grain, day)).toBe(luxon(day).toFormat("kkkk-'W'WW"));
      }),
      { numRuns: 1_000 },
    );
  });
});
