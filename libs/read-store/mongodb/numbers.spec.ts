import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Long } from 'mongodb';
import { InvalidRequest } from '../errors.ts';
import { fromNumber, plus } from './numbers.ts';

const small = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const largest = 2n ** 63n - 1n;

describe('a sum of totals', () => {
  it('is exact, and a number wherever a number can be', () => {
    fc.assert(
      fc.property(fc.array(small, { maxLength: 8 }), adds => {
        const sum = adds.reduce<number | bigint>((so, add) => plus(so, add), 0);
        const exact = adds.reduce((so, add) => so + BigInt(add), 0n);
        expect(BigInt(sum)).toBe(exact);
        expect(typeof sum).toBe(Number.isSafeInteger(Number(exact)) ? 'number' : 'bigint');
      }),
    );
  });

  it('comes back to a number when what was too much is taken away', () => {
    const beyond = plus(Number.MAX_SAFE_INTEGER, 5);
    expect(beyond).toBe(9_007_199_254_740_996n);
    expect(plus(beyond, -10)).toBe(9_007_199_254_740_986);
  });

  it('goes as far as 64 bits, and is refused beyond', () => {
    expect(plus(largest - 1n, 1)).toBe(largest);
    expect(plus(-largest, -1)).toBe(-largest - 1n);
    expect(() => plus(largest, 1)).toThrow(InvalidRequest);
    expect(() => plus(-largest, -2)).toThrow('beyond 64 bits');
  });
});

describe('a total as the driver gives it', () => {
  it.each<[unknown, number | bigint]>([
    [12, 12],
    [7n, 7n],
    [Long.fromString('9007199254740993'), 9_007_199_254_740_993n],
    [Long.fromString('-9223372036854775808'), -(2n ** 63n)],
    // A total that a document does not have yet.
    [undefined, 0],
    [null, 0],
  ])('%p is %p', (found, total) => {
    expect(fromNumber(found)).toBe(total);
  });
});
