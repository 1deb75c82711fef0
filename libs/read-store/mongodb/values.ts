import type { Coordinate } from '../deltas.ts';
import type { DimensionValue } from '../port.ts';
import { fromStored, toStored } from '../text.ts';

/** Fields stand for parts of the schema by place, so that no name reaches the database. */
export const field = (letter: 'd' | 'm' | 'p' | 'i', at: number): string => `${letter}${at}`;

/** What a dimension's or an index's field holds; a dimension that is left out has none. */
export const toField = (value: DimensionValue): DimensionValue => {
  if (typeof value === 'string') return toStored(value);
  // There is one zero in JSON, and two in BSON.
  return value === 0 ? 0 : value;
};

export const fromField = (found: unknown): DimensionValue => {
  if (typeof found === 'string') return fromStored(found);
  return typeof found === 'number' ? found : null;
};

/** The values that a wish for a value matches: null also finds what is left out; none when it is of another type. */
export const matches = (type: 'text' | 'integer', value: DimensionValue): readonly DimensionValue[] => {
  const fits = value === null || typeof value === (type === 'text' ? 'string' : 'number');
  return fits ? [toField(value)] : [];
};

/** A part of a key: what is left out is not what is null. */
export const keyPart = (value: Coordinate): unknown => (value === undefined ? [] : value);
