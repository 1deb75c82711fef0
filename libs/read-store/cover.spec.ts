import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cover, lessDays, type Span } from './cover.ts';
import { daysOf } from './days.ts';
import type { Grain } from './port.ts';

const calendar = Array.from({ length: 2_200 }, (_, n) =>
  new Date(Date.UTC(2014, 10, 1) + n * 86_400_000).toISOString().slice(0, 10),
);
const day = fc.constantFrom(...calendar.slice(40, -40));
const bound = fc.oneof(
  day,
  day.map(each => `${each.slice(0, 4)}-01-01`),
  day.map(each => `${each.slice(0, 7)}-01`),
);
const length = { day: 10, month: 7, year: 4 } as const;
const order: readonly Grain[] = ['day', 'month', 'year'];

const holds = ({ grain, from, to }: Span, each: string): boolean => {
  const bucket = each.slice(0, length[grain]);
  return (from === undefined || bucket >= from) && (to === undefined || bucket < to);
};

describe('cover', () => {
  it('holds each day of any range exactly once, and no other day', () => {
    fc.assert(
      fc.property(
        fc.record({ from: bound, to: bound }, { requiredKeys: [] }),
        fc.constantFrom(...order),
        (range, coarsest) => {
          const spans = cover(range, coarsest);
          const wrong = calendar.filter(each => {
            const inside = each >= (range.from ?? '') && each < (range.to ?? '~');
            return spans.filter(span => holds(span, each)).length !== (inside ? 1 : 0);
          });
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('uses nothing coarser than asked, and at most two spans of a finer grain', () => {
    fc.assert(
      fc.property(bound, bound, fc.constantFrom(...order), (from, to, coarsest) => {
        const grains = cover({ from, to }, coarsest).map(({ grain }) => grain);
        for (const grain of grains) expect(order.indexOf(grain)).toBeLessThanOrEqual(order.indexOf(coarsest));
        for (const grain of order)
          expect(grains.filter(each => each === grain).length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('reads no more rows than a month of days and a year of months at either edge', () => {
    fc.assert(
      fc.property(day, day, (from, to) => {
        const rows = (grain: Grain) => {
          const buckets = new Set(calendar.map(each => each.slice(0, length[grain])));
          const spans = cover({ from, to }, 'year').filter(span => span.grain === grain);
          return [...buckets].filter(bucket =>
            spans.some(span => bucket >= (span.from ?? '') && bucket < (span.to ?? '~')),
          ).length;
        };
        expect(rows('day')).toBeLessThanOrEqual(60);
        expect(rows('month')).toBeLessThanOrEqual(22);
      }),
    );
  });

  it('takes days at the edges, then months, then years', () => {
    expect(cover({ from: '2016-11-20', to: '2018-03-05' }, 'year')).toEqual([
      { grain: 'day', from: '2016-11-20', to: '2016-12-01' },
      { grain: 'month', from: '2016-12', to: '2017-01' },
      { grain: 'year', from: '2017', to: '2018' },
      { grain: 'month', from: '2018-01', to: '2018-03' },
      { grain: 'day', from: '2018-03-01', to: '2018-03-05' },
    ]);
  });

  it('takes whole periods as one span', () => {
    expect(cover(daysOf('2018'), 'year')).toEqual([{ grain: 'year', from: '2018', to: '2019' }]);
    expect(cover(daysOf('2018'), 'month')).toEqual([{ grain: 'month', from: '2018-01', to: '2019-01' }]);
    expect(cover(daysOf('2018-02'), 'year')).toEqual([{ grain: 'month', from: '2018-02', to: '2018-03' }]);
    expect(cover(daysOf('2018-02-28'), 'year')).toEqual([
      { grain: 'day', from: '2018-02-28', to: '2018-03-01' },
    ]);
    expect(cover({}, 'year')).toEqual([{ grain: 'year' }]);
  });

  it('is empty for an empty range', () => {
    expect(cover({ from: '2018-01-01', to: '2018-01-01' }, 'year')).toEqual([]);
    expect(cover({ from: '2018-01-02', to: '2018-01-01' }, 'day')).toEqual([]);
  });

  it('stays open at the end of the last year that four digits can name', () => {
    expect(cover({ from: '9999-12-30' }, 'year')).toEqual([{ grain: 'day', from: '9999-12-30' }]);
    expect(cover({ from: '9999-11-30' }, 'year')).toEqual([
      { grain: 'day', from: '9999-11-30', to: '9999-12-01' },
      { grain: 'month', from: '9999-12' },
    ]);
  });
});

describe('sparing days', () => {
  const days = (from: string, to: string) => ({ grain: 'day', from, to }) as const;

  it.each([
    [
      'the most of a month',
      days('2018-01-03', '2018-02-01'),
      [
        ['month', '2018-01', '2018-02'],
        ['-day', '2018-01-01', '2018-01-03'],
      ],
    ],
    [
      'its middle',
      days('2018-01-03', '2018-01-30'),
      [
        ['month', '2018-01', '2018-02'],
        ['-day', '2018-01-01', '2018-01-03'],
        ['-day', '2018-01-30', '2018-02-01'],
      ],
    ],
    [
      'just over a half',
      days('2018-02-01', '2018-02-16'),
      [
        ['month', '2018-02', '2018-03'],
        ['-day', '2018-02-16', '2018-03-01'],
      ],
    ],
    ['a half', days('2018-02-01', '2018-02-15'), [['day', '2018-02-01', '2018-02-15']]],
    [
      'the last month that has a name',
      days('9999-12-02', '9999-12-31'),
      [['day', '9999-12-02', '9999-12-31']],
    ],
    ['more than a month', days('2018-01-01', '2018-03-01'), [['day', '2018-01-01', '2018-03-01']]],
  ])('takes %s', (_, span, expected) => {
    const found = lessDays([span]).map(({ grain, from, to, minus }) => [
      minus ? `-${grain}` : grain,
      from,
      to,
    ]);
    expect(found).toEqual(expected);
  });

  it('leaves months, years and open ends alone', () => {
    const spans = [
      { grain: 'month', from: '2018-01', to: '2018-12' },
      { grain: 'year' },
      { grain: 'day', from: '9999-12-02' },
    ] as const;
    expect(lessDays(spans)).toEqual(spans);
  });
});
