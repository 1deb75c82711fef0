import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distribution, percentile, ratio, type Count } from './numbers.ts';

const values = fc.array(fc.integer({ min: -50, max: 500 }), { minLength: 1, maxLength: 60 });

const counted = (numbers: readonly number[]): readonly Count[] => {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts];
};

/** As a textbook would, on the sorted list itself. */
const naive = (numbers: readonly number[], p: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const low = sorted[Math.floor(place)]!;
  const high = sorted[Math.ceil(place)]!;
  return low + (high - low) * (place - Math.floor(place));
};

describe('percentile', () => {
  it.each([
    [
      [
        [1, 3],
        [5, 1],
      ],
      0.9,
      3.8,
    ],
    [
      [
        [5, 1],
        [1, 3],
      ],
      0.9,
      3.8,
    ],
    [
      [
        [10, 1],
        [20, 1],
      ],
      0.5,
      15,
    ],
    [[[7, 1]], 0.9, 7],
    [
      [
        [-2, 1],
        [0, 1],
        [4, 1],
      ],
      0.5,
      0,
    ],
  ] as const)('of %j at %d is %d', (counts, p, expected) => {
    expect(percentile(counts, p)).toBeCloseTo(expected, 9);
  });

  it('of nothing is null, also when counts are zero', () => {
    expect(percentile([], 0.5)).toBeNull();
    expect(percentile([[3, 0]], 0.5)).toBeNull();
  });

  it('equals interpolation on the sorted list', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (numbers, p) => {
        expect(percentile(counted(numbers), p)).toBe(naive(numbers, p));
      }),
    );
  });

  it('lies between the smallest and the largest, and grows with p', () => {
    fc.assert(
      fc.property(values, numbers => {
        const steps = [0, 0.25, 0.5, 0.75, 0.9, 1].map(p => percentile(counted(numbers), p)!);
        expect(steps[0]).toBe(Math.min(...numbers));
        expect(steps.at(-1)).toBe(Math.max(...numbers));
        expect(steps).toEqual([...steps].sort((a, b) => a - b));
      }),
    );
  });
});

describe('distribution', () => {
  it('equals the plain mean, median and extremes', () => {
    fc.assert(
      fc.property(values, numbers => {
        const { count, mean, median, p90, min, max } = distribution(counted(numbers));
        expect(count).toBe(numbers.length);
        expect(mean).toBe(numbers.reduce((a, b) => a + b, 0) / numbers.length);
        expect([median, p90]).toEqual([naive(numbers, 0.5), naive(numbers, 0.9)]);
        expect([min, max]).toEqual([Math.min(...numbers), Math.max(...numbers)]);
      }),
    );
  });

  it('adds up counts of one value that come apart', () => {
    expect(
      distribution([
        [4, 1],
        [9, 1],
        [4, 2],
      ]),
    ).toEqual(
      distribution([
        [4, 3],
        [9, 1],
      ]),
    );
  });

  it('of nothing has a count of zero and nothing else', () => {
    expect(distribution([])).toEqual({ count: 0, mean: null, median: null, p90: null, min: null, max: null });
  });
});

describe('ratio', () => {
  it('is null over zero, never NaN or infinite', () => {
    expect(ratio(0, 0)).toBeNull();
    expect(ratio(3, 0)).toBeNull();
    expect(ratio(0, 3)).toBe(0);
    expect(ratio(842, 8_000)).toBe(0.10525);
  });
});
