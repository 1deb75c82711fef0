import { stringify } from 'csv-stringify/sync';

/**
 * Rows as CSV with a heading; columns in the order in which they first come. Null is empty, amounts of money are
 * `129900 EUR` in minor units, and texts that a spreadsheet would take for a formula get an apostrophe in front.
 *
 * @example
 * renderCsv([{ origin: '=cmd', leads: -1 }]) // "origin,leads\n'=cmd,-1"
 */
export const renderCsv = (rows: readonly Readonly<Record<string, unknown>>[]): string => {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const lines = rows.map(row => columns.map(column => cell(row[column])));
  return stringify([columns, ...lines], { escape_formulas: true }).trimEnd();
};

const cell = (value: unknown): string | number | boolean | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every(isMoney))
    return value.map(({ amount, currency }) => `${amount} ${currency}`).join('; ');
  return JSON.stringify(value);
};

const isMoney = (value: unknown): value is { readonly amount: number; readonly currency: string } =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;
