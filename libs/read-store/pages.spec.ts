import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidCursor, InvalidRequest, UnknownDimension } from './errors.ts';
import { checkLimit, planPage } from './pages.ts';
import type { DimensionValue, EntityQuery } from './port.ts';

const indexes = ['stage', 'score', 'origin'];
const plan = (query: Partial<EntityQuery>) => planPage(indexes, { limit: 10, ...query });

const value: fc.Arbitrary<DimensionValue> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => number + 0),
  fc.constant(null),
);
const id = fc.string({ minLength: 1, unit: 'binary' }).filter(text => text.isWellFormed());
const sort = fc.constantFrom(undefined, 'stage', '-score', 'origin');
const where = fc.dictionary(fc.constantFrom(...indexes), value);

/** A query without members that are undefined. */
const asked = (order: string | undefined, conditions: EntityQuery['where']): Partial<EntityQuery> => ({
  ...(order === undefined ? {} : { sort: order }),
  ...(conditions === undefined ? {} : { where: conditions }),
});

describe('a page', () => {
  it('is by id where nothing else is asked for', () => {
    expect(plan({})).toMatchObject({ where: [], sort: null, descending: false, limit: 10, after: null });
  });

  it('names indexes by their places, conditions in the order of these', () => {
    expect(plan({ sort: '-score', where: { origin: 'web', stage: null } })).toMatchObject({
      where: [
        { at: 0, value: null },
        { at: 2, value: 'web' },
      ],
      sort: 1,
      descending: true,
    });
  });

  it('goes on after the entity that its cursor was made of', () => {
    fc.assert(
      fc.property(sort, where, value, id, (order, conditions, at, entity) => {
        const query = asked(order, conditions);
        const cursor = plan(query).cursorAt(at, entity);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(plan({ ...query, cursor }).after).toEqual({ value: at, id: entity });
      }),
    );
  });

  it('goes on with another limit, and with conditions in another order', () => {
    const cursor = plan({ where: { stage: 'lead', origin: 'web' } }).cursorAt(null, 'a');
    expect(plan({ limit: 3, where: { origin: 'web', stage: 'lead' }, cursor }).after).toEqual({
      value: null,
      id: 'a',
    });
  });

  it('refuses the cursor of another query', () => {
    fc.assert(
      fc.property(sort, where, sort, where, (one, ofOne, other, ofOther) => {
        const [first, second] = [asked(one, ofOne), asked(other, ofOther)];
        const key = (query: Partial<EntityQuery>): string =>
          JSON.stringify([query.sort ?? '', Object.entries(query.where ?? {}).sort()]);
        fc.pre(key(first) !== key(second));
        const cursor = plan(first).cursorAt(1, 'a');
        expect(() => plan({ ...second, cursor })).toThrow(InvalidCursor);
      }),
    );
  });

  it('refuses whatever no page has given out, and never fails otherwise', () => {
    const junk = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.jsonValue().map(json => Buffer.from(JSON.stringify(json)).toString('base64url')),
      fc.base64String(),
    );
    fc.assert(
      fc.property(junk, cursor => {
        expect(() => plan({ cursor })).toThrow(InvalidCursor);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a cursor with a letter changed, added or taken away', () => {
    const cursor = plan({ sort: 'stage' }).cursorAt('lead', 'lead-4711');
    for (let at = 0; at < cursor.length; at++)
      for (const text of [
        cursor.slice(0, at) + cursor.slice(at + 1),
        `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`,
        `${cursor.slice(0, at)}=${cursor.slice(at)}`,
      ]) {
        let after: unknown;
        try {
          ({ after } = plan({ sort: 'stage', cursor: text }));
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidCursor);
          continue;
        }
        // A changed id is still an id of this query: it leads to another place of the same list, no further.
        expect(plan({ sort: 'stage' }).cursorAt(...placeOf(after))).toBe(text);
      }
  });

  it.each(['band', '-band', '--score', '', '-', 'Score', 'constructor', 'score '])(
    'refuses to sort by %j',
    order => {
      expect(() => plan({ sort: order })).toThrow(UnknownDimension);
    },
  );

  it('names the indexes that there are where a condition is on none', () => {
    expect(() => plan({ where: { band: 'hot' } })).toThrow(
      'unknown dimension or measure "band"; known: stage, score, origin',
    );
  });

  it.each([0, -1, 0.5, NaN, Infinity, 2 ** 53, '3' as never, null as never])(
    'refuses a limit of %p',
    limit => {
      expect(() => checkLimit(limit)).toThrow(InvalidRequest);
      expect(() => plan({ limit })).toThrow('limit must be a whole number from 1');
    },
  );

  it.each([1, 100, Number.MAX_SAFE_INTEGER])('takes a limit of %d', limit => {
    expect(plan({ limit }).limit).toBe(limit);
  });
});

const placeOf = (after: unknown): [DimensionValue, string] => {
  const { value: at, id: entity } = after as { readonly value: DimensionValue; readonly id: string };
  return [at, entity];
};
