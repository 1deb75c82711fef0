import { describe, expect, it } from '@jest/globals';
import { memoryDb } from '../../../test/support/mongo-memory/db.ts';
import { memoryReads } from '../../../test/support/mongo-memory/reads.ts';
import { aGeneration, commitNext, leads } from '../../../test/support/reads.ts';
import { InvalidRequest } from '../errors.ts';
import type { CellQuery } from '../port.ts';
import { totalsOf } from '../summaries.ts';
import { cellReader } from './cells.ts';
import { collectionsOf } from './collections.ts';

const schema = {
  dimensions: { origin: 'text', days: 'integer', won: 'day', entered: 'day' },
  measures: ['leads', 'value'],
  indexes: [],
} as const;

const begin = async (summaries: readonly (readonly string[])[] = []) => {
  const memory = memoryDb();
  const { store } = memoryReads(memory);
  const id = await store.create(aGeneration({ schema: { ...schema, summaries } }));
  const read = cellReader(collectionsOf(memory.db, id), totalsOf({ ...schema, summaries }));
  const ask = async (query: Partial<CellQuery>, closed: number) => {
    const rows = await read({ measures: ['leads'], by: [], where: {}, ...query }, { closed, quiet: false });
    return rows.map(({ by, sums }) => [...Object.values(by), ...Object.values(sums)]);
  };
  /** Filters by which the totals were asked for. */
  const filters = async (query: Partial<CellQuery>): Promise<readonly unknown[]> => {
    const before = memory.commands.length;
    await ask(query, 1);
    return memory.commands.slice(before).map(({ of }) => of);
  };
  return { memory, store, id, ask, filters };
};

describe('totals while the next batch is being written', () => {
  it('are as the closed batch left them, whether a document is at it, before it or after it', async () => {
    const { store, id, ask } = await begin();
    await commitNext(store, id, { cells: [leads({ origin: 'web' }), leads({ origin: 'mail' })] });
    await commitNext(store, id, { cells: [leads({ origin: 'web' }, 5), leads({ origin: 'fair' }, 7)] });
    const by = [{ dimension: 'origin' }];
    expect(await ask({ by }, 1)).toEqual([
      ['mail', 1],
      ['web', 1],
    ]);
    expect(await ask({ by }, 2)).toEqual([
      ['fair', 7],
      ['mail', 1],
      ['web', 6],
    ]);
  });

  it('are added up without rounding, and refused where a number can’t hold them', async () => {
    const { store, id, ask } = await begin();
    const most = Number.MAX_SAFE_INTEGER;
    await commitNext(store, id, { cells: [leads({ origin: 'web' }, most), leads({ origin: 'mail' }, most)] });
    await expect(ask({}, 1)).rejects.toBeInstanceOf(InvalidRequest);
    await commitNext(store, id, { cells: [leads({ origin: 'web' }, -most)] });
    expect(await ask({}, 2)).toEqual([[most]]);
  });
});

describe('how totals are asked for', () => {
  it('without a day: the totals of all days, of every day dimension and of none', async () => {
    const { filters } = await begin();
    expect(await filters({})).toEqual([
      { t: 0, on: -1, grain: 'all' },
      { t: 0, on: 0, grain: 'all' },
      { t: 0, on: 1, grain: 'all' },
    ]);
  });

  it('with days: by the coarsest grains, each a range of one index', async () => {
    const { filters } = await begin();
    const range = { dimension: 'won', from: '2016-12-01', to: '2018-01-03' };
    expect(await filters({ range })).toEqual([
      { t: 0, on: 0, grain: 'month', bucket: { $gte: '2016-12', $lt: '2017-01' } },
      { t: 0, on: 0, grain: 'year', bucket: { $gte: '2017', $lt: '2018' } },
      { t: 0, on: 0, grain: 'day', bucket: { $gte: '2018-01-01', $lt: '2018-01-03' } },
    ]);
  });

  it('by day dimension with all of history: by one grain, and those without a day', async () => {
    const { filters } = await begin();
    expect(await filters({ by: [{ dimension: 'entered', grain: 'month' }] })).toEqual([
      { t: 0, on: 1, grain: 'month', bucket: { $gte: '' } },
      { t: 0, on: 1, grain: 'none' },
    ]);
  });

  it('with a wish: for its values alone, null too, and none of another type', async () => {
    const { filters } = await begin();
    const [filter] = await filters({ where: { origin: ['web', null, 7, 'web'], days: [3, '3'] } });
    expect(filter).toMatchObject({ d0: { $in: ['web', null] }, d1: { $in: [3] } });
  });

  it('from the smallest summary that has what is named', async () => {
    const { filters } = await begin([['days'], ['origin']]);
    const places = (found: readonly unknown[]) => found.map(filter => (filter as { readonly t: number }).t);
    expect(new Set(places(await filters({ by: [{ dimension: 'origin' }] })))).toEqual(new Set([2]));
    expect(new Set(places(await filters({ where: { days: [1] } })))).toEqual(new Set([1]));
    expect(new Set(places(await filters({ by: [{ dimension: 'origin' }], where: { days: [1] } })))).toEqual(
      new Set([0]),
    );
  });

  it('for the fields that the answer needs, and no others', async () => {
    const { memory, store, id, ask } = await begin();
    await commitNext(store, id, { cells: [leads({ origin: 'web', days: 3 })] });
    const collection = memory.db.collection('deals.1.cells');
    const [whole] = await collection.find({}).toArray();
    expect(Object.keys(whole!)).toContain('d1');
    expect(await ask({ by: [{ dimension: 'origin' }] }, 1)).toEqual([['web', 1]]);
  });
});
