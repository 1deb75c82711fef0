import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadRequest } from './bad-request.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import {
  atLeast,
  conditions,
  dayOrInstant,
  id,
  integer,
  limit,
  list,
  positionCursor,
  text,
} from './parameter-kinds.ts';
import { readParameters } from './parameters.ts';

const parameters = {
  limit: limit(1_000, 100),
  by: list('names', 'origin'),
  where: conditions('origin:social'),
  from: dayOrInstant('from', '2018-01-01'),
  lead: id('lead', 'l1'),
  actor: text('actor', 'api'),
  days: integer('days', { minimum: 0, maximum: 30 }),
  cursor: positionCursor,
  atLeast,
} as const;

const errorsOf = (query: object): unknown => {
  try {
    return readParameters(parameters, query);
  } catch (error) {
    if (error instanceof BadRequest) return error.errors.map(({ path }) => path);
    throw error;
  }
};

describe('readParameters', () => {
  it('gives what is left out its usual value', () => {
    expect(readParameters(parameters, {})).toEqual({ limit: 100, by: [], where: [] });
  });

  it('reads each kind', () => {
    const query = {
      limit: '7',
      by: ['origin,campaign', 'country'],
      where: ['origin:a:b', 'origin:'],
      from: '2018-03-01T00:00:00+01:00',
      lead: 'l_1-x',
      actor: 'import:olist',
      days: '0',
      cursor: encodeCursor(42),
      atLeast: String(Number.MAX_SAFE_INTEGER),
    };
    expect(readParameters(parameters, query)).toEqual({
      limit: 7,
      by: ['origin', 'campaign', 'country'],
      where: [
        { dimension: 'origin', value: 'a:b' },
        { dimension: 'origin', value: null },
      ],
      from: '2018-03-01T00:00:00+01:00',
      lead: 'l_1-x',
      actor: 'import:olist',
      days: 0,
      cursor: 42,
      atLeast: Number.MAX_SAFE_INTEGER,
    });
  });

  it.each<Record<string, string | string[]>>([
    { limit: '' },
    { limit: '1.5' },
    { limit: ' 1' },
    { limit: '0x10' },
    { limit: ['1', '2'] },
    { by: 'origin,' },
    { by: '' },
    { by: Array<string>(51).fill('origin').join(',') },
    { where: ':social' },
    { where: Array<string>(101).fill('origin:x') },
    { from: '2018' },
    { lead: 'a/b' },
    { actor: '' },
    { actor: 'x'.repeat(201) },
    { actor: 'a\0b' },
    { actor: '\ud800' },
    { days: '31' },
    { days: '-1' },
    { cursor: '' },
    { cursor: Buffer.from('after:01').toString('base64url') },
    { atLeast: '9007199254740992' },
    { nonsense: '1' },
    { toString: '1' },
  ])('refuses %j', query => {
    expect(errorsOf(query)).toEqual(Object.keys(query));
  });

  it('names everything that does not fit at once', () => {
    expect(errorsOf({ limit: 'x', by: '', nonsense: '1' })).toEqual(['nonsense', 'limit', 'by']);
  });
});

describe('a cursor', () => {
  it('gives its position back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), position => {
        expect(decodeCursor(encodeCursor(position))).toBe(position);
      }),
    );
  });

  it('is nothing that somebody else made', () => {
    fc.assert(
      fc.property(fc.string(), given => {
        const position = decodeCursor(given);
        expect(position === null || encodeCursor(position) === given).toBe(true);
      }),
    );
  });
});
