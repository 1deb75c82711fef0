import { describe, expect, it } from '@jest/globals';
import { createCalendar } from '../../../libs/projecting/index.ts';
import { readParameters } from '../http/parameters.ts';
import { leadParameters, listParameters, scoreParameters } from '../leads/read-parameters.ts';
import { BadRequest } from '../http/bad-request.ts';
import { eventFilter, eventParameters } from './parameters.ts';

const filterOf = (query: object, zone = 'UTC') =>
  eventFilter(readParameters(eventParameters, query), createCalendar(zone));

describe('what GET /v1/events looks for', () => {
  it.each<[object, object]>([
    [{}, {}],
    [{ type: 'A,B' }, { types: ['A', 'B'] }],
    [{ type: ['A', 'B'] }, { types: ['A', 'B'] }],
    [
      { leadId: 'l1', actor: 'api' },
      { leadId: 'l1', actor: 'api' },
    ],
    [{ from: '1970-01-01' }, { occurredFrom: 0 }],
    [{ to: '1970-01-01' }, { occurredTo: 0 }],
    [{ from: '1970-01-01T00:00:00.001Z' }, { occurredFrom: 1 }],
    // How many, and from where, is no part of what is looked for.
    [{ limit: '5', after: '7', atLeast: '3' }, {}],
  ])('of %j is %j', (query, filter) => {
    expect(filterOf(query)).toStrictEqual(filter);
  });

  it("has days begin in the workspace's zone, and instants where they are", () => {
    expect(filterOf({ from: '2018-03-01', to: '2018-03-01T00:00:00Z' }, 'Europe/Berlin')).toStrictEqual({
      occurredFrom: Date.UTC(2018, 1, 28, 23),
      occurredTo: Date.UTC(2018, 2, 1),
    });
  });
});

describe('the parameters of leads', () => {
  it('tell an origin that is not known from one that is not asked about', () => {
    expect(readParameters(listParameters, { origin: '' })).toMatchObject({ origin: null });
    expect(readParameters(listParameters, { origin: 'social' })).toMatchObject({ origin: 'social' });
    expect(readParameters(listParameters, {}).origin).toBeUndefined();
  });

  it.each(['id', '-id', 'score', '-score'])('sort by %s', sort => {
    expect(readParameters(listParameters, { sort })).toMatchObject({ sort });
  });

  it.each<object>([
    { sort: '' },
    { sort: '+id' },
    { sort: 'Score' },
    { sort: 'band' },
    { origin: 'x'.repeat(201) },
    { origin: ['a', 'b'] },
    { limit: '201' },
    { limit: '0' },
    { band: '' },
  ])('refuse %j', query => {
    expect(() => readParameters(listParameters, query)).toThrow(BadRequest);
  });

  it('take the instant of a score with its offset only', () => {
    expect(readParameters(scoreParameters, { at: '1970-01-01T01:00:00+01:00' }).at).toBe(0);
    for (const at of ['1970-01-01', '0', ''])
      expect(() => readParameters(scoreParameters, { at })).toThrow(BadRequest);
  });

  it('of one lead know nothing of pages', () => {
    expect(() => readParameters(leadParameters, { limit: '1' })).toThrow(BadRequest);
  });
});
