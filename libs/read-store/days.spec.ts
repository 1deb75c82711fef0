import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { daysOf, intersect, isDay, periodAfter, unite, type Days } from './days.ts';
import { InvalidRequest } from './errors.ts';

const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);
const time = fc.integer({ min: Date.UTC(1600, 0, 1), max: Date.UTC(2400, 0, 1) });

describe('days', () => {
  it('go on as the calendar does', () => {
    fc.assert(fc.property(time, at => periodAfter(iso(at)) === iso(at + 86_400_000)));
  });

  it('are those of the calendar', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_999 }),
        fc.nat({ max: 14 }),
        fc.nat({ max: 33 }),
        (year, month, day) => {
          const text = [
            String(year).padStart(4, '0'),
            ...[month, day].map(part => String(part).padStart(2, '0')),
          ].join('-');
          const parsed = new Date(`${text}T00:00:00Z`);
          const real = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
          expect([text, isDay(text)]).toEqual([text, real]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    '',
    '2018',
    '2018-02',
    '2018-2-03',
    '2018-02-3',
    '18-02-03',
    '2018-02-03 ',
    '2018-02-03T',
    '２018-02-03',
    '+2018-02-0',
    '2018/02/03',
    '2018-02-03\n',
  ])('%j is no day', text => expect(isDay(text)).toBe(false));

  it('of a period are from its first to the next one', () => {
    expect(daysOf('2018-02-28')).toEqual({ from: '2018-02-28', to: '2018-03-01' });
    expect(daysOf('2016-02')).toEqual({ from: '2016-02-01', to: '2016-03-01' });
    expect(daysOf('2018-12')).toEqual({ from: '2018-12-01', to: '2019-01-01' });
    expect(daysOf('0999')).toEqual({ from: '0999-01-01', to: '1000-01-01' });
    expect(daysOf('9999')).toEqual({ from: '9999-01-01' });
    expect(daysOf('9999-12')).toEqual({ from: '9999-12-01' });
    expect(daysOf('9999-12-31')).toEqual({ from: '9999-12-31' });
    expect(() => daysOf('2018-00')).toThrow(InvalidRequest);
  });
});

describe('ranges of days', () => {
  const day = time.map(iso);
  const range: fc.Arbitrary<Days> = fc.record({ from: day, to: day }, { requiredKeys: [] });
  const holds = ({ from, to }: Days, each: string): boolean => each >= (from ?? '') && each < (to ?? '~');

  it('hold together what each holds, and do not overlap', () => {
    const ordered = range.filter(({ from, to }) => from === undefined || to === undefined || from < to);
    fc.assert(
      fc.property(fc.array(ordered, { maxLength: 6 }), fc.array(day), (ranges, days) => {
        const united = unite(ranges);
        const edges = ranges.flatMap(({ from, to }) => [from ?? '1700-01-01', to ?? '2300-01-01']);
        for (const each of [...days, ...edges]) {
          const count = united.filter(one => holds(one, each)).length;
          expect(count).toBe(ranges.some(one => holds(one, each)) ? 1 : 0);
        }
      }),
    );
  });

  it('become one where they touch, so that months make a year', () => {
    const months = Array.from({ length: 12 }, (_, month) =>
      daysOf(`2018-${String(12 - month).padStart(2, '0')}`),
    );
    expect(unite(months)).toEqual([{ from: '2018-01-01', to: '2019-01-01' }]);
  });

  it('have in common what both hold', () => {
    fc.assert(
      fc.property(
        range,
        range,
        day,
        (a, b, each) => holds(intersect(a, b), each) === (holds(a, each) && holds(b, each)),
      ),
    );
  });
});
