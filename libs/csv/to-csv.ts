import { stringify } from 'csv-stringify/sync';

/** A cell of a table: anything that JSON has. */
export type Cell = unknown;

// Spreadsheets take a cell that begins so for a formula; the last four are the wide forms of the first.
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * Rows as CSV with a heading line; the columns are those of all rows in the order in which they first come. A text that
 * begins like a formula gets an apostrophe in front; numbers stay numbers; null is empty; amounts
 * of money are `129900 EUR`, in minor units; other lists and objects are JSON.
 *
 * @example
 * toCsv([{ origin: '=cmd', leads: -1 }]); // "origin,leads\n'=cmd,-1\n"
 */
export const toCsv = (rows: readonly Readonly<Record<string, Cell>>[]): string => {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  if (columns.length === 0) return '';
  return stringify([columns.map(cell), ...rows.map(row => columns.map(column => cell(row[column])))], {
    record_delimiter: 'unix',
  });
};

const cell = (value: Cell): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : structured(value);
  return formula.test(text) ? `'${text}` : text;
};

const structured = (value: Cell): string =>
  Array.isArray(value) && value.every(isMoney)
    ? value.map(({ amount, currency }) => `${amount} ${currency}`).join('; ')
    : JSON.stringify(value);

const isMoney = (value: unknown): value is { readonly amount: number; readonly currency: string } =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;
