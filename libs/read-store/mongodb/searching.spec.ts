import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Document } from 'mongodb';
import { compare, matches, valueAt } from '../../../test/support/mongo-memory/matching.ts';
import { planPage } from '../pages.ts';
import type { DimensionValue, EntityQuery } from '../port.ts';
import { fromStored } from '../text.ts';
import { orderOf, pageSearch, sortOf, type Found } from './searching.ts';
import { fromField, toField } from './values.ts';

const indexes = ['stage', 'score'];
const value = fc.constantFrom<DimensionValue>(
  null,
  -1.5,
  0,
  2,
  10,
  '',
  '10',
  'X',
  'x',
  '\uffee',
  '😀',
  'a\0',
);
const documents = fc.uniqueArray(
  fc.record({ _id: fc.constantFrom('a', 'b', 'B', 'é', '\uffee', '😀', 'a1', ''), i0: value, i1: value }),
  { selector: ({ _id }) => _id, maxLength: 8 },
);
const query = fc.record(
  {
    sort: fc.constantFrom('stage', '-stage', 'score', '-score'),
    where: fc.record({ stage: value, score: value }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

const version = (i0: DimensionValue, i1: DimensionValue): Found['version'] => ({
  ...{ state: '{}', due: null, quality: null, odd: false },
  ...{ i0: toField(i0), i1: toField(i1) },
});

/** What a server answers, by its own order of types. */
const ask = (all: readonly Document[], asked: EntityQuery, at = ''): readonly Document[] => {
  const search = pageSearch(planPage(indexes, asked));
  const sort = Object.entries(sortOf(search, at) as Readonly<Record<string, 1 | -1>>);
  return all
    .filter(each => matches(each, search.filter(at)))
    .sort((a, b) =>
      sort.reduce(
        (order, [path, direction]) => order || compare(valueAt(a, path), valueAt(b, path)) * direction,
        0,
      ),
    )
    .slice(0, search.limit);
};

/** All ids, page by page. */
const idsOf = (
  all: readonly Document[],
  asked: Omit<EntityQuery, 'limit'>,
  limit: number,
): readonly string[] => {
  const ids: string[] = [];
  for (let cursor: string | undefined; ;) {
    const full: EntityQuery = { ...asked, limit, ...(cursor === undefined ? {} : { cursor }) };
    const plan = planPage(indexes, full);
    const found = ask(all, full);
    const shown = found.slice(0, limit);
    ids.push(...shown.map(({ _id }) => fromStored(String(_id))));
    const last = shown.at(-1);
    if (last === undefined || found.length <= limit) return ids;
    const by = plan.sort === null ? null : fromField(last[`i${plan.sort}`]);
    cursor = plan.cursorAt(by, fromStored(String(last['_id'])));
  }
};

const stored = (each: {
  readonly _id: string;
  readonly i0: DimensionValue;
  readonly i1: DimensionValue;
}): Document => ({
  _id: each._id,
  ...version(each.i0, each.i1),
});

describe('a search for a page of entities', () => {
  it('finds each that fits once, by pages of any length, though comparisons find values of one type only', () => {
    fc.assert(
      fc.property(documents, query, fc.integer({ min: 1, max: 4 }), (given, asked, limit) => {
        const all = given.map(stored);
        const once = idsOf(all, asked, 100);
        expect(idsOf(all, asked, limit)).toEqual(once);
        const fits = given.filter(each =>
          Object.entries(asked.where ?? {}).every(
            ([name, is]) => (name === 'stage' ? each.i0 : each.i1) === is,
          ),
        );
        expect([...once].sort()).toEqual(fits.map(({ _id }) => _id).sort());
      }),
    );
  });

  it('has the order in memory that it has on the server', () => {
    fc.assert(
      fc.property(documents, query, (given, asked) => {
        const search = pageSearch(planPage(indexes, { ...asked, limit: 100 }));
        const found = given.map(each => ({ id: each._id, version: version(each.i0, each.i1) }));
        const inMemory = found.sort(orderOf(search)).map(({ id }) => id);
        const { sort } = asked;
        expect(inMemory).toEqual(idsOf(given.map(stored), sort === undefined ? {} : { sort }, 100));
      }),
    );
  });

  it('looks into the version before in the same way', () => {
    fc.assert(
      fc.property(documents, query, (given, asked) => {
        const inside = given.map(each => ({ _id: each._id, was: version(each.i0, each.i1) }));
        const ids = ask(inside, { ...asked, limit: 100 }, 'was.').map(({ _id }) => _id as unknown);
        expect(ids).toEqual(
          ask(given.map(stored), { ...asked, limit: 100 }).map(({ _id }) => _id as unknown),
        );
      }),
    );
  });

  it('asks for one more than the page holds, which tells whether there is another', () => {
    expect(pageSearch(planPage(indexes, { limit: 25 })).limit).toBe(26);
  });

  it('breaks ties by id in the direction of the sort, so that descending is ascending turned round', () => {
    const sorts = ['stage', '-stage'].map(sort =>
      sortOf(pageSearch(planPage(indexes, { limit: 1, sort })), ''),
    );
    expect(sorts).toEqual([
      { i0: 1, _id: 1 },
      { i0: -1, _id: -1 },
    ]);
  });

  it('names no field twice where it filters by what it sorts by', () => {
    const first = planPage(indexes, { limit: 1, sort: 'stage', where: { stage: 'lead' } });
    const cursor = first.cursorAt('lead', 'a');
    const search = pageSearch(
      planPage(indexes, { limit: 1, sort: 'stage', where: { stage: 'lead' }, cursor }),
    );
    expect(search.filter('')).toEqual({
      $and: [{ i0: 'lead' }, { $or: [{ i0: 'lead', _id: { $gt: 'a' } }, { i0: { $gt: 'lead' } }] }],
    });
  });
});
