import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultWorkspace } from '../../libs/projecting/workspace.ts';
import { implausible, minorDigits, weigh } from './money.ts';

describe('weigh', () => {
  it.each([
    [129_900, 0.5, 64_950],
    [30, 0.05, 2],
    [-30, 0.05, -2],
    [50, 0.29, 15],
    [10, 0.049, 0],
    [1, 0.5, 1],
    [-1, 0.5, -1],
    [7, 0, 0],
    [Number.MAX_SAFE_INTEGER, 1, Number.MAX_SAFE_INTEGER],
    [Number.MAX_SAFE_INTEGER, 0.1, 900_719_925_474_099],
  ])('%d × %d is %d, half away from zero', (amount, probability, expected) => {
    expect(weigh(amount, probability)).toBe(expected);
  });

  it('is exact for whole percents, and the same on both sides of zero', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 100 }), (amount, percent) => {
        const exact = Number((BigInt(amount) * BigInt(percent) * 2n + 100n) / 200n);
        expect(weigh(amount, percent / 100)).toBe(exact);
        expect(weigh(-amount, percent / 100)).toBe(exact === 0 ? 0 : -exact);
      }),
    );
  });
});

describe('implausible', () => {
  const of = (amount: number, currency: string): boolean =>
    implausible({ amount, currency }, defaultWorkspace);

  it('begins at 10,000,000 in major units, whatever the minor unit is', () => {
    expect([of(999_999_999, 'EUR'), of(1_000_000_000, 'EUR')]).toEqual([false, true]);
    expect([of(9_999_999, 'JPY'), of(10_000_000, 'JPY')]).toEqual([false, true]);
    expect([of(9_999_999_999, 'KWD'), of(10_000_000_000, 'KWD')]).toEqual([false, true]);
  });

  it('is nothing that no amount can be', () => {
    expect(implausible(undefined, defaultWorkspace)).toBe(false);
    expect(of(-5_000_000_000, 'EUR')).toBe(false);
  });

  it('takes a currency that is not known to have cents', () => {
    expect(minorDigits('XQQ')).toBe(2);
  });
});
