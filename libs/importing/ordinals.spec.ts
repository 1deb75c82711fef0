import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createOrdinals } from './ordinals.ts';

const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffff_ffff }));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of arrays that are still held, by whatever else ran in this process as well. */
const flatBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
};

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

  it('only look where they are told to, which changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, fc.constantFrom<0 | 1>(0, 1)), { maxLength: 200 }), keys => {
        const ordinals = createOrdinals(2);
        const model = new Map<string, number>();
        for (const [high, low, add] of keys) {
          const seen = model.get(`${high} ${low}`) ?? 0;
          model.set(`${high} ${low}`, seen + add);
          expect(ordinals(high, low, add)).toBe(seen);
        }
      }),
    );
  });

  it('hold a million keys in flat memory, at 54 bytes a key at most also while it grows', () => {
    const before = flatBytes();
    const ordinals = createOrdinals();
    for (let n = 0; n < 1_000_000; n++) ordinals(n, Math.imul(n, 2_654_435_761) >>> 0);
    const held = flatBytes() - before;
    expect(ordinals(999_999, Math.imul(999_999, 2_654_435_761) >>> 0)).toBe(1);
    expect(held).toBeLessThanOrEqual(54_000_000);
  });
});
