import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createOrdinals } from './ordinals.ts';

const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffff_ffff }));

describe('ordinals', () => {
  it('count as a map would, through every growth', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 400 }), keys => {
        const ordinals = createOrdinals(2);
        const model = new Map<string, number>();
        for (const [high, low] of keys) {
          const seen = model.get(`${high} ${low}`) ?? 0;
          model.set(`${high} ${low}`, seen + 1);
          expect(ordinals(high, low)).toBe(seen);
        }
      }),
    );
  });

  it('hold a million keys in flat memory', () => {
    const ordinals = createOrdinals();
    for (let n = 0; n < 1_000_000; n++) ordinals(n, Math.imul(n, 2_654_435_761) >>> 0);
    const before = process.memoryUsage().arrayBuffers;
    expect(ordinals(999_999, Math.imul(999_999, 2_654_435_761) >>> 0)).toBe(1);
    expect(before).toBeLessThan(200_000_000);
  });
});
