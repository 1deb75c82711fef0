import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadRequest } from './bad-request.ts';
import { parseBody } from './json-body.ts';

const parse = (text: string): unknown => parseBody(Buffer.from(text));
const errorsOf = (body: Buffer | string): unknown => {
  try {
    parseBody(typeof body === 'string' ? Buffer.from(body) : body);
  } catch (error) {
    if (error instanceof BadRequest) return error.errors;
    throw error;
  }
  return 'accepted';
};

describe('parseBody', () => {
  it('reads what JSON.parse reads, for every value no deeper than its limit', () => {
    const value = fc.jsonValue({ maxDepth: 8, noUnicodeString: false }).filter(
      // The strings that are refused have cases of their own.
      json => !/\\u0000|\\ud[89a-f]|__proto__|toString|valueOf|constructor/i.test(JSON.stringify(json)),
    );
    fc.assert(
      fc.property(value, json => {
        fc.pre(!hasInheritedName(json));
        expect(parse(JSON.stringify(json))).toEqual(JSON.parse(JSON.stringify(json)));
      }),
    );
  });

  it('takes an empty body for none', () => {
    expect(parse('')).toBeUndefined();
  });

  it('keeps whole surrogate pairs and escaped characters', () => {
    expect(parse('{"a":"\\ud83d\\ude00","b":"\\u00e9"}')).toEqual({ a: '😀', b: 'é' });
  });

  it.each([
    ['half a pair', '{"a":"\\ud83d"}', 'a', 'surrogate'],
    ['NUL in a list', '{"a":["x","\\u0000"]}', 'a[1]', 'NUL'],
    ['NUL in a name', '{"a":{"\\u0000":1}}', 'a', 'name'],
    ['a prototype', '{"a":{"__proto__":{"admin":true}}}', 'a', '__proto__'],
    ['a constructor', '{"constructor":{"prototype":{}}}', '', 'constructor'],
    ['an inherited name', '{"hasOwnProperty":1}', '', 'hasOwnProperty'],
    ['no JSON', '{"a":', '', 'not valid JSON'],
    ['a comment', '{} // x', '', 'not valid JSON'],
  ])('refuses %s', (_, body, path, word) => {
    expect(errorsOf(body)).toEqual([{ path, message: expect.stringContaining(word) }]);
  });

  it('never quotes the body', () => {
    expect(JSON.stringify(errorsOf('{"email":"ann@example.org" oops}'))).not.toContain('ann');
  });

  it('refuses bytes that are no UTF-8 instead of replacing them', () => {
    const latin1 = Buffer.from('{"name":"Zoë"}', 'latin1');
    expect(errorsOf(latin1)).toEqual([{ path: '', message: 'must be UTF-8' }]);
  });

  it('takes 20 levels and refuses 21', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(errorsOf(nested(20))).toBe('accepted');
    expect(errorsOf(nested(21))).toEqual([{ path: '', message: expect.stringContaining('20 levels') }]);
  });

  it('refuses a million levels without running out of stack', () => {
    expect(errorsOf('['.repeat(400_000) + ']'.repeat(400_000))).not.toBe('accepted');
  });
});

const hasInheritedName = (json: unknown): boolean =>
  typeof json === 'object' &&
  json !== null &&
  Object.entries(json).some(
    ([name, value]) => name in Object.prototype || name === 'prototype' || hasInheritedName(value),
  );
