import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seenIds } from './seen.ts';

const id = fc.oneof(fc.uuid(), fc.string({ unit: 'binary' }), fc.nat().map(String));

describe('ids of which a bit is kept', () => {
  it('never denies one that was added, however few bits there are', () => {
    const size = fc.constantFrom(8, 64, 2 ** 20);
    fc.assert(
      fc.property(fc.array(id, { maxLength: 200 }), size, (ids, bits) => {
        const seen = seenIds(bits);
        for (const each of ids) seen.add(each);
        expect(ids.filter(each => !seen.mayHave(each))).toEqual([]);
      }),
    );
  });

  it('has none at first', () => {
    fc.assert(fc.property(id, each => expect(seenIds(64).mayHave(each)).toBe(false)));
  });

  it.each([
    ['counted', (n: number) => `l${n.toString(36).padStart(6, '0')}`],
    ['drawn', (n: number) => `${(n * 2_654_435_761) % 2 ** 32}-${n % 7}`],
    ['alike but for the end', (n: number) => `01912f4c-7a30-7000-8000-${n.toString(16).padStart(12, '0')}`],
  ])('claims about one in a hundred of ids that are %s after a hundred thousand others', (_, idOf) => {
    const seen = seenIds();
    for (let n = 0; n < 100_000; n++) seen.add(idOf(n));
    const claimed = Array.from({ length: 20_000 }, (_, n) => idOf(100_000 + n)).filter(seen.mayHave);
    expect(claimed.length / 20_000).toBeLessThan(0.03);
  });

  it('claims each once it is full', () => {
    const seen = seenIds(64);
    for (let n = 0; n < 2_000; n++) seen.add(String(n));
    fc.assert(fc.property(id, each => expect(seen.mayHave(each)).toBe(true)));
  });
});
