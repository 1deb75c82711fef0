import { describe, expect, it } from '@jest/globals';
import { InvalidRequest, UnknownDimension } from '../../../libs/read-store/errors.ts';
import type { CellDelta, CellQuery, CellSchema } from '../../../libs/read-store/port.ts';
import { cellsByHand } from '../../support/cell-model.ts';
import { aGeneration, commitNext, leads, rowsOf, schema } from '../../support/reads.ts';
import { eachWith, type ReadStoreFactory } from './setup.ts';

const summed: CellSchema = { ...schema, summaries: [['origin'], ['days'], []] };

const days = ['2016-12-31', '2017-01-01', '2017-01-31', '2017-02-01', '2018-06-15', null] as const;
const origins = ['web', 'mail', null, undefined] as const;

/** One contribution for each combination, of which each counts another power of two. */
const deltas: readonly CellDelta[] = days.flatMap((day, d) =>
  origins.map((origin, o) =>
    leads(
      { won: day, ...(origin === undefined ? {} : { origin }), ...(o > 1 ? { days: o } : {}) },
      2 ** (d * origins.length + o),
    ),
  ),
);

const queries: readonly Partial<CellQuery>[] = [
  {},
  { by: [{ dimension: 'origin' }] },
  { by: [{ dimension: 'days' }] },
  { by: [{ dimension: 'origin' }, { dimension: 'days' }] },
  { where: { origin: ['web', null] } },
  { where: { origin: [null], days: [2, null] } },
  { where: { won: ['2017'] }, by: [{ dimension: 'origin' }] },
  { where: { won: ['2017-01', '2016-12-31', null] }, by: [{ dimension: 'origin' }] },
  { where: { won: [null] } },
  { range: { dimension: 'won', from: '2016-12-31', to: '2018-06-15' } },
  { range: { dimension: 'won', from: '2017-01-01', to: '2018-01-01' }, by: [{ dimension: 'days' }] },
  { range: { dimension: 'won', from: '2017-01-31' }, by: [{ dimension: 'won', grain: 'year' }] },
  { by: [{ dimension: 'won' }] },
  { by: [{ dimension: 'won' }, { dimension: 'origin' }] },
  { by: [{ dimension: 'won', grain: 'month' }, { dimension: 'origin' }] },
  { range: { dimension: 'entered' } },
];

/** Totals that are kept by some of the dimensions. */
export const summaries = (factory: ReadStoreFactory): void => {
  const { subject } = eachWith(factory);

  it.each(queries)('change no answer: %j', async asked => {
    const { store } = subject();
    const query: CellQuery = { measures: ['leads'], by: [], where: {}, ...asked };
    const id = await store.create(aGeneration({ schema: summed }));
    await commitNext(store, id, { cells: deltas.slice(0, 9) });
    await commitNext(store, id, { cells: deltas.slice(9) });
    const { value } = await store.cells(id, query);
    expect(value).toEqual(cellsByHand(deltas, query));
  });

  it('take back what a batch takes back', async () => {
    const { store } = subject();
    const id = await store.create(aGeneration({ schema: summed }));
    await commitNext(store, id, { cells: [leads({ won: '2018-01-05', origin: 'web' }, 3)] });
    await commitNext(store, id, {
      cells: [
        leads({ won: '2018-01-05', origin: 'web' }, -3),
        leads({ won: '2018-02-05', origin: 'mail', days: 1 }, 2),
      ],
    });
    expect(await rowsOf(store, id, { by: [{ dimension: 'origin' }] })).toEqual([['mail', 2]]);
    expect(await rowsOf(store, id, { where: { won: ['2018'] } })).toEqual([[2]]);
  });

  it('are there when the store is opened again', async () => {
    const id = await subject().store.create(aGeneration({ schema: summed }));
    await commitNext(subject().store, id, { cells: deltas });
    const again = await subject().reopen();
    expect((await again.generations('deals'))[0]?.schema).toEqual(summed);
    expect(await rowsOf(again, id, { where: { origin: ['web'], won: ['2016-12-31'] } })).toEqual([[1]]);
  });

  it('name all dimensions where one is unknown', async () => {
    const { store } = subject();
    const id = await store.create(aGeneration({ schema: summed }));
    const asked = store.cells(id, { measures: ['leads'], by: [{ dimension: 'color' }], where: {} });
    await expect(asked).rejects.toThrow(UnknownDimension);
    await expect(asked).rejects.toThrow(/origin.*days/);
  });

  describe('are refused', () => {
    it.each([
      ['of an unknown dimension', [['color']]],
      ['of a day dimension', [['origin', 'won']]],
      ['of a measure', [['leads']]],
      ['of what every object has', [['constructor']]],
      ['that name a dimension twice', [['origin', 'origin']]],
      ['that are there twice', [['origin', 'days'], [], ['days', 'origin']]],
    ])('%s', async (_, odd) => {
      const create = subject().store.create(aGeneration({ schema: { ...schema, summaries: odd } }));
      await expect(create).rejects.toThrow(InvalidRequest);
      expect(await subject().store.generations()).toEqual([]);
    });
  });
};
