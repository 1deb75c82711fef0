import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RowError } from './define.ts';
import { minorDigits, money } from './money.ts';

const amount = (text: string, currency = 'EUR'): number => money(text, currency, 'price').amount;

describe('money', () => {
  it.each([
    ['0.0', 0],
    ['1', 100],
    ['1234.56', 123_456],
    ['+7.5', 750],
    ['-7.5', -750],
    [' 12.00 ', 1_200],
    ['0000012.30', 1_230],
    ['50000000.0', 5_000_000_000],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('reads %s', (text, minor) => expect(amount(text)).toBe(minor));

  it.each([
    ['0.005', 1],
    ['0.00499999999999999999999', 0],
    ['1.005', 101], // 1.005 * 100 is 100.49999999999999 in floats
    ['-1.005', -101],
    ['2.675', 268],
    ['-0.004', 0],
    ['0.994999', 99],
    ['0.995', 100],
  ])('rounds %s half away from zero to %d', (text, minor) => expect(amount(text)).toBe(minor));

  it('has no negative zero', () => expect(Object.is(amount('-0.001'), 0)).toBe(true));

  it.each([
    ['JPY', '12.5', 13],
    ['KWD', '1.2345', 1_235],
    ['BRL', '1.2345', 123],
  ])('rounds to the minor units of %s', (currency, text, minor) =>
    expect(amount(text, currency)).toBe(minor),
  );

  it.each([
    '',
    ' ',
    'abc',
    '1,5',
    '1.234,56',
    '1 000',
    '1.',
    '.5',
    '1e3',
    '--1',
    '0x10',
    'NaN',
    'Infinity',
    '€5',
    '١٢',
    '1'.repeat(31),
  ])('refuses %j with its column', text => {
    const read = (): number => amount(text);
    expect(read).toThrow(RowError);
    expect(read).toThrow(expect.objectContaining({ column: 'price' }));
  });

  it('refuses what a number cannot hold exactly', () => {
    expect(() => amount('90071992547409.92')).toThrow('too large');
    expect(() => amount('-99999999999999999')).toThrow('too large');
  });

  it('refuses an unknown currency', () => {
    expect(() => amount('1', 'XYZ')).toThrow('"XYZ" is no ISO 4217 currency');
    expect(() => minorDigits('eur')).toThrow(RangeError);
  });

  it('is the exact quotient, rounded half away from zero', () => {
    const currencies = fc.constantFrom('EUR', 'JPY', 'KWD', 'BRL');
    const decimal = fc.tuple(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(decimal, currencies, ([digits, places], currency) => {
        const sign = digits < 0n ? -1n : 1n;
        const text = (digits * sign).toString().padStart(places + 1, '0');
        const written = `${sign < 0n ? '-' : ''}${text.slice(0, text.length - places)}${places > 0 ? `.${text.slice(-places)}` : ''}`;
        const [scaled, unit] = [digits * sign * 10n ** BigInt(minorDigits(currency)), 10n ** BigInt(places)];
        const rounded = (scaled * 2n + unit) / (unit * 2n);
        expect(amount(written, currency) + 0).toBe(Number(sign * rounded) + 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('money times a number', () => {
  const times = (text: string, number: number): number => money(text, 'GBP', 'price', number).amount;

  it.each([
    ['6.95', 12, 8_340],
    ['0.001', 5, 1],
    ['0.001', 4, 0],
    ['0.005', 1, 1],
    ['0.005', 3, 2],
    ['1.005', -1, -101],
    ['-1.005', -1, 101],
    ['-0.001', 4, 0],
    ['2.1', 0, 0],
  ])('is rounded once it is multiplied: %s times %i', (text, number, minor) =>
    expect(times(text, number)).toBe(minor),
  );

  it('is what the digits give, exactly', () => {
    fc.assert(
      fc.property(
        fc.nat(9_999_999),
        fc.nat(6),
        fc.integer({ min: -5_000, max: 5_000 }),
        (digits, places, number) => {
          const text = digits.toString().padStart(places + 1, '0');
          const decimal = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
          const [exact, unit] = [BigInt(digits) * BigInt(Math.abs(number)) * 100n, 10n ** BigInt(places)];
          const rounded = Number(exact / unit + (2n * (exact % unit) >= unit ? 1n : 0n));
          expect(times(decimal, number)).toBe(number < 0 && rounded > 0 ? -rounded : rounded);
        },
      ),
    );
  });

  it('is refused when it is too large', () =>
    expect(() => times('90071992547409.91', 2)).toThrow('is too large an amount'));
});
