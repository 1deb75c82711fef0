import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pack, unpack } from './packed.ts';

describe('a list of values that is packed', () => {
  const text = fc.oneof(fc.string(), fc.string({ minLength: 25, maxLength: 60, unit: 'binary' }));
  const number = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-Infinity, -0, 0.5));
  const value = fc.oneof(text, number, fc.constantFrom(null, undefined));

  it('comes back the same, also from another thread', () => {
    fc.assert(
      fc.property(fc.array(value), values => {
        expect(unpack(structuredClone(pack(values)))).toEqual(values);
      }),
    );
  });

  it('keeps halves of a surrogate pair, and texts that run into each other, apart', () => {
    const long = 'x'.repeat(30);
    const values = [`${long}\ud83d`, `\ude00${long}`, '', long, long, 'a', 'b', 'ab'];
    expect(unpack(structuredClone(pack(values)))).toEqual(values);
  });

  it('holds a short text once, and a long one at each place', () => {
    const long = 'y'.repeat(25);
    const { words, text: texts } = pack(['web', long, 'web', long, 'mail']);
    expect(words).toEqual(['web', 'mail']);
    expect(texts).toBe(long + long);
  });
});
