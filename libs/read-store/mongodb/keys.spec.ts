import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyOf } from './keys.ts';

const part = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant([]));
const parts = fc.array(part, { maxLength: 6 });

describe('the key of a document', () => {
  it('can be read by people while it is short', () => {
    expect(keyOf([0, -1, 'all', '', 'web', null, []])).toBe('[0,-1,"all","","web",null,[]]');
  });

  it('is the same for the same parts, and another for others', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(keyOf(a) === keyOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('does not run parts into one another', () => {
    const keys = [['a', 'b'], ['ab'], ['a,b'], ['a"', 'b'], ['', 'ab']].map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([400, 100_000])('of parts with %d characters is short, and still its own', length => {
    const [a, b] = [keyOf(['x'.repeat(length)]), keyOf([`${'x'.repeat(length - 1)}y`])];
    expect(a).not.toBe(b);
    for (const key of [a, b]) expect(Buffer.byteLength(key)).toBeLessThan(60);
  });

  it('that is a hash can’t be that of other parts', () => {
    // JSON of a list begins with a bracket.
    expect(keyOf(['x'.repeat(400)])).toMatch(/^#/);
  });
});
