import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatInstant, isDayText, parseInstant } from './instant.ts';

describe('parseInstant', () => {
  it('reads back every instant of the years 1 to 9999 that it shows', () => {
    const instants = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, date => {
        expect(parseInstant(formatInstant(date.getTime()))).toBe(date.getTime());
      }),
    );
  });

  it.each([
    ['2018-03-01T09:30:00+01:00', '2018-03-01T08:30:00.000Z'],
    ['2018-03-01T00:30:00+05:45', '2018-02-28T18:45:00.000Z'],
    ['2018-03-01T09:30:00-02:30', '2018-03-01T12:00:00.000Z'],
    ['2018-03-01T09:30Z', '2018-03-01T09:30:00.000Z'],
    ['2018-03-01T09:30:00.5Z', '2018-03-01T09:30:00.500Z'],
    ['2018-03-01T09:30:00.123456789Z', '2018-03-01T09:30:00.123Z'],
    ['2020-02-29T00:00:00Z', '2020-02-29T00:00:00.000Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
  ])('reads %s', (text, shown) => {
    expect(formatInstant(parseInstant(text)!)).toBe(shown);
  });

  it.each([
    '2018-03-01',
    '2018-03-01T09:30:00',
    '2018-03-01 09:30:00Z',
    '2018-3-1T09:30:00Z',
    '2018-02-30T00:00:00Z',
    '2019-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2018-13-01T00:00:00Z',
    '2018-00-01T00:00:00Z',
    '2018-01-00T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2018-03-01T24:00:00Z',
    '2018-03-01T23:60:00Z',
    '2018-03-01T23:59:60Z',
    '2018-03-01T09:30:00+15:00',
    '2018-03-01T09:30:00+0100',
    '2018-03-01T09:30:00z',
    'Thu, 01 Mar 2018 09:30:00 GMT',
    '1519896600000',
    '',
  ])('refuses "%s"', text => {
    expect(parseInstant(text)).toBeNull();
  });
});

describe('isDayText', () => {
  it('knows the calendar', () => {
    expect(['2018-01-31', '2020-02-29', '2000-02-29'].map(isDayText)).toEqual([true, true, true]);
    expect(['2018-02-29', '2018-04-31', '2018-1-1', '2018-01', ''].map(isDayText)).not.toContain(true);
  });
});
