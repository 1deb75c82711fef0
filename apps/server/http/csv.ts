import { stringify } from 'csv-stringify/sync';

/** A cell of a table: anything that JSON has. */
export type Cell = unknown;

// Spreadsheets take a cell that begins so for a formula.
const formula = /^[=+\-@\t\r]/;

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

/** Whether the client would rather have CSV than JSON. */
export const wantsCsv = (accept: string | undefined): boolean => {
  if (accept === undefined || !accept.includes('text/csv')) return false;
  return quality(accept, 'text/csv') > quality(accept, 'application/json');
};

const quality = (accept: string, type: string): number => {
  const range = accept.split(',').find(part => part.trim().split(';')[0]?.trim().toLowerCase() === type);
  if (range === undefined) return 0;
  const q = /;\s*q=([01](?:\.\d{1,3})?)/i.exec(range)?.[1];
  return q === undefined ? 1 : Number(q);
};
