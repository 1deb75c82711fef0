import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CellDelta, CellSchema } from '../read-store/port.ts';
import { contributionReader, createTally } from './contribution.ts';

const schema: CellSchema = {
  dimensions: { origin: 'text', days: 'integer', won: 'day', entered: 'day' },
  measures: ['leads', 'value'],
  indexes: [],
};

const value = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const cells: fc.Arbitrary<CellDelta> = fc
  .record({
    cell: fc.record(
      { origin: value(fc.constantFrom('', 'null', 'a', '1')), days: value(fc.integer({ min: -2, max: 2 })) },
      { requiredKeys: [] },
    ),
    on: fc.option(fc.constantFrom('won', 'entered')),
    day: value(fc.constantFrom('2018-01-01', '2018-01-02')),
    add: fc.record(
      { leads: fc.integer({ min: -2, max: 2 }), value: fc.integer({ min: -2, max: 2 }) },
      { requiredKeys: [] },
    ),
  })
  .map(({ cell, on, day, add }) => ({ cell: on === null ? cell : { ...cell, [on]: day }, add }));

const identity = ({ cell }: CellDelta): string => JSON.stringify(Object.entries(cell).sort());

/** By hand: every cell's sums, those of zero left out. */
const sumsOf = (
  deltas: readonly (readonly [CellDelta, number])[],
): ReadonlyMap<string, Record<string, number>> => {
  const sums = new Map<string, Record<string, number>>();
  for (const [delta, sign] of deltas) {
    const sum = sums.get(identity(delta)) ?? {};
    for (const [measure, add] of Object.entries(delta.add)) sum[measure] = (sum[measure] ?? 0) + sign * add;
    sums.set(identity(delta), sum);
  }
  for (const [key, sum] of sums) {
    for (const measure of Object.keys(sum)) if (sum[measure] === 0) Reflect.deleteProperty(sum, measure);
    if (Object.keys(sum).length === 0) sums.delete(key);
  }
  return sums;
};

describe('contributionReader', () => {
  it('gives equal keys to equal cells and to no others', () => {
    const read = contributionReader(schema);
    fc.assert(
      fc.property(cells, cells, (one, other) => {
        const [a, b] = read([one, other]);
        expect(a!.key === b!.key).toBe(identity(one) === identity(other));
      }),
      { numRuns: 1_000 },
    );
  });

  it('does so for more values than it numbers', () => {
    const read = contributionReader(schema);
    const keys = new Set<string>();
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < 70_000; n++) keys.add(read([{ cell: { days: n, origin: null }, add: {} }])[0]!.key);
    expect(keys.size).toBe(70_000);
    const [none, empty] = read([
      { cell: { days: 69_999 }, add: {} },
      { cell: { days: 69_999, origin: 'null' }, add: {} },
    ]);
    expect(keys.has(none!.key) || keys.has(empty!.key) || none!.key === empty!.key).toBe(false);
  });

  it('takes a dimension that is named as what every object has', () => {
    const read = contributionReader({
      dimensions: { constructor: 'text' as const },
      measures: ['leads'],
      indexes: [],
    });
    const keys = [{}, { constructor: null }, { constructor: 'a' }, {}].map(
      cell => read([{ cell: cell as CellDelta['cell'], add: { leads: 1 } }])[0]!.key,
    );
    expect(new Set(keys).size).toBe(3);
    expect(keys[0]).toBe(keys[3]);
  });

  it.each<[string, unknown]>([
    ['a dimension that every object has', { cell: { constructor: 'a' }, add: {} }],
    ['a measure that every object has', { cell: {}, add: { toString: 1 } }],
    ['a text for an integer that was fine as one', { cell: { days: '1' }, add: {} }],
    ['an integer for a text', { cell: { origin: 1 }, add: {} }],
    ['what is no number', { cell: {}, add: { leads: NaN } }],
    ['what is no finite number', { cell: { days: Infinity }, add: {} }],
    ['a second day, though each is known', { cell: { won: '2018-01-01', entered: '2018-01-01' }, add: {} }],
    ['a day that is a month', { cell: { won: '2018-01' }, add: {} }],
    ['a truth', { cell: { origin: true }, add: {} }],
  ])('refuses %s, also after it has seen good ones', (_, delta) => {
    const read = contributionReader(schema);
    read([
      { cell: { days: 1, origin: 'a', won: '2018-01-01' }, add: { leads: 1 } },
      { cell: { entered: '2018-01-01' }, add: {} },
    ]);
    for (let time = 0; time < 2; time++) expect(() => read([delta as CellDelta])).toThrow();
  });
});

describe('createTally', () => {
  it('adds up and replaces as by hand', () => {
    const read = contributionReader(schema);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(cells, { maxLength: 6 }), fc.array(cells, { maxLength: 6 }))),
        steps => {
          const tally = createTally();
          const expected: [CellDelta, number][] = [];
          for (const [before, after] of steps) {
            tally.replace(read(before), read(after));
            expected.push(
              ...before.map(delta => [delta, -1] as [CellDelta, number]),
              ...after.map(delta => [delta, 1] as [CellDelta, number]),
            );
          }
          const found = sumsOf(tally.deltas().map(delta => [delta, 1]));
          expect(found).toEqual(sumsOf(expected));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('leaves what stays at its place alone, also where others come before it', () => {
    const read = contributionReader(schema);
    const [a, b, c] = ['a', 'b', 'c'].map(origin => ({ cell: { origin }, add: { leads: 1 } }));
    const tally = createTally();
    tally.replace(read([a!, b!, b!]), read([a!, c!, b!, b!]));
    expect(tally.deltas()).toEqual([c]);
  });
});
