import type { Static } from '@sinclair/typebox';
import type { Money } from '../domain/schema.ts';
import { RowError } from './define.ts';
import { given } from './given.ts';

const digitsOf = new Map<string, number>();

/** Decimal places of a currency's minor unit (EUR 2, JPY 0, KWD 3), by Intl. @throws RangeError for an unknown code */
export const minorDigits = (currency: string): number => {
  const known = digitsOf.get(currency);
  if (known !== undefined) return known;
  if (!Intl.supportedValuesOf('currency').includes(currency))
    throw new RangeError(`"${currency}" is no ISO 4217 currency`);
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  digitsOf.set(currency, digits);
  return digits;
};

/**
 * Money from decimal text (`-1234.565`; no exponent, no thousands separator), rounded half away from zero to minor units
 * from the digits themselves, so without any error of floating point.
 *
 * @example
 * money('1234.565', 'EUR', 'price'); // { amount: 123457, currency: 'EUR' }
 * money('0.015', 'EUR', 'price', 3); // three of them: { amount: 5, currency: 'EUR' }
 * @param times a whole number that the amount is multiplied by before it is rounded
 * @throws RowError when the text is no decimal number, too large to be exact, or the currency is unknown
 */
export const money = (text: string, currency: string, column: string, times = 1): Static<typeof Money> => {
  const match = /^([+-]?)(\d{1,30})(?:\.(\d{1,60}))?$/.exec(given(text, column).trim());
  if (match === null)
    throw new RowError(column, `"${text.slice(0, 60)}" is no amount; write it like 1234.56`);
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = digitsFor(currency, column);
  const exact = BigInt(whole + fraction.padEnd(digits, '0')) * BigInt(Math.abs(times));
  const unit = 10n ** BigInt(Math.max(fraction.length - digits, 0));
  const size = Number((2n * exact + unit) / (2n * unit));
  if (!Number.isSafeInteger(size)) throw new RowError(column, `${text.slice(0, 60)} is too large an amount`);
  return { amount: (sign === '-') !== times < 0 && size > 0 ? -size : size, currency };
};

const digitsFor = (currency: string, column: string): number => {
  try {
    return minorDigits(currency);
  } catch (error) {
    throw new RowError(column, (error as Error).message);
  }
};
