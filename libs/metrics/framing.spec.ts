import { describe, expect, it } from '@jest/globals';
import { defineProjection, leadOf } from '../projecting/define.ts';
import { testContext } from '../projecting/testing.ts';
import type { Metric, MetricPeriods, MetricQuery } from './define.ts';
import { endingAt, framed, type Framing } from './framing.ts';
import { readQuestion, type Question } from './question.ts';

const visits = defineProjection({
  name: 'visits',
  version: 1,
  entity: { PageViewed: leadOf },
  initialState: () => ({}),
  evolve: state => state,
  dimensions: { day: 'day', origin: 'text', depth: 'integer' },
  measures: ['visits', 'visitors', 'weekly'],
});

const metric = (periods: Partial<MetricPeriods> = {}, more: Partial<Metric> = {}): Metric => ({
  name: 'visits',
  version: 1,
  description: '',
  projection: visits,
  cells: { measures: ['visits'], on: 'day', dimensions: { origin: 'origin' } },
  periods: {
    grains: {
      week: { on: 'day', measure: 'weekly' },
      month: { on: 'day', measure: 'visitors' },
      year: { on: 'day', measure: 'visitors' },
    },
    before: false,
    last: null,
    answers: (_, cut) => !cut.from,
    ...periods,
  },
  definitions: {},
  rows: () => [],
  ...more,
});

const read = (query: Partial<MetricQuery>, of = metric()): Question =>
  readQuestion(of, { by: [], where: [], params: {}, ...query }, testContext());
const framing = (query: Partial<MetricQuery>, of = metric()): Framing => read(query, of).framing!;
const row = (day: string, visits_: number, by = {}): Parameters<typeof framed>[1][number] => ({
  by: { ...by, day },
  sums: { visits: visits_ },
});

describe('what is asked of the cells', () => {
  it('is months by default, of the range, with the measure of the grain', () => {
    expect(read({ from: '2018-01-15', to: '2018-03-01', by: ['origin'] }).cells).toEqual({
      measures: ['visits', 'visitors'],
      by: [{ dimension: 'origin' }, { dimension: 'day', grain: 'month' }],
      where: {},
      range: { dimension: 'day', from: '2018-01-15', to: '2018-03-01' },
    });
    expect(read({}).cells).not.toHaveProperty('range');
  });

  it.each([
    ['week', 'day', 'weekly'],
    ['month', 'month', 'visitors'],
    ['year', 'year', 'visitors'],
  ])('by %s is read by %s', (grain, cells, measure) => {
    const { by, measures } = read({ grain }).cells;
    expect(by).toEqual([{ dimension: 'day', grain: cells }]);
    expect(measures).toEqual(['visits', measure]);
  });

  it('is everything before, at the coarsest grain that the range does not cut', () => {
    const before = metric({ before: true });
    const asked = (from: string, grain = 'year'): unknown => {
      const { by, range } = read({ from, to: '2019-01-01', grain }, before).cells;
      expect(range).toEqual({ dimension: 'day', to: '2019-01-01' });
      return by[0]?.grain;
    };
    expect([asked('2018-01-01'), asked('2018-02-01'), asked('2018-02-02')]).toEqual(['year', 'month', 'day']);
    expect(asked('2018-02-02', 'month')).toBe('day');
  });
});

describe('states are asked instead', () => {
  it('where the metric says that its cells can not tell', () => {
    expect(read({ from: '2018-02-01', to: '2018-02-02' }).scan).toBeNull();
    expect(read({ from: '2018-02-02' }).scan?.params).toEqual({ from: Date.UTC(2018, 1, 2) });
    expect(read({ from: '2018-01-29', grain: 'week' }).scan).toBeNull();
    expect(read({ from: '2018-02-01', grain: 'week' }).scan).not.toBeNull();
  });

  it('where the range begins or ends within a day, with the instants', () => {
    const scan = read({ from: '2018-02-01', to: '2018-02-03T10:00Z' }).scan;
    expect(scan?.params).toEqual({ from: Date.UTC(2018, 1, 1), to: Date.UTC(2018, 1, 3, 10) });
    expect(read({ to: '2018-02-03T00:00Z' }).scan).toBeNull();
  });

  it('where parameters are none that are kept', () => {
    const selecting = metric(
      {},
      {
        params: { depth: { description: '', minimum: 0, maximum: 9 } },
        selects: ({ depth = 1 }) => ({ where: { depth: [depth, null] }, kept: depth < 5 }),
      },
    );
    expect(read({}, selecting)).toMatchObject({ scan: null, cells: { where: { depth: [1, null] } } });
    expect(read({ params: { depth: 2 } }, selecting)).toMatchObject({
      scan: null,
      cells: { where: { depth: [2, null] } },
    });
    expect(read({ params: { depth: 7 } }, selecting)).toMatchObject({
      scan: { params: { depth: 7 } },
      cells: { where: { depth: [7, null] } },
    });
  });
});

describe('what is refused', () => {
  it('is a grain that the metric does not have, or of a metric that has none', () => {
    for (const grain of ['day', 'fortnight', 'constructor', ''])
      expect(() => read({ grain })).toThrow(`unknown grain "${grain}"; known: week, month, year`);
    const { name, version, description, projection, cells, definitions, rows } = metric();
    const plain: Metric = { name, version, description, projection, cells, definitions, rows };
    expect(() => read({ grain: 'month' }, plain)).toThrow('visits has no periods');
    expect(read({}, plain).framing).toBeNull();
  });

  it('is any dimension of a metric that has none', () => {
    const bare = metric({}, { cells: { measures: ['visits'], on: 'day', dimensions: {} } });
    expect(() => read({ by: ['origin'] }, bare)).toThrow('visits has no dimensions');
    const where = [{ dimension: 'origin', value: null }];
    expect(() => read({ where }, bare)).toThrow('visits has no dimensions');
  });

  it('is more periods than anybody reads', () => {
    expect(() =>
      framed(framing({ from: '1900-01-01', to: '2018-01-01', grain: 'week' }), [], null, false),
    ).toThrow('more than 4000 periods');
    const months = framed(framing({ from: '1900-01-01', to: '2018-01-01' }), [], null, false);
    expect(months.frame.periods).toHaveLength(1_416);
  });
});

describe('periods', () => {
  it('are the range’s, without gaps, cut at its ends', () => {
    const { frame } = framed(framing({ from: '2017-11-30', to: '2018-02-02' }), [], null, false);
    expect(frame.periods).toEqual([
      { name: '2017-11', from: '2017-11-30', at: '2017-11-30' },
      { name: '2017-12', from: '2017-12-01', at: '2017-12-31' },
      { name: '2018-01', from: '2018-01-01', at: '2018-01-31' },
      { name: '2018-02', from: '2018-02-01', at: '2018-02-01' },
    ]);
  });

  it('go from the first to the last that has cells where the range is open', () => {
    const rows = [row('2017-12', 1), row('2018-02', 1)];
    const { frame } = framed(framing({}), rows, null, false);
    expect(frame.periods.map(({ from, at }) => [from, at])).toEqual([
      ['2017-12-01', '2017-12-31'],
      ['2018-01-01', '2018-01-31'],
      ['2018-02-01', '2018-02-28'],
    ]);
    expect(framed(framing({}), [], null, false).frame.periods).toEqual([]);
  });

  it('end with the last day that has data where that is known', () => {
    const open = endingAt(framing({ from: '2018-01-01' }), '2018-02-03');
    expect(open.range).toEqual({ dimension: 'day', from: '2018-01-01', to: '2018-02-04' });
    expect(framed(open, [], '2018-02-03', false).frame.periods.at(-1)?.at).toBe('2018-02-03');
    const closed = framing({ to: '2018-02-01' });
    expect(endingAt(closed, '2018-02-03')).toBe(closed);
    expect(endingAt(framing({}), '9999-12-31').range).toBeUndefined();
  });
});

describe('cells', () => {
  it('of one period are added up, each group by itself', () => {
    const rows = [
      row('2018-01-29', 1, { origin: 'a' }),
      row('2018-02-04', 2, { origin: 'a' }),
      row('2018-02-04', 3, { origin: null }),
      row('2018-02-05', 4, { origin: 'a' }),
    ];
    expect(framed(framing({ grain: 'week' }), rows, null, true).cells).toEqual([
      { by: { origin: 'a', period: '2018-W05' }, sums: { visits: 3 } },
      { by: { origin: null, period: '2018-W05' }, sums: { visits: 3 } },
      { by: { origin: 'a', period: '2018-W06' }, sums: { visits: 4 } },
    ]);
  });

  it('before the range are of no period', () => {
    const asked = framing({ from: '2018-02-03' }, metric({ before: true }));
    const rows = [row('2017-01-01', 1), row('2018-02-02', 2), row('2018-02-03', 4)];
    expect(framed(asked, rows, null, false).cells).toEqual([
      { by: { period: null }, sums: { visits: 3 } },
      { by: { period: '2018-02' }, sums: { visits: 4 } },
    ]);
  });

  it('of a period that the range begins in count those who were there last', () => {
    const since = metric({
      grains: { month: { on: 'day', measure: 'visitors', since: 'weekly' } },
      answers: (_, cut) => !cut.both,
    });
    const rows = ['2018-02', '2018-03'].map(day => ({ by: { day }, sums: { visitors: 5, weekly: 3 } }));
    const asked = read({ from: '2018-02-03' }, since);
    expect([asked.scan, asked.cells.measures]).toEqual([null, ['visits', 'visitors', 'weekly']]);
    expect(framed(asked.framing!, rows, null, false).cells.map(({ sums }) => sums.visitors)).toEqual([3, 5]);
    const whole = read({ from: '2018-02-01' }, since);
    expect(whole.cells.measures).toEqual(['visits', 'visitors']);
    expect(framed(whole.framing!, rows, null, false).cells.map(({ sums }) => sums.visitors)).toEqual([5, 5]);
    const within = read({ from: '2018-02-03', to: '2018-02-20' }, since);
    expect(within.scan).not.toBeNull();
    expect(framed(within.framing!, rows, null, false).cells[0]?.sums.visitors).toBe(5);
  });

  it('of a period that the range cuts are of that period, though their bucket begins before', () => {
    const { cells } = framed(framing({ from: '2018-02-03' }), [row('2018-02', 4)], null, false);
    expect(cells).toEqual([{ by: { period: '2018-02' }, sums: { visits: 4 } }]);
  });
});
