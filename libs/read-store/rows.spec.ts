import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidRequest } from './errors.ts';
import type { DimensionValue } from './port.ts';
import { answerRows, type FoundRow } from './rows.ts';

const text = fc.constantFrom('', 'a', 'A', 'é', '\uffff', '😀', '10', '9', 'null', null);
const integer = fc.constantFrom(-10, -1, 0, 9, 10, null);
const small = fc.integer({ min: -3, max: 3 });
const found: fc.Arbitrary<FoundRow> = fc.record({
  by: fc.tuple(text, integer),
  sums: fc.tuple(small, small),
});
const answer = (rows: readonly FoundRow[]) => answerRows(['one', 'two'], ['n', 'm'], rows);

describe('the rows of an answer', () => {
  it('hold each group once, with the sum of its parts, and none of zeros', () => {
    fc.assert(
      fc.property(fc.array(found, { maxLength: 30 }), rows => {
        const sums = new Map<string, [number, number]>();
        for (const { by, sums: parts } of rows) {
          const key = JSON.stringify(by);
          const before = sums.get(key) ?? [0, 0];
          sums.set(key, [before[0] + parts[0]!, before[1] + parts[1]!]);
        }
        const wanted = [...sums].filter(([, [n, m]]) => n !== 0 || m !== 0);
        const given = answer(rows).map(({ by, sums: { n, m } }) => [
          JSON.stringify([by['one'], by['two']]),
          [n, m],
        ]);
        expect(given).toHaveLength(wanted.length);
        expect(new Map(given as [string, number[]][])).toEqual(new Map(wanted));
      }),
    );
  });

  it('stand in the same order, in whatever order they were found', () => {
    const twice = fc
      .array(found, { maxLength: 12 })
      .chain(rows => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })));
    fc.assert(
      fc.property(twice, ([rows, shuffled]) => {
        expect(answer(shuffled)).toEqual(answer(rows));
      }),
    );
  });

  it('begin with null; numbers go by size, texts by code point', () => {
    const values: DimensionValue[] = [null, '', '10', '9', 'A', 'a', 'é', '\uffff', '😀'];
    const rows = values.toReversed().map(each => ({ by: [each], sums: [1] }));
    expect(answerRows(['one'], ['n'], rows).map(({ by }) => by['one'])).toEqual(values);
    const numbers = [null, -10, -9, 0, 9, 10].toReversed().map(each => ({ by: [each], sums: [1] }));
    expect(answerRows(['one'], ['n'], numbers).map(({ by }) => by['one'])).toEqual([null, -10, -9, 0, 9, 10]);
  });

  it('tell a text from a number and from null, however alike they look', () => {
    const rows = ['1', 1, null, 'null'].map(each => ({ by: [each], sums: [1] }));
    expect(answerRows(['one'], ['n'], rows)).toHaveLength(4);
  });

  it('are one where nothing is grouped, and none where nothing is left', () => {
    expect(
      answerRows(
        [],
        ['n'],
        [
          { by: [], sums: [2] },
          { by: [], sums: [3] },
        ],
      ),
    ).toEqual([{ by: {}, sums: { n: 5 } }]);
    expect(
      answerRows(
        [],
        ['n'],
        [
          { by: [], sums: [2] },
          { by: [], sums: [-2] },
        ],
      ),
    ).toEqual([]);
    expect(answerRows([], ['n'], [])).toEqual([]);
  });

  it('stay where one measure of several is not zero', () => {
    expect(answer([{ by: ['a', null], sums: [0, 4] }])).toEqual([
      { by: { one: 'a', two: null }, sums: { n: 0, m: 4 } },
    ]);
  });

  it('are refused where a sum can’t be exact, of one part or of several', () => {
    const max = Number.MAX_SAFE_INTEGER;
    for (const parts of [[2 ** 53], [max, 1], [-max, -1], [max, max, -max]])
      expect(() =>
        answerRows(
          [],
          ['n'],
          parts.map(n => ({ by: [], sums: [n] })),
        ),
      ).toThrow(InvalidRequest);
    expect(
      answerRows(
        [],
        ['n'],
        [
          { by: [], sums: [max - 1] },
          { by: [], sums: [1] },
        ],
      )[0]?.sums,
    ).toEqual({
      n: max,
    });
  });
});
