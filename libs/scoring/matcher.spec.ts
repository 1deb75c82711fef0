import { describe, expect, it } from '@jest/globals';
import { isStated, matcher } from './matcher.ts';

describe('matcher', () => {
  it.each([
    ['*head*', 'Head of Sales', true],
    ['*head*', 'HEAD', true],
    ['*head*', 'he ad', false],
    ['head*', 'Head of Sales', true],
    ['head*', 'The Head', false],
    ['*sales', 'Head of Sales', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['a*b*b', 'ab', false],
    ['a*xy*y', 'axyy', true],
    ['a*xy*y', 'axy', false],
    ['*', 'anything', true],
    ['ceo', ' CEO ', true],
    ['ceo', 'ceos', false],
    ['.*', 'abc', false],
    ['7', 7, true],
    ['true', true, true],
    ['null', null, false],
    ['[object object]', {}, false],
    ['*', '  ', false],
    ['*', undefined, false],
    ['*', ['a'], false],
  ])('%s against %j: %s', (pattern, value, expected) => {
    expect(matcher([pattern])(value)).toBe(expected);
  });

  it('takes any of several', () => {
    const test = matcher(['*boss*', 'owner']);
    expect(['Big Boss', 'owner', 'clerk'].map(test)).toEqual([true, true, false]);
    expect(matcher([])('x')).toBe(false);
  });

  it('is not slowed down by a pattern and a text made for it', () => {
    const test = matcher([`${'*a'.repeat(60)}*b`]);
    const began = performance.now();
    expect(test('a'.repeat(10_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(100);
  });
});

describe('isStated', () => {
  it.each([
    ['x', true],
    [' ', false],
    ['', false],
    [0, true],
    [false, true],
    [null, false],
    [undefined, false],
    [{}, false],
  ])('%j: %s', (value, expected) => {
    expect(isStated(value)).toBe(expected);
  });
});
