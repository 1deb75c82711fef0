import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asJson, canonical } from './canonical.ts';

/** The same value with the members of its objects the other way round. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
};

describe('canonical JSON', () => {
  it('is one text for all orders of members, and says the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(canonical(reversed(value))).toBe(canonical(value));
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is another text where the values differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [a, b] = [one, other].map(value => JSON.parse(JSON.stringify(value)) as unknown);
        const areEqual = (() => {
          try {
            expect(a).toEqual(b);
            return true;
          } catch {
            return false;
          }
        })();
        expect(canonical(one) === canonical(other)).toBe(areEqual);
      }),
    );
  });

  it('keeps the order of lists', () => {
    expect(canonical([2, 1])).toBe('[2,1]');
  });

  it('takes nothing for null, and leaves out members that are undefined', () => {
    expect(canonical(undefined)).toBe('null');
    expect(asJson({ a: undefined, b: [undefined] })).toEqual({ b: [null] });
  });

  it('keeps a member of the name __proto__ as a member', () => {
    const value: unknown = JSON.parse('{"b":1,"__proto__":{"a":1}}');
    expect(canonical(value)).toBe('{"__proto__":{"a":1},"b":1}');
  });
});
