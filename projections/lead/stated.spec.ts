import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { earliest, latest, type Stated } from './stated.ts';

const statements = fc.uniqueArray(
  fc.record({ value: fc.string(), at: fc.integer({ min: 0, max: 50 }), weak: fc.boolean() }),
  { selector: ({ at }) => at, maxLength: 8 },
);
type Statement = { value: string; at: number; weak: boolean };
type Fold = typeof earliest;

const fold = (of: Fold, given: readonly Statement[]): string | undefined =>
  given.reduce<Stated<string> | undefined>(
    (known, { value, at, weak }) => of(known, value, at, weak),
    undefined,
  )?.value;

const chosen = (
  given: readonly Statement[],
  order: (a: Statement, b: Statement) => number,
): string | undefined => {
  const strong = given.filter(({ weak }) => !weak);
  return (strong.length > 0 ? strong : [...given]).sort(order)[0]?.value;
};

describe('earliest', () => {
  it('is the first strong statement, else the first weak one, in whatever order they come', () => {
    fc.assert(
      fc.property(statements, fc.func(fc.integer()), (given, key) => {
        const shuffled = [...given].sort((a, b) => key(a) - key(b));
        expect(fold(earliest, shuffled)).toBe(chosen(given, (a, b) => a.at - b.at));
      }),
    );
  });

  it('of the same instant is what the log took first', () => {
    expect(earliest({ value: 'first', at: 5 }, 'second', 5)?.value).toBe('first');
  });

  it('keeps the same object when nothing is stated or nothing changes', () => {
    const known = { value: 'a', at: 5 };
    expect(earliest(known, undefined, 1)).toBe(known);
    expect(earliest(known, 'b', 6)).toBe(known);
    expect(earliest(known, 'b', 1, true)).toBe(known);
    expect(earliest(undefined, undefined, 1)).toBeUndefined();
  });
});

describe('latest', () => {
  it('is the last strong statement, else the last weak one, in whatever order they come', () => {
    fc.assert(
      fc.property(statements, fc.func(fc.integer()), (given, key) => {
        const shuffled = [...given].sort((a, b) => key(a) - key(b));
        expect(fold(latest, shuffled)).toBe(chosen(given, (a, b) => b.at - a.at));
      }),
    );
  });

  it('of the same instant is what the log took last', () => {
    expect(latest({ value: 'first', at: 5 }, 'second', 5)?.value).toBe('second');
  });
});
