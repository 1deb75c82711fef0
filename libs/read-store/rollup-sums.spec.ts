import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Addition, Coordinate } from './deltas.ts';
import { rollUp, type CellGrain, type RolledAddition } from './rollup.ts';

const day = fc.oneof(
  fc.constantFrom('2015-12-31', '2016-01-01', '2016-02-28', '2016-02-29', '2016-03-01', '2017-01-01'),
  fc
    .date({ min: new Date('1999-01-01'), max: new Date('2001-01-01'), noInvalidDate: true })
    .map(each => each.toISOString().slice(0, 10)),
);
const coordinate: fc.Arbitrary<Coordinate> = fc.constantFrom<Coordinate>(
  'web',
  '1',
  '',
  1,
  0,
  null,
  undefined,
);

/** A contribution to some of two day dimensions, two others and two measures. */
const addition = (adds: fc.Arbitrary<number>): fc.Arbitrary<Addition> =>
  fc
    .record({
      on: fc.constantFrom(-1, 0, 1),
      day: fc.option(day, { freq: 6 }),
      plain: fc.tuple(coordinate, coordinate),
      adds: fc.tuple(adds, adds),
    })
    .map(each => (each.on < 0 ? { ...each, day: null } : each));
const small = fc.array(addition(fc.integer({ min: -3, max: 3 })), { maxLength: 40 });

const inBucket = ({ on, day: its }: Addition, of: number, grain: CellGrain, bucket: string): boolean => {
  if (on !== of) return false;
  if (grain === 'all') return true;
  if (grain === 'none') return on >= 0 && its === null;
  return its !== null && its.startsWith(bucket);
};

/** The sum of all contributions to one total, one by one. */
const sumOf = (
  list: readonly Addition[],
  on: number,
  grain: CellGrain,
  bucket: string,
  plain: readonly Coordinate[],
): readonly bigint[] => {
  const those = list.filter(
    each => inBucket(each, on, grain, bucket) && each.plain.every((value, at) => value === plain[at]),
  );
  return [0, 1].map(at => those.reduce((sum, { adds }) => sum + BigInt(adds[at] ?? 0), 0n));
};

const keyOf = ({ on, grain, bucket, plain }: RolledAddition): string =>
  JSON.stringify([on, grain, bucket, plain.map(value => (value === undefined ? 'left out' : [value]))]);

/** Rolled additions by what they add to; a total may come in several parts. */
const together = (
  rolled: readonly RolledAddition[],
): ReadonlyMap<string, { readonly of: RolledAddition; readonly sums: bigint[] }> => {
  const sums = new Map<string, { of: RolledAddition; sums: bigint[] }>();
  for (const each of rolled) {
    const known = sums.get(keyOf(each)) ?? { of: each, sums: [0n, 0n] };
    each.adds.forEach((add, at) => (known.sums[at]! += BigInt(add)));
    sums.set(keyOf(each), known);
  }
  return sums;
};

describe('what a batch adds to the totals', () => {
  it('is for each of them the sum of its days, one by one, and nothing is added where that is zero', () => {
    fc.assert(
      fc.property(small, list => {
        const rolled = rollUp(list);
        expect(new Set(rolled.map(keyOf)).size).toBe(rolled.length);
        for (const { on, grain, bucket, plain, adds } of rolled) {
          expect(adds.map(BigInt)).toEqual(sumOf(list, on, grain, bucket, plain));
          expect(adds.some(add => add !== 0)).toBe(true);
        }
      }),
    );
  });

  it('leaves out no total that any of its contributions belongs to', () => {
    fc.assert(
      fc.property(small, list => {
        const rolled = together(rollUp(list));
        for (const { on, day: its, plain } of list) {
          const buckets: readonly (readonly [CellGrain, string])[] = [
            ['all', ''],
            ...(on < 0
              ? []
              : its === null
                ? [['none', ''] as const]
                : ([
                    ['year', its.slice(0, 4)],
                    ['month', its.slice(0, 7)],
                    ['day', its],
                  ] as const)),
          ];
          for (const [grain, bucket] of buckets) {
            const wanted = sumOf(list, on, grain, bucket, plain);
            const { sums } = rolled.get(keyOf({ on, grain, bucket, plain, adds: [] })) ?? { sums: [0n, 0n] };
            expect(sums).toEqual(wanted);
          }
        }
      }),
    );
  });

  it('has no totals of single days, and all others, where months are the finest', () => {
    fc.assert(
      fc.property(small, list => {
        const withoutDays = rollUp(list).filter(({ grain }) => grain !== 'day');
        expect(together(rollUp(list, 'month'))).toEqual(together(withoutDays));
      }),
    );
  });

  it('comes to the same in whatever order and in however many batches', () => {
    fc.assert(
      fc.property(small, fc.nat({ max: 40 }), (list, cut) => {
        const parts = [...rollUp(list.slice(cut).toReversed()), ...rollUp(list.slice(0, cut))];
        const sums = [...together(parts)].filter(([, { sums: each }]) => each.some(sum => sum !== 0n));
        const whole = [...together(rollUp(list))];
        expect(new Map(sums.map(([key, each]) => [key, each.sums]))).toEqual(
          new Map(whole.map(([key, each]) => [key, each.sums])),
        );
      }),
    );
  });

  it('is exact where sums leave the safe integers: it comes in parts, each of them one', () => {
    const large = fc.oneof(
      fc.maxSafeInteger(),
      fc.constantFrom(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 1, -1, 0),
    );
    fc.assert(
      fc.property(fc.array(addition(large), { maxLength: 15 }), list => {
        const rolled = rollUp(list);
        expect(rolled.flatMap(({ adds }) => adds).every(Number.isSafeInteger)).toBe(true);
        for (const { of, sums } of together(rolled).values())
          expect(sums).toEqual(sumOf(list, of.on, of.grain, of.bucket, of.plain));
      }),
    );
  });

  it('is nothing for nothing, and for what adds nothing', () => {
    expect(rollUp([])).toEqual([]);
    expect(rollUp([{ on: 0, day: '2016-02-29', plain: ['web', 1], adds: [0, -0] }])).toEqual([]);
    expect(rollUp([{ on: 0, day: '2016-02-29', plain: [], adds: [] }])).toEqual([]);
  });
});

describe('what a batch adds to the totals of a summary', () => {
  it('is what the totals by all dimensions add up to over those that it leaves out', () => {
    fc.assert(
      fc.property(small, fc.subarray([0, 1]), (list, places) => {
        const rolled = together(rollUp(list, 'month', places));
        const over = new Map<string, bigint[]>();
        for (const { of, sums } of together(rollUp(list, 'month')).values()) {
          const key = keyOf({ ...of, plain: places.map(at => of.plain[at]) });
          const known = over.get(key) ?? [0n, 0n];
          over.set(
            key,
            known.map((sum, at) => sum + sums[at]!),
          );
        }
        const plain = new Map([...over].filter(([, sums]) => sums.some(sum => sum !== 0n)));
        expect(new Map([...rolled].map(([key, { sums }]) => [key, sums]))).toEqual(plain);
      }),
    );
  });
});
