import { describe, expect, it } from '@jest/globals';
import { UnknownDimension } from '../../../libs/read-store/errors.ts';
import { BadRequest } from '../http/bad-request.ts';
import { groupsOf, whereOf } from './where.ts';

const dimensions = { origin: 'text', days: 'integer', entered: 'day' } as const;

describe('whereOf', () => {
  it('gathers the values of a dimension, each in its own type', () => {
    const conditions = [
      { dimension: 'origin', value: '7' },
      { dimension: 'origin', value: null },
      { dimension: 'days', value: '-7' },
      { dimension: 'entered', value: '2018-02' },
    ];
    expect(whereOf(dimensions, conditions)).toEqual({
      origin: ['7', null],
      days: [-7],
      entered: ['2018-02'],
    });
  });

  it.each([
    ['plan', 'gold', UnknownDimension],
    ['constructor', 'x', UnknownDimension],
    ['days', 'many', BadRequest],
    ['days', '1.5', BadRequest],
    ['entered', '2018-2', BadRequest],
  ])('refuses %s:%s', (dimension, value, error) => {
    expect(() => whereOf(dimensions, [{ dimension, value }])).toThrow(error);
  });
});

describe('groupsOf', () => {
  it('takes a grain for days', () => {
    expect(groupsOf(dimensions, ['origin', 'entered', 'entered:year'])).toEqual([
      { dimension: 'origin' },
      { dimension: 'entered' },
      { dimension: 'entered', grain: 'year' },
    ]);
  });

  it.each(['origin:month', 'entered:week', 'entered:'])('refuses %s', name => {
    expect(() => groupsOf(dimensions, [name])).toThrow(BadRequest);
  });
});
