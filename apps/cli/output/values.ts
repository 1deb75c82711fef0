import { printable } from './text.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A count with its thousands apart: `12,345`. */
export const count = (value: number): string => whole.format(value);

/** A share of one as a percentage: 0.10525 is `10.5 %`. */
export const share = (value: number): string => `${percent.format(value * 100)} %`;

interface Amount {
  readonly amount: number;
  readonly currency: string;
}

/** A sum in minor units: `EUR 1,299`, `EUR 1,299.50`; `exact`: `EUR 1,299.00`. */
export const money = ({ amount, currency }: Amount, exact = false): string => {
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    trailingZeroDisplay: exact ? 'auto' : 'stripIfInteger',
  });
  return format.format(amount / 10 ** digitsOf(currency)).replaceAll('\u00a0', ' ');
};

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** Seconds in words that stay short: `48 s`, `3 min`, `2.5 h`. */
export const seconds = (value: number): string => {
  if (value < 90) return `${Math.ceil(value)} s`;
  if (value < 5_400) return `${Math.round(value / 60)} min`;
  return `${decimal.format(Math.round(value / 360) / 10)} h`;
};

/** Names of numbers that are shares of one. */
const shares = /(rate|conversion|share|dropoff)$/i;

/** A value of an answer as a person reads it, amounts of money below each other; `–` where it is not defined. */
export const readable = (name: string, value: unknown): string => {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return shares.test(name) ? share(value) : decimal.format(value);
  if (typeof value === 'string') return value === '' ? '""' : printable(value);
  if (isAmounts(value)) return value.length === 0 ? '–' : value.map(each => money(each)).join('\n');
  return printable(JSON.stringify(value));
};

/**
 * The values of a column, so that their decimals stand below each other: where one needs them, all have them.
 *
 * @example
 * readableColumn('meanDays', [46, 76.6, null]) // ['46.0', '76.6', '–']
 */
export const readableColumn = (name: string, values: readonly unknown[]): readonly string[] => {
  const numbers = shares.test(name) ? [] : values.filter(value => typeof value === 'number');
  const digits = Math.max(0, ...numbers.map(value => decimals(value)));
  const format = new Intl.NumberFormat('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const exact = values.some(value => isAmounts(value) && value.some(isBroken));
  return values.map(value => {
    if (typeof value === 'number' && numbers.length > 0) return format.format(value);
    if (isAmounts(value) && value.length > 0) return value.map(each => money(each, exact)).join('\n');
    return readable(name, value);
  });
};

const decimals = (value: number): number => decimal.format(value).split('.')[1]?.length ?? 0;

const isBroken = ({ amount, currency }: Amount): boolean => amount % 10 ** digitsOf(currency) !== 0;

const isAmounts = (value: unknown): value is readonly Amount[] =>
  Array.isArray(value) &&
  value.every(
    (item: unknown) => typeof item === 'object' && item !== null && 'amount' in item && 'currency' in item,
  );

/**
 * A member's name as a heading.
 *
 * @example
 * heading('medianDaysInStage') // 'median days in stage'
 */
export const heading = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
