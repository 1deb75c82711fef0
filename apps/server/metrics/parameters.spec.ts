import { describe, expect, it } from '@jest/globals';
import { metrics } from '../../../projections/index.ts';
import type { Metric } from '../../../libs/metrics/define.ts';
import { BadRequest } from '../http/bad-request.ts';
import { asksForEvents, eventParameters, readEventQuery } from './event-funnel.ts';
import { metricParameters, readMetricQuery } from './parameters.ts';

const metric = (name: string): Metric => metrics.find(each => each.name === name)!;
const namesOf = (name: string): readonly string[] => Object.keys(metricParameters(metric(name)));
const read = (name: string, query: object) =>
  readMetricQuery(metric(name), metricParameters(metric(name)), query);
const pathsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof BadRequest) return error.errors.map(({ path }) => path);
    throw error;
  }
  return [];
};

describe('the parameters of a metric', () => {
  it.each([
    ['funnel', ['from', 'to', 'by', 'where', 'within', 'atLeast']],
    ['close-rate', ['from', 'to', 'by', 'where', 'atLeast']],
    ['churn', ['from', 'to', 'grain', 'inactiveDays', 'atLeast']],
    ['retention', ['from', 'to', 'grain', 'atLeast']],
    ['revenue', ['from', 'to', 'grain', 'by', 'where', 'atLeast']],
  ])('of %s are those that it can answer', (name, expected) => {
    expect(namesOf(name).toSorted()).toEqual(expected.toSorted());
  });

  it.each(metrics.map(({ name }) => name))('of %s may all be left out', name => {
    expect(read(name, {})).toStrictEqual({
      query: { by: [], where: [], params: {} },
      atLeast: undefined,
    });
  });

  it.each(metrics.map(each => [each.name, each] as const))(
    'of %s have examples that it takes',
    (name, each) => {
      for (const [parameter, { documentation }] of Object.entries(metricParameters(each)))
        if (documentation.example !== undefined)
          expect(() => read(name, { [parameter]: [documentation.example].flat().map(String) })).not.toThrow();
    },
  );

  it('are passed on where each belongs', () => {
    const given = {
      from: '2018-01-01',
      to: '2018-02-01T00:00:00Z',
      grain: 'week',
      inactiveDays: '60',
      atLeast: '0',
    };
    expect(read('churn', given)).toStrictEqual({
      query: {
        from: '2018-01-01',
        to: '2018-02-01T00:00:00Z',
        grain: 'week',
        by: [],
        where: [],
        params: { inactiveDays: 60 },
      },
      atLeast: 0,
    });
  });

  it.each<[string, Record<string, string>]>([
    ['funnel', { within: '-1' }],
    ['funnel', { within: '7d' }],
    ['funnel', { grain: 'month' }],
    ['churn', { by: 'origin' }],
    ['churn', { where: 'origin:x' }],
    ['churn', { grain: 'decade' }],
    ['churn', { inactiveDays: '-1' }],
    ['close-rate', { within: '7' }],
    ['close-rate', { events: 'EmailSent,EmailOpened' }],
  ])('of %s do not include %j', (name, query) => {
    expect(pathsOf(() => read(name, query))).toEqual(Object.keys(query));
  });
});

describe('a funnel of events', () => {
  it.each([
    ['funnel', { events: 'A,B' }, true],
    ['funnel', { events: '' }, true],
    ['funnel', { by: 'origin' }, false],
    ['funnel', Object.create({ events: 'A,B' }) as object, false],
    ['close-rate', { events: 'A,B' }, false],
  ])('is what %s with %j asks for: %s', (name, query, asked) => {
    expect(asksForEvents(metric(name), query)).toBe(asked);
  });

  it('is documented with the funnel, and nowhere else', () => {
    const documented = metrics.filter(each => Object.keys(eventParameters(each)).length > 0);
    expect(documented.map(({ name }) => name)).toEqual(['funnel']);
  });

  it('takes a length of time as a text, and leaves out what was left out', () => {
    expect(readEventQuery({ events: 'A,B', within: '30m', atLeast: '5' })).toStrictEqual({
      query: { events: ['A', 'B'], by: [], where: [], within: '30m' },
      atLeast: 5,
    });
    expect(readEventQuery({ events: ['A', 'B'], order: 'any', from: '2018-01-01' }).query).toStrictEqual({
      events: ['A', 'B'],
      by: [],
      where: [],
      order: 'any',
      from: '2018-01-01',
    });
  });

  it('knows the parameters of the other funnel no more', () => {
    expect(pathsOf(() => readEventQuery({ events: 'A,B', grain: 'month' }))).toEqual(['grain']);
  });
});
