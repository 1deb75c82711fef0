import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createKnown, createMemory, type Standing } from './known.ts';

const standing = (from: number, count: number): Standing[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `e${from + n}`,
    revision: from + n,
    position: 10 * (from + n),
  }));

const knownOf = (count: number) => {
  const known = createKnown();
  known.extend(0, standing(0, count));
  return known;
};

describe('what is known of a stream', () => {
  it('is nothing at first', () => {
    expect([createKnown().head(), createKnown().placeOf('e0'), createKnown().size()]).toEqual([
      -1,
      undefined,
      0,
    ]);
  });

  it('grows by what follows, and by what overlaps', () => {
    const known = knownOf(3);
    known.extend(2, standing(2, 3));
    expect([known.head(), known.placeOf('e4'), known.size()]).toEqual([4, [4, 40], 5]);
  });

  it('is left where there would be a gap', () => {
    const known = knownOf(3);
    known.extend(4, standing(4, 2));
    expect([known.head(), known.placeOf('e4')]).toEqual([2, undefined]);
  });

  it('begins where the stream begins for readers, which need not be at 0', () => {
    const known = createKnown();
    known.extend(0, standing(7, 2));
    expect([known.head(), known.placeOf('e7')]).toEqual([8, [7, 70]]);
  });

  it('keeps a place that it knows when it is told again without its position', () => {
    const known = knownOf(2);
    known.extend(1, [{ id: 'e1', revision: 1, position: null }]);
    expect(known.placeOf('e1')).toEqual([1, 10]);
  });
});

describe('the memory', () => {
  it('forgets the streams that were used least lately', () => {
    const memory = createMemory(10);
    memory.put('a', knownOf(4));
    memory.put('b', knownOf(4));
    expect(memory.of('a')?.head()).toBe(3);
    memory.put('c', knownOf(4));
    expect(['a', 'b', 'c'].map(stream => memory.of(stream)?.head())).toEqual([3, undefined, 3]);
  });

  it('holds one stream that is larger than all of it, while it is the last', () => {
    const memory = createMemory(10);
    memory.put('a', knownOf(2));
    memory.put('b', knownOf(50));
    expect([memory.of('a'), memory.of('b')?.head()]).toEqual([undefined, 49]);
    memory.put('c', knownOf(1));
    expect([memory.of('b'), memory.of('c')?.head()]).toEqual([undefined, 0]);
  });

  it('keeps what is known further when a stream is put twice', () => {
    const memory = createMemory(10);
    memory.put('a', knownOf(5));
    memory.put('a', knownOf(2));
    expect(memory.of('a')?.head()).toBe(4);
  });

  it('bounds streams without events too', () => {
    const memory = createMemory(10);
    for (let n = 0; n < 100; n++) memory.put(`s${n}`, createKnown());
    expect(memory.size()).toBe(10);
  });

  it('never holds more than it may, whatever is put', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 8 })));
    fc.assert(
      fc.property(steps, list => {
        const memory = createMemory(10);
        for (const [stream, count] of list) {
          memory.put(`s${stream}`, knownOf(count));
          expect(memory.size()).toBeLessThanOrEqual(10);
          expect(memory.of(`s${stream}`)).toBeDefined();
        }
      }),
    );
  });
});
