import { describe, expect, it } from '@jest/globals';
import { deltaReader } from './deltas.ts';
import { InvalidRequest, UnknownDimension } from './errors.ts';
import type { CellDelta } from './port.ts';
import { shapeOf } from './shape.ts';

const reader = deltaReader(
  shapeOf({
    dimensions: {
      ...{ origin: 'text', won: 'day', days: 'integer', lost: 'day' },
      ...({ constructor: 'text' } as object),
    },
    measures: ['deals', 'value'],
    indexes: [],
  }),
);
const read = (delta: { readonly cell: object; readonly add: object }) => reader(delta as CellDelta);
const max = Number.MAX_SAFE_INTEGER;

describe('reading a delta', () => {
  it('lays it out in the order of the shape; what is left out is undefined, what is null stays null', () => {
    const cell = { days: 3, lost: '2018-02-03', origin: null };
    expect(read({ cell, add: { value: -5 } })).toEqual({
      on: 1,
      day: '2018-02-03',
      plain: [null, 3, undefined],
      adds: [0, -5],
    });
  });

  it('knows a null day from none', () => {
    expect(read({ cell: { won: null }, add: {} })).toMatchObject({ on: 0, day: null });
    expect(read({ cell: {}, add: {} })).toMatchObject({ on: -1, day: null, adds: [0, 0] });
  });

  it('takes a dimension that is called like something that every object has, and only where it is given', () => {
    expect(read({ cell: { constructor: 'x' }, add: {} }).plain).toEqual([undefined, undefined, 'x']);
    expect(read({ cell: {}, add: {} }).plain).toEqual([undefined, undefined, undefined]);
  });

  it('does not care in which order the members stand', () => {
    const cell = { origin: 'web', days: 0, won: '2018-01-01' };
    const backwards = { won: '2018-01-01', days: 0, origin: 'web' };
    expect(read({ cell: backwards, add: { deals: 1 } })).toEqual(read({ cell, add: { deals: 1 } }));
  });

  it.each([max, -max, 0, -0])('takes %d as it is', deals => {
    expect(read({ cell: {}, add: { deals } }).adds[0]).toBe(deals);
  });

  it.each<[string, unknown, unknown, string, string]>([
    ['a day that does not exist', { won: '2018-02-29' }, {}, 'day', 'won must be a day, YYYY-MM-DD, or null'],
    ['a month for a day', { won: '2018-02' }, {}, 'day', 'not "2018-02"'],
    ['a number for a day', { won: 20180203 }, {}, 'day', 'not 20180203'],
    ['a time for a day', { lost: '2018-02-03T00:00:00Z' }, {}, 'day', 'lost must be a day'],
    ['two days', { won: '2018-02-03', lost: null }, {}, 'dimension', 'not both won and lost'],
    ['a number for a text', { origin: 7 }, {}, 'dimension', 'origin must be text or null, not 7'],
    ['a list for a text', { origin: ['web'] }, {}, 'dimension', 'origin must be text or null, not object'],
    ['a text for a number', { days: '7' }, {}, 'dimension', 'days must be a safe integer or null, not "7"'],
    ['a fraction', { days: 0.5 }, {}, 'dimension', 'not 0.5'],
    ['an unsafe number', { days: 2 ** 53 }, {}, 'dimension', 'days must be a safe integer'],
    ['a boolean', { days: true }, {}, 'dimension', 'not boolean'],
    ['a fraction to add', {}, { deals: 0.1 }, 'measure', 'deals must be a safe integer, not 0.1'],
    ['NaN to add', {}, { deals: NaN }, 'measure', 'not NaN'],
    ['too much to add', {}, { value: 2 ** 53 }, 'measure', 'value must be a safe integer'],
    ['a null to add', {}, { deals: null }, 'measure', 'not object'],
    ['an undefined dimension', { origin: undefined }, {}, 'dimension', 'origin must be left out or null'],
    ['an undefined measure', {}, { deals: undefined }, 'dimension', 'deals must be left out or null'],
  ])('refuses %s', (_, cell, add, rule, sentence) => {
    const refused = () => read({ cell: cell as object, add: add as object });
    expect(refused).toThrow(InvalidRequest);
    expect(refused).toThrow(expect.objectContaining({ rule, message: expect.stringContaining(sentence) }));
  });

  it.each<[string, CellDelta]>([
    ['dimension', { cell: { town: 'Ulm' }, add: {} }],
    ['measure', { cell: {}, add: { leads: 1 } }],
    ['dimension that is a measure', { cell: { deals: 1 }, add: {} }],
    ['measure that is a dimension', { cell: {}, add: { days: 1 } }],
    ['name of another realm', { cell: JSON.parse('{"__proto__":"x"}') as CellDelta['cell'], add: {} }],
  ])('refuses an unknown %s, and names the known ones', (_, delta) => {
    expect(() => read(delta)).toThrow(UnknownDimension);
    expect(() => read(delta)).toThrow('known: origin, days, constructor, won, lost, deals, value');
  });

  it('never quotes more than a piece of what it refuses', () => {
    const long = 'x'.repeat(10_000);
    expect(() => read({ cell: { won: long }, add: {} })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,120}$/) }),
    );
  });

  it('refuses a day again that it has refused before, and takes one again that it has taken', () => {
    for (let time = 0; time < 3; time++) {
      expect(() => read({ cell: { won: '2018-02-30' }, add: {} })).toThrow(InvalidRequest);
      expect(read({ cell: { won: '2018-02-28' }, add: {} }).day).toBe('2018-02-28');
    }
  });
});
