import type { Coordinate } from '../deltas.ts';
import type { DimensionValue } from '../port.ts';
import { fromStored, toStored } from '../text.ts';

/** What a column holds. */
export type Stored = string | number | null;

/** Left out and null need places of their own in a primary key: texts among integers, and what no text has for a number. */
const absent = { text: { leftOut: 0, null: -1 }, integer: { leftOut: '', null: 'null' } } as const;

type PlainType = keyof typeof absent;

/** A dimension's value in its column; a text is there by its number. */
export const toColumn = (
  type: PlainType,
  value: Coordinate,
  numberOf: (text: string) => number,
): string | number => {
  if (value === undefined) return absent[type].leftOut;
  if (value === null) return absent[type].null;
  return typeof value === 'string' ? numberOf(value) : value;
};

export const fromColumn = (
  type: PlainType,
  stored: Stored,
  textOf: (number: number) => string,
): DimensionValue => {
  if (typeof stored !== 'number') return null;
  if (type === 'integer') return stored;
  return stored > 0 ? textOf(stored) : null;
};

/** The stored values that a wish for a value matches; none when it is of another type, or a text that has no number. */
export const matches = (
  type: PlainType,
  value: DimensionValue,
  find: (text: string) => number | undefined,
): readonly (string | number)[] => {
  if (value === null) return [absent[type].leftOut, absent[type].null];
  if (typeof value !== (type === 'text' ? 'string' : 'number')) return [];
  const stored = typeof value === 'string' ? find(value) : value;
  return stored === undefined ? [] : [stored];
};

/** `2018` → 2018, `2018-02` → 201802, `2018-02-03` → 20180203, empty → 0. */
export const toBucket = (bucket: string): number => {
  let number = 0;
  for (let at = 0; at < bucket.length; at++) {
    const digit = bucket.charCodeAt(at) - zero;
    if (digit >= 0) number = number * 10 + digit;
  }
  return number;
};

const zero = '0'.charCodeAt(0);

const digits = { year: 4, month: 6, day: 8 } as const;

/** The inverse of `toBucket` at a grain. */
export const fromBucket = (stored: number, grain: keyof typeof digits): string => {
  const text = String(stored).padStart(digits[grain], '0');
  return [text.slice(0, 4), text.slice(4, 6), text.slice(6)].filter(part => part !== '').join('-');
};

/** Nothing in JSON is as low, so that null sorts and compares like any other value. */
const lowest = -Infinity;

/** An index's value in its column. */
export const toIndex = (value: DimensionValue): string | number =>
  value === null ? lowest : typeof value === 'string' ? toStored(value) : value;

export const fromIndex = (stored: Stored): DimensionValue =>
  stored === lowest ? null : typeof stored === 'string' ? fromStored(stored) : stored;
