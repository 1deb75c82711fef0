import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DimensionValue } from '../port.ts';
import { field, fromField, keyPart, matches, toField } from './values.ts';

const value: fc.Arbitrary<DimensionValue> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => number + 0),
  fc.constant(null),
);

describe('a value in a field', () => {
  it('comes back as it was', () => {
    fc.assert(fc.property(value, each => expect(fromField(toField(each))).toBe(each)));
  });

  it('has no NUL and no lone surrogates, which databases cut off or replace', () => {
    for (const text of ['a\0b', '\ud800', 'x\udfff']) {
      const stored = toField(text) as string;
      expect(stored).not.toContain('\0');
      expect(stored.isWellFormed()).toBe(true);
      expect(fromField(stored)).toBe(text);
    }
  });

  it('is zero for either of the zeros', () => {
    expect(Object.is(toField(-0), 0)).toBe(true);
  });

  it('that is not there is null', () => {
    expect([undefined, {}, true].map(fromField)).toEqual([null, null, null]);
  });
});

describe('what a wish for a value finds', () => {
  it.each<['text' | 'integer', DimensionValue, readonly DimensionValue[]]>([
    ['text', 'web', ['web']],
    ['text', 'a\0', ['a\u00010000']],
    ['integer', 7, [7]],
    ['integer', -0, [0]],
    ['text', null, [null]],
    ['integer', null, [null]],
    // A value of another type is in no document.
    ['text', 7, []],
    ['integer', '7', []],
  ])('in a dimension of type %s by %j is %j', (type, wish, found) => {
    expect(matches(type, wish)).toEqual(found);
  });
});

describe('a part of a key', () => {
  it('tells what is left out from what is null', () => {
    expect(JSON.stringify([keyPart(undefined), keyPart(null), keyPart('null'), keyPart(0)])).toBe(
      '[[],null,"null",0]',
    );
  });
});

describe('a field', () => {
  it('is named by place, so that no name of a schema reaches the database', () => {
    expect([field('d', 0), field('m', 12), field('p', 3), field('i', 1)]).toEqual(['d0', 'm12', 'p3', 'i1']);
  });
});
