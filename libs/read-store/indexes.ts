import type { Json } from '../domain/event.ts';
import type { DimensionValue } from './port.ts';

/**
 * What an index holds of a state: the member's text or number, 1 and 0 for true and false, and null for anything else.
 * Null comes before numbers, numbers before text.
 */
export const indexed = (state: Json, member: string): DimensionValue => {
  if (state === null || typeof state !== 'object' || Array.isArray(state) || !Object.hasOwn(state, member))
    return null;
  const value = (state as Readonly<Record<string, Json>>)[member];
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? value : null;
};
