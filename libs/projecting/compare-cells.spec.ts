import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delta } from '../../test/property/read-store/cells.ts';
import { schema } from '../../test/support/reads.ts';
import type { CellDelta, CellRow } from '../read-store/port.ts';
import { compareRows, expectedRows, wholeQueries } from './compare-cells.ts';

const summaries = fc.subarray([['origin', 'days'], ['origin'], ['days'], []]);

/** Whether all that can be asked of both is the same. */
const areAlike = (kept: string[][], one: readonly CellDelta[], other: readonly CellDelta[]): boolean => {
  const shape = { ...schema, summaries: kept };
  return wholeQueries(shape).every(
    query => compareRows(expectedRows(shape, query, one), expectedRows(shape, query, other)).length === 0,
  );
};

describe('the queries that show every total', () => {
  it('tell two lists of contributions apart by a single cell, and only by that', () => {
    fc.assert(
      fc.property(
        fc
          .array(delta, { maxLength: 12 })
          .chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        delta,
        summaries,
        ([given, shuffled], more, kept) => {
          const isNothing = Object.values(more.add).every(value => value === 0);
          expect(areAlike(kept, given, shuffled)).toBe(true);
          expect(areAlike(kept, given, [...shuffled, more])).toBe(isNothing);
        },
      ),
    );
  });

  it('tell apart the same amount in two cells that differ in one dimension', () => {
    const at = (cell: CellDelta['cell']): readonly CellDelta[] => [{ cell, add: { leads: 1 } }];
    const cells: readonly CellDelta['cell'][] = [
      {},
      { origin: 'web' },
      { days: 1 },
      { won: '2016-01-01' },
      { won: '2016-01-02' },
      { won: null },
      { entered: '2016-01-01' },
    ];
    for (const [one, cell] of cells.entries())
      for (const [other, another] of cells.entries())
        expect(areAlike([], at(cell), at(another))).toBe(one === other);
  });

  it('are one over all days and one for each day dimension, and none of a read model without measures', () => {
    const asked = wholeQueries(schema).map(({ by }) => by.map(({ dimension }) => dimension));
    expect(asked).toEqual([
      ['origin', 'days'],
      ['origin', 'days', 'won'],
      ['origin', 'days', 'entered'],
    ]);
    expect(wholeQueries({ ...schema, measures: [] })).toEqual([]);
  });
});

const row: fc.Arbitrary<CellRow> = fc.record({
  by: fc.record({ origin: fc.constantFrom('a', 'b', null), days: fc.constantFrom(1, 2) }),
  sums: fc.record({ leads: fc.integer({ min: 1, max: 3 }) }),
});
const group = ({ by }: CellRow): string => `${String(by.origin)}/${String(by.days)}`;
const rows = fc.uniqueArray(row, { selector: group });

describe('two answers compared', () => {
  it('differ in the groups whose sums differ or that one of them lacks', () => {
    fc.assert(
      fc.property(rows, rows, (left, right) => {
        const sumsOf = (list: readonly CellRow[], name: string) =>
          list.find(each => group(each) === name)?.sums ?? {};
        const names = new Set([...left, ...right].map(group));
        const plain = [...names]
          .map(name => [name, sumsOf(left, name), sumsOf(right, name)] as const)
          .filter(([, one, other]) => one['leads'] !== other['leads']);
        const found = compareRows(left, right).map(
          each => [group({ ...each, sums: {} }), each.left, each.right] as const,
        );
        expect(new Set(found)).toEqual(new Set(plain));
        expect(found).toHaveLength(plain.length);
      }),
    );
  });

  it('do not differ by the order of members or rows', () => {
    const one: CellRow = { by: { origin: 'a', days: 1 }, sums: { leads: 1, value: 2 } };
    const same: CellRow = { by: { days: 1, origin: 'a' }, sums: { value: 2, leads: 1 } };
    const other: CellRow = { by: { origin: 'b', days: 1 }, sums: { leads: 1, value: 2 } };
    expect(compareRows([one, other], [other, same])).toEqual([]);
  });

  it('take the text 1 for another group than the number 1', () => {
    const text: CellRow = { by: { days: '1' }, sums: { leads: 1 } };
    const number: CellRow = { by: { days: 1 }, sums: { leads: 1 } };
    expect(compareRows([text], [number])).toHaveLength(2);
  });
});
