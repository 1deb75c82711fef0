import { describe, expect, it } from '@jest/globals';
import { defineProjection, leadOf } from '../projecting/define.ts';
import { testContext } from '../projecting/testing.ts';
import type { Metric, MetricQuery } from './define.ts';
import { readQuestion, type Question } from './question.ts';

const metric: Metric = {
  name: 'visits',
  version: 1,
  description: 'Visits',
  projection: defineProjection({
    name: 'visits',
    version: 1,
    entity: { PageViewed: leadOf },
    initialState: () => ({}),
    evolve: state => state,
  }),
  cells: {
    measures: ['visits'],
    by: ['depth'],
    on: 'seen',
    dimensions: {
      origin: 'origin',
      seenDay: { dimension: 'seen' },
      seenMonth: { dimension: 'seen', grain: 'month' },
      seenYear: { dimension: 'seen', grain: 'year' },
    },
  },
  params: { within: { description: 'Days', minimum: 0, maximum: 365 } },
  definitions: {},
  rows: () => [],
};

const context = testContext();
const read = (query: Partial<MetricQuery>): Question =>
  readQuestion(metric, { by: [], where: [], params: {}, ...query }, context);
const where = (...conditions: readonly (readonly [string, string | null])[]): Partial<MetricQuery> => ({
  where: conditions.map(([dimension, value]) => ({ dimension, value })),
});

describe('a question about nothing in particular', () => {
  it('adds everything up, by what the metric needs itself', () => {
    expect(read({})).toEqual({
      asked: [],
      cells: { measures: ['visits'], by: [{ dimension: 'depth' }], where: {} },
      scan: null,
      framing: null,
    });
  });
});

describe('by', () => {
  it('asks for a day dimension once, at the finest grain', () => {
    expect(read({ by: ['seenYear', 'origin', 'seenMonth'] }).cells.by).toEqual([
      { dimension: 'seen', grain: 'month' },
      { dimension: 'origin' },
      { dimension: 'depth' },
    ]);
    expect(read({ by: ['seenDay', 'seenYear'] }).cells.by[0]).toEqual({ dimension: 'seen', grain: 'day' });
  });

  it.each(['colour', '', 'seen', 'depth', 'constructor', '__proto__', 'toString', 'Origin'])(
    'refuses %j and names what there is',
    name => {
      expect(() => read({ by: [name] })).toThrow(
        expect.objectContaining({
          name: 'InvalidQuery',
          path: 'by',
          message: `unknown dimension "${name}"; known: origin, seenDay, seenMonth, seenYear`,
          known: ['origin', 'seenDay', 'seenMonth', 'seenYear'],
        }),
      );
    },
  );

  it('refuses the same dimension twice, and too many', () => {
    expect(() => read({ by: ['origin', 'origin'] })).toThrow('"origin" is asked for twice');
    expect(() => read({ by: ['origin', 'seenDay', 'seenMonth', 'seenYear', 'origin'] })).toThrow('at most 4');
  });
});

describe('where', () => {
  it('ORs values of one dimension and ANDs dimensions', () => {
    const query = where(
      ['origin', 'social'],
      ['seenMonth', '2018-02'],
      ['origin', null],
      ['origin', 'social'],
    );
    expect(read(query).cells.where).toEqual({ origin: ['social', null], seen: ['2018-02'] });
  });

  it('ANDs two names of one day dimension', () => {
    const months = [
      ['seenMonth', '2018-02'],
      ['seenMonth', '2017-12'],
    ] as const;
    expect(read(where(['seenYear', '2018'], ...months)).cells.where).toEqual({ seen: ['2018-02'] });
    expect(read(where(...months, ['seenYear', '2018'])).cells.where).toEqual({ seen: ['2018-02'] });
    expect(read(where(['seenYear', '2016'], ...months)).cells.where).toEqual({ seen: [] });
    expect(read(where(['seenDay', '2018-02-03'], ['seenMonth', '2018-02'])).cells.where).toEqual({
      seen: ['2018-02-03'],
    });
  });

  it.each([
    ['seenMonth', '2018-13'],
    ['seenMonth', '2018-02-03'],
    ['seenMonth', '2018'],
    ['seenMonth', null],
    ['seenYear', '0000'],
    ['seenYear', '18'],
    ['seenDay', '2018-02-30'],
  ])('refuses %s:%s with an example', (name, value) => {
    expect(() => read(where([name, value]))).toThrow(new RegExp(`is no (day|month|year) for ${name}: 2018`));
  });

  it('refuses an unknown dimension', () => {
    expect(() => read(where(['colour', 'red']))).toThrow(
      expect.objectContaining({ path: 'where', known: Object.keys(metric.cells.dimensions) }),
    );
  });

  it('refuses more values than a store would take', () => {
    const many = Array.from({ length: 1_001 }, (_, at) => ['origin', String(at)] as const);
    expect(() => read(where(...many))).toThrow('at most 1000');
  });
});

describe('the period', () => {
  it('selects on the metric’s day dimension', () => {
    expect(read({ from: '2018-01-01' }).cells.range).toEqual({ dimension: 'seen', from: '2018-01-01' });
  });

  it('that cuts a day is answered from states, in a calendar that knows where', () => {
    const { scan, cells } = read({ from: '2018-01-01T06:00:00Z' });
    expect(cells.range).toEqual({ dimension: 'seen', from: '2018-01-01' });
    expect(scan?.calendar.day(Date.parse('2018-01-01T05:59:59Z'))).toBe('2017-12-31');
    expect(scan?.params).toEqual({});
  });
});

describe('parameters', () => {
  it('are answered from states, in a context that holds them', () => {
    const { scan } = read({ params: { within: 30 } });
    expect(scan?.params).toEqual({ within: 30 });
    expect(scan?.calendar).toBe(context.calendar);
  });

  it.each([-1, 366, 1.5, NaN, Infinity])('refuse %d', within => {
    expect(() => read({ params: { within } })).toThrow('within must be a whole number from 0 to 365');
  });

  it.each(['inside', 'constructor', '__proto__'])('refuse the unknown %s and name what there is', name => {
    const params = Object.fromEntries([[name, 1]]);
    expect(() => read({ params })).toThrow(
      expect.objectContaining({ path: name, known: ['from', 'to', 'by', 'where', 'within'] }),
    );
  });
});
