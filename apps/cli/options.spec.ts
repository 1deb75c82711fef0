import { describe, expect, it } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { condition, filled, kebab, listed, repeated, whole } from './options.ts';

describe('condition', () => {
  it.each([
    ['origin:social', { dimension: 'origin', value: 'social' }],
    ['page:https://example.com', { dimension: 'page', value: 'https://example.com' }],
    ['origin:', { dimension: 'origin', value: null }],
    ['origin: social ', { dimension: 'origin', value: ' social ' }],
  ])('%s', (text, expected) => {
    expect(condition(text)).toEqual([expected]);
  });

  it('gathers', () => {
    expect(condition('a:2', condition('a:1'))).toHaveLength(2);
  });

  it.each(['origin', ':social', ''])('refuses %j', text => {
    expect(() => condition(text)).toThrow(InvalidArgumentError);
  });
});

describe('whole', () => {
  it.each([
    ['1', 1],
    ['007', 7],
    ['1000', 1_000],
  ])('reads %s', (text, value) => {
    expect(whole(1, 1_000)(text)).toBe(value);
  });

  it.each(['0', '1001', '', ' 1', '1.5', '1e3', '0x10', 'many', '99999999999999999999'])(
    'refuses %j',
    text => {
      expect(() => whole(1, 1_000)(text)).toThrow('It must be a whole number, 1 to 1000.');
    },
  );
});

describe('lists', () => {
  it('are cut at commas, and gathered', () => {
    expect(listed('origin, country', listed('stage'))).toEqual(['stage', 'origin', 'country']);
    expect(repeated('b', repeated('a'))).toEqual(['a', 'b']);
  });

  it.each(['', 'a,', ',', 'a,,b'])('refuse an empty name: %j', text => {
    expect(() => listed(text)).toThrow(InvalidArgumentError);
  });
});

it('names are kebab-case on the command line', () => {
  expect(kebab('inactiveDays')).toBe('inactive-days');
  expect(kebab('within')).toBe('within');
});

it('a text may not be blank', () => {
  expect(filled('x')).toBe('x');
  expect(() => filled('  ')).toThrow(InvalidArgumentError);
});
