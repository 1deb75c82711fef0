import type { Json } from '../domain/event.ts';

/** Characters of JSON that one entity's state may take. */
export const largestState = 1_000_000;

/**
 * Checks that a state is plain JSON, and freezes it, so that whoever changes it in place is told. Parts that were frozen
 * before are not looked at again.
 *
 * @throws TypeError naming the member at fault
 */
export const settle = (state: unknown): Json => {
  if (state === undefined) throw new TypeError('evolve returned nothing; it must return the state');
  if (isThenable(state)) throw new TypeError('evolve returned a promise; it must return the state at once');
  visit(state, []);
  return state as Json;
};

const isThenable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

const visit = (value: unknown, path: readonly (string | number)[]): void => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || value === undefined)
    return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw notPlain(path, String(value));
    return;
  }
  if (typeof value !== 'object') throw notPlain(path, `a ${typeof value}`);
  if (Object.isFrozen(value)) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    value.forEach((member, index) => visit(member, [...path, index]));
    Object.freeze(value);
    return;
  }
  if (prototype !== Object.prototype && prototype !== null)
    throw notPlain(
      path,
      `a ${(prototype as { constructor?: { name?: string } }).constructor?.name ?? 'class'}`,
    );
  for (const [name, member] of Object.entries(value)) visit(member, [...path, name]);
  Object.freeze(value);
};

const notPlain = (path: readonly (string | number)[], what: string): TypeError =>
  new TypeError(`a state must be plain JSON, but ${path.length === 0 ? 'it' : path.join('.')} is ${what}`);
