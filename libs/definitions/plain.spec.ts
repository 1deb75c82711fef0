import { describe, expect, it } from '@jest/globals';
import { settle } from './plain.ts';

class Deal {
  readonly won = true;
}

describe('settle', () => {
  it('freezes all parts of a state, and gives the same one back', () => {
    const state = { a: [1, { b: null }], c: 'x', d: true, e: undefined };
    expect(settle(state)).toBe(state);
    expect([state, state.a, state.a[1]].every(part => Object.isFrozen(part))).toBe(true);
  });

  it.each([
    ['nothing', undefined, 'evolve returned nothing'],
    ['a promise', Promise.resolve({}), 'evolve returned a promise'],
    ['a date', { last: new Date(0) }, 'last is a Date'],
    ['a map', { a: [new Map()] }, 'a.0 is a Map'],
    ['an object of a class', new Deal(), 'it is a Deal'],
    ['a function', { f: () => 1 }, 'f is a function'],
    ['a symbol', { s: Symbol('x') }, 's is a symbol'],
    ['a large number', { n: 1n }, 'n is a bigint'],
    ['no number', { n: 0 / 0 }, 'n is NaN'],
    ['no end', { n: -Infinity }, 'n is -Infinity'],
  ])('refuses %s', (_, state, sentence) => {
    expect(() => settle(state)).toThrow(TypeError);
    expect(() => settle(state)).toThrow(sentence);
  });
});
