import type { Workspace } from '../../libs/projecting/workspace.ts';

/** In minor units of an ISO 4217 currency. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

const digits = new Map<string, number>();

/** How many digits the currency's minor unit has: 2 for EUR, 0 for JPY; 2 for a code that is not known. */
export const minorDigits = (currency: string): number => {
  const known = digits.get(currency);
  if (known !== undefined) return known;
  const found =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  digits.set(currency, found);
  return found;
};

/** Whether an amount is so high that it is to be listed under data quality. */
export const implausible = (money: Money | undefined, { plausible }: Workspace): boolean =>
  money !== undefined && money.amount >= plausible.amountBelow * 10 ** minorDigits(money.currency);

/** A few of these would take a sum beyond what a number holds exactly. In minor units. */
export const tooLarge = (amount: number): boolean => Math.abs(amount) > 10_000_000_000_000;

const scale = 10n ** 15n;

/**
 * amount × probability, rounded half away from zero to whole minor units. The probability is taken as the decimal
 * number that was written (to 15 places), so that 5 % of 30 is 1.5 and not a hair less.
 */
export const weigh = (amount: number, probability: number): number => {
  const doubled = 2n * BigInt(amount) * BigInt(Math.round(probability * 1e15));
  return Number((doubled + (amount < 0 ? -scale : scale)) / (2n * scale));
};
