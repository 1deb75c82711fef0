import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { faultOfJson, isPlainObject, jsonDepth } from './plain-json.ts';

class Named {
  readonly a = 1;
}
const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown =>
  levels === 0 ? 1 : wrap(nested(levels - 1, wrap));
const circle: Record<string, unknown> = {};
circle.self = { list: [circle] };

describe('faultOfJson', () => {
  it('finds none in what JSON can write, and that comes back as it went in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
        expect(faultOfJson(value)).toBeNull();
      }),
    );
  });

  it('finds none only in what comes back as it went in', () => {
    const odd = fc.constantFrom<unknown>(new Date(0), 1n, NaN, Infinity, new Map(), Symbol.iterator, () => 1);
    const leaf = fc.oneof({ weight: 5, arbitrary: fc.jsonValue() }, { weight: 1, arbitrary: odd });
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'toJSON', 'length'), tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, value => {
        // −0 becomes 0, and that is no fault.
        if (faultOfJson(value) === null) expect(JSON.parse(JSON.stringify(value))).toEqual(positive(value));
      }),
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing at all', undefined, /holds a undefined/],
    ['a hole in a list', [1, undefined], /holds a undefined/],
    ['a list with room that nothing fills', new Array(1), /holds a undefined/],
    ['a number that is none', { a: [{ b: NaN }] }, /holds NaN/],
    ['a number without end', -Infinity, /holds -Infinity/],
    ['a big integer', { a: 1n }, /holds a bigint/],
    ['a function', { a: () => 1 }, /holds a function/],
    ['a symbol', [Symbol('x')], /holds a symbol/],
    ['a date', { a: new Date() }, /instance of a class/],
    ['a map', new Map(), /instance of a class/],
    ['an instance', [new Named()], /instance of a class/],
    ['a boxed text', Object('x'), /instance of a class/],
    ['bytes', { a: Buffer.from('x') }, /instance of a class/],
    ['a circle', circle, /in a circle/],
  ])('names %s', (_, value, fault) => {
    expect(faultOfJson(value)).toMatch(fault);
  });

  it.each<[string, (inner: unknown) => unknown]>([
    ['lists', inner => [inner]],
    ['objects', inner => ({ inner })],
  ])('takes %s as deep as they may be, and no deeper', (_, wrap) => {
    expect(faultOfJson(nested(jsonDepth, wrap))).toBeNull();
    expect(faultOfJson(nested(jsonDepth + 1, wrap))).toMatch(/deeper than 100/);
  });

  it('takes a member that is undefined for absent', () => {
    expect(faultOfJson({ a: undefined, b: { c: undefined } })).toBeNull();
  });
});

describe('isPlainObject', () => {
  it.each<[string, unknown, boolean]>([
    ['a literal', { a: 1 }, true],
    ['one without a prototype', Object.create(null), true],
    ['one of another realm', runInNewContext('({ a: 1 })'), true],
    ['a list', [], false],
    ['a list of another realm', runInNewContext('[]'), false],
    ['an instance', new Named(), false],
    ['a date of another realm', runInNewContext('new Date()'), false],
    ['one whose prototype is a literal', Object.create({ a: 1 }), false],
    ['null', null, false],
    ['a text', 'a', false],
    ['a function', () => 1, false],
  ])('knows %s', (_, value, plain) => {
    expect(isPlainObject(value)).toBe(plain);
  });
});

const positive = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(positive);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, positive(member)]));
  return value === 0 ? 0 : value;
};
