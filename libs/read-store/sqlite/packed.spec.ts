import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Coordinate } from '../deltas.ts';
import { buffersOf, packing, unpacked, type Packed, type Values } from './packed.ts';

const pack = (values: readonly Coordinate[]): Packed => {
  const { put, done } = packing(values.length);
  values.forEach(put);
  return done();
};
const listOf = ({ length, at }: Values): readonly Coordinate[] =>
  Array.from({ length }, (_, place) => at(place));
/** As another thread gets it. */
const sent = (packed: Packed): Packed => structuredClone(packed, { transfer: buffersOf(packed) });

describe('a list of values that is packed', () => {
  const text = fc.oneof(fc.string(), fc.string({ minLength: 25, maxLength: 60, unit: 'binary' }));
  const number = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-Infinity, -0, 0.5));
  const value = fc.oneof(text, number, fc.constantFrom(null, undefined));

  it('comes back the same, also from another thread', () => {
    fc.assert(
      fc.property(fc.array(value), values => {
        expect(listOf(unpacked(sent(pack(values))))).toEqual(values);
      }),
    );
  });

  it('is asked for any place, in any order', () => {
    const asked = fc
      .array(value, { minLength: 1 })
      .chain(values => fc.tuple(fc.constant(values), fc.array(fc.nat({ max: values.length - 1 }))));
    fc.assert(
      fc.property(asked, ([values, places]) => {
        const { at } = unpacked(pack(values));
        expect(places.map(at)).toEqual(places.map(place => values[place]));
      }),
    );
  });

  it('keeps halves of a surrogate pair, and texts that run into each other, apart', () => {
    const long = 'x'.repeat(30);
    const values = [`${long}\ud83d`, `\ude00${long}`, '', long, long, 'a', 'b', 'ab'];
    expect(listOf(unpacked(sent(pack(values))))).toEqual(values);
  });

  it('holds a short text once, and a long one at each place', () => {
    const long = 'y'.repeat(25);
    const { words, pieces } = pack(['web', long, 'web', long, 'mail']);
    expect(words).toEqual(['web', 'mail']);
    expect(pieces).toEqual([long + long]);
  });

  it('begins a new piece after a million characters, and keeps longer texts whole', () => {
    const values = Array.from({ length: 40 }, (_, n) => String(n % 10).repeat(100_000 + n));
    values.splice(20, 0, 'z'.repeat(3_000_000));
    const packed = pack(values);
    expect(packed.pieces.length).toBeGreaterThan(2);
    expect(Math.max(...packed.pieces.map(piece => piece.length))).toBeLessThan(3_000_000 + 2 ** 20);
    expect(listOf(unpacked(sent(packed)))).toEqual(values);
  });

  it('leaves the numbers to the thread that it is sent to', () => {
    const packed = pack([1, 'a', null]);
    sent(packed);
    expect([packed.kinds.length, packed.numbers.length, packed.lengths.length]).toEqual([0, 0, 0]);
  });

  it('has nothing in it when nothing was put', () => {
    expect(listOf(unpacked(sent(pack([]))))).toEqual([]);
  });
});
