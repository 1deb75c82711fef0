import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from './errors.ts';
import { indexed } from './indexes.ts';
import type { CellSchema } from './port.ts';
import { checkGeneration } from './schema.ts';
import { knownNames, shapeOf } from './shape.ts';
import { totalsOf } from './summaries.ts';

const schema: CellSchema = {
  dimensions: { origin: 'text', won: 'day', days: 'integer' },
  measures: ['deals'],
  indexes: ['stage'],
  summaries: [['days'], []],
};
const given = { name: 'sales-cycle', version: 1, fingerprint: 'f', createdAt: 0, schema };
const check =
  (change: Partial<typeof given>, part: Partial<CellSchema> = {}) =>
  () =>
    checkGeneration({ ...given, ...change, schema: { ...schema, ...part } });

describe('a generation', () => {
  it('may be as most are', () => {
    expect(check({})).not.toThrow();
    expect(check({}, { dimensions: {}, measures: [], indexes: [], summaries: [] })).not.toThrow();
    // An index may be called like a measure: it is of another thing.
    expect(check({}, { indexes: ['deals'] })).not.toThrow();
  });

  it.each(['', 'Sales', 'sales cycle', '-sales', '../x', 'x'.repeat(61), '1st', 'salés'])(
    'is not called %j',
    name => {
      expect(check({ name })).toThrow(InvalidRequest);
      expect(check({ name })).toThrow(expect.objectContaining({ rule: 'name' }));
    },
  );

  it.each<[string, Partial<typeof given>, Partial<CellSchema>, string]>([
    ['a fraction for a version', { version: 1.5 }, {}, 'version and createdAt must be whole numbers'],
    ['no time', { createdAt: NaN }, {}, 'version and createdAt must be whole numbers'],
    ['a dimension in words', {}, { dimensions: { 'the origin': 'text' }, summaries: [] }, 'camelCase'],
    ['a dimension that begins large', {}, { dimensions: { Origin: 'text' }, summaries: [] }, 'camelCase'],
    ['a measure with a quote', {}, { measures: ['a"b'] }, 'camelCase'],
    ['an index of nothing', {}, { indexes: [''] }, 'camelCase'],
    ['a measure twice', {}, { measures: ['deals', 'deals'] }, 'named twice'],
    ['a measure that is a dimension', {}, { measures: ['origin'] }, 'named twice'],
    ['an index twice', {}, { indexes: ['stage', 'stage'] }, 'named twice'],
    [
      'another type',
      {},
      { dimensions: { at: 'time' as never }, summaries: [] },
      'at must be text, integer or day',
    ],
    ['a summary of a day', {}, { summaries: [['won']] }, 'which is no text or integer dimension'],
    ['a summary of nobody', {}, { summaries: [['town']] }, 'which is no text or integer dimension'],
    [
      'a summary of what all have',
      {},
      { summaries: [['toString']] },
      'which is no text or integer dimension',
    ],
    ['a name twice in a summary', {}, { summaries: [['days', 'days']] }, 'names a dimension twice'],
    [
      'a summary twice',
      {},
      {
        summaries: [
          ['days', 'origin'],
          ['origin', 'days'],
        ],
      },
      'a summary is there twice: origin, days',
    ],
    ['the empty summary twice', {}, { summaries: [[], []] }, 'a summary is there twice'],
  ])('does not have %s', (_, change, part, sentence) => {
    expect(check(change, part)).toThrow(InvalidRequest);
    expect(check(change, part)).toThrow(sentence);
  });
});

describe('the shape of a schema', () => {
  const shape = shapeOf({
    ...schema,
    dimensions: { won: 'day', days: 'integer', lost: 'day', origin: 'text' },
  });

  it('keeps days apart from the others, each in the order of the schema', () => {
    expect(shape.days).toEqual(['won', 'lost']);
    expect(shape.plain).toEqual([
      { name: 'days', type: 'integer' },
      { name: 'origin', type: 'text' },
    ]);
    expect(knownNames(shape)).toEqual(['days', 'origin', 'won', 'lost', 'deals']);
  });
});

describe('totals by some of the dimensions', () => {
  it('come after those by all, and keep the order of the schema, not their own', () => {
    const totals = totalsOf({ ...schema, summaries: [['days', 'origin'], ['days'], []] });
    expect(totals.map(({ places }) => places)).toEqual([[0, 1], [0, 1], [1], []]);
    expect(totals.map(({ shape }) => shape.plain.map(({ name }) => name))).toEqual([
      ['origin', 'days'],
      ['origin', 'days'],
      ['days'],
      [],
    ]);
    expect(totals.every(({ shape }) => shape.days.join() === 'won')).toBe(true);
  });
});

describe('what an index holds of a state', () => {
  it.each<[unknown, string | number | null]>([
    ['hot', 'hot'],
    ['', ''],
    [0, 0],
    [-1.5, -1.5],
    [true, 1],
    [false, 0],
    [null, null],
    [[1], null],
    [{ value: 1 }, null],
    [Infinity, null],
  ])('is, for %j, %j', (member, held) => {
    expect(indexed({ band: member } as never, 'band')).toBe(held);
  });

  it.each([null, 'text', 7, true, [], ['band'], {}])('is null for a state of %j', state => {
    expect(indexed(state as never, 'band')).toBeNull();
  });

  it('is never what every object has', () => {
    for (const name of ['constructor', 'toString', '__proto__']) expect(indexed({}, name)).toBeNull();
    expect(indexed(JSON.parse('{"constructor":"x"}') as never, 'constructor')).toBe('x');
  });
});
