import type { Json } from '../domain/event.ts';

/** JSON with members in order: equal values have equal texts. */
export const canonical = (value: unknown): string => JSON.stringify(ordered(value ?? null));

/** The value as JSON would give it back. */
export const asJson = (value: unknown): Json => JSON.parse(canonical(value)) as Json;

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, ordered(member)]));
};
