import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor.ts';
import {
  conditions,
  dayOrInstant,
  grain,
  id,
  integer,
  limit,
  list,
  positionCursor,
  text,
} from './parameter-kinds.ts';
import { Malformed, type Parameter } from './parameters.ts';

const few = integer('A few', { minimum: 1, maximum: 9 });

describe('a parameter', () => {
  it.each<[string, Parameter<unknown>, readonly string[], unknown]>([
    ['a number', few, ['7'], 7],
    ['a number with noughts in front', few, ['007'], 7],
    ['no number', few, [], undefined],
    ['the usual limit', limit(100, 20), [], 20],
    ['the largest limit', limit(100, 20), ['100'], 100],
    ['names', list('', ''), ['a,b', 'c'], ['a', 'b', 'c']],
    ['no names', list('', ''), [], []],
    ['fifty names', list('', ''), [Array.from({ length: 50 }, () => 'a').join(',')], Array(50).fill('a')],
    ['a condition', conditions(''), ['origin:social'], [{ dimension: 'origin', value: 'social' }]],
    ['a condition on what is missing', conditions(''), ['origin:'], [{ dimension: 'origin', value: null }]],
    ['a value with colons', conditions(''), ['url:https://x/'], [{ dimension: 'url', value: 'https://x/' }]],
    ['a value of a colon', conditions(''), ['a::'], [{ dimension: 'a', value: ':' }]],
    ['a day', dayOrInstant('', ''), ['2018-02-28'], '2018-02-28'],
    ['an instant', dayOrInstant('', ''), ['2018-02-28T09:30:00+01:00'], '2018-02-28T09:30:00+01:00'],
    ['a grain', grain(['month', 'year']), ['year'], 'year'],
    ['an id', id('', ''), ['Lead_47-11'], 'Lead_47-11'],
    ['an id of 64 characters', id('', ''), ['x'.repeat(64)], 'x'.repeat(64)],
    ['a text as it is', text('', ''), [' a, b '], ' a, b '],
    ['a cursor', positionCursor, [encodeCursor(81_234)], 81_234],
  ])('takes %s', (_, parameter, values, expected) => {
    expect(parameter.read(values)).toEqual(expected);
  });

  it.each<[string, Parameter<unknown>, readonly string[], string]>([
    ['below the least', few, ['0'], 'must be a whole number from 1 to 9'],
    ['above the most', few, ['10'], 'must be a whole number from 1 to 9'],
    ['a fraction', few, ['1.5'], 'must be a whole number'],
    ['a sign', few, ['+1'], 'must be a whole number'],
    ['an exponent', few, ['1e0'], 'must be a whole number'],
    ['a number in hex', few, ['0x1'], 'must be a whole number'],
    ['nothing', few, [''], 'must be a whole number'],
    ['digits of another script', few, ['٣'], 'must be a whole number'],
    ['a space', few, ['1 '], 'must be a whole number'],
    ['twice', few, ['1', '1'], 'once'],
    ['a limit of 0', limit(100, 20), ['0'], 'must be a whole number from 1 to 100'],
    ['a name left out', list('', ''), ['a,,b'], 'must be names with commas between them'],
    ['no name at all', list('', ''), [''], 'must be names with commas between them'],
    ['51 names', list('', ''), ['a,'.repeat(50) + 'a'], 'may hold at most 50 names'],
    ['no colon', conditions(''), ['origin'], 'must be dimension:value'],
    ['no dimension', conditions(''), [':social'], 'must be dimension:value'],
    ['101 conditions', conditions(''), Array.from({ length: 101 }, () => 'a:b'), 'at most 100 times'],
    ['a day that does not exist', dayOrInstant('', ''), ['2018-02-30'], 'must be a date'],
    ['a time without offset', dayOrInstant('', ''), ['2018-02-28T09:30:00'], 'must be a date'],
    ['a month', dayOrInstant('', ''), ['2018-02'], 'must be a date'],
    ['an unknown grain', grain(['month', 'year']), ['Month'], 'must be one of month, year'],
    ['an id with a space', id('', ''), ['a b'], 'must be an id'],
    ['an id of 65 characters', id('', ''), ['x'.repeat(65)], 'must be an id'],
    ['an id with a line end', id('', ''), ['a\n'], 'must be an id'],
    ['an empty text', text('', ''), [''], 'must be a text of 1 to 200 characters'],
    ['a long text', text('', '', 3), ['abcd'], 'must be a text of 1 to 3 characters'],
    ['a made-up cursor', positionCursor, ['81234'], 'is none that a page has given out'],
  ])('refuses %s', (_, parameter, values, sentence) => {
    expect(() => parameter.read(values)).toThrow(Malformed);
    expect(() => parameter.read(values)).toThrow(sentence);
  });

  it('tells in the documentation what it enforces', () => {
    expect(few.documentation.schema).toEqual({ type: 'integer', minimum: 1, maximum: 9 });
    expect(limit(100, 20).documentation.description).toContain('20 where left out');
    const { pattern } = id('', '').documentation.schema as { readonly pattern: string };
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{0,66}$/)), value => {
        // A pattern's `$` also holds before a line end at the end in some languages; here it doesn't.
        const documented = new RegExp(pattern).test(value);
        const taken = ((): boolean => {
          try {
            return id('', '').read([value]) === value;
          } catch {
            return false;
          }
        })();
        expect(taken).toBe(documented);
      }),
    );
  });
});

describe('a cursor of the log', () => {
  it('comes back as the position that it was made of', () => {
    fc.assert(fc.property(fc.maxSafeNat(), position => decodeCursor(encodeCursor(position)) === position));
  });

  it('is nothing else that looks like one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), cursor => {
        const position = decodeCursor(cursor);
        expect(position === null || encodeCursor(position) === cursor).toBe(true);
      }),
    );
    const odd = [
      'after:01',
      'after:-1',
      'after:9007199254740993',
      'after:',
      'before:1',
      'after:1 ',
      'after:1.5',
    ];
    for (const each of odd) expect(decodeCursor(Buffer.from(each).toString('base64url'))).toBeNull();
    expect(decodeCursor(`${encodeCursor(12)}=`)).toBeNull();
    expect(decodeCursor(` ${encodeCursor(12)}`)).toBeNull();
  });
});
