import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CellDelta, CellQuery, DimensionValue } from '../../../libs/read-store/port.ts';
import type { ReadStoreFactory, ReadStoreSubject } from '../../contract/read-store/setup.ts';
import { cellsByHand } from '../../support/cell-model.ts';
import { aGeneration, commitNext, schema } from '../../support/reads.ts';

/** Days that crowd at the edges of months and years, and some anywhere. */
const day = fc.oneof(
  fc.constantFrom(
    '2015-12-31',
    '2016-01-01',
    '2016-02-28',
    '2016-02-29',
    '2016-03-01',
    '2016-12-31',
    '2017-01-01',
    '2017-02-28',
    '2017-03-01',
  ),
  fc
    .integer({ min: 0, max: 1_200 })
    .map(n => new Date(Date.UTC(2015, 2, 1) + n * 86_400_000).toISOString().slice(0, 10)),
);
const origin = fc.constantFrom<DimensionValue>('web', 'e-mail', '', 'null', '😀', '\uffee', 'a\0', 'a', null);
const days = fc.constantFrom<DimensionValue>(-2, 0, 1, 30, 2 ** 45, null);

/** A contribution of that shape. */
export const delta: fc.Arbitrary<CellDelta> = fc.record({
  cell: fc
    .record(
      { origin, days, on: fc.constantFrom('won', 'entered'), day: fc.option(day, { freq: 8 }) },
      { requiredKeys: ['on'] },
    )
    .map(({ on, day: value, ...plain }) => (value === undefined ? plain : { ...plain, [on]: value })),
  add: fc.record(
    { leads: fc.integer({ min: -2, max: 4 }), value: fc.integer({ min: -9, max: 9 }) },
    { requiredKeys: [] },
  ),
});

const period = fc.oneof(
  day,
  day.map(each => each.slice(0, 7)),
  day.map(each => each.slice(0, 4)),
  fc.constant(null),
);

/** A question about such contributions. */
export const query: fc.Arbitrary<CellQuery> = fc
  .record({
    measures: fc.subarray(['leads', 'value'], { minLength: 1 }),
    plainBy: fc.shuffledSubarray(['origin', 'days']),
    grain: fc.option(fc.constantFrom('day' as const, 'month' as const, 'year' as const)),
    dayFirst: fc.boolean(),
    on: fc.constantFrom('won', 'entered'),
    origins: fc.option(fc.array(origin, { maxLength: 4 })),
    periods: fc.option(fc.array(period, { maxLength: 4 })),
    range: fc.option(fc.record({ from: day, to: day }, { requiredKeys: [] })),
  })
  .map(({ measures, plainBy, grain, dayFirst, on, origins, periods, range }) => {
    const plain = plainBy.map(dimension => ({ dimension }));
    const byDay = grain === null ? [] : [{ dimension: on, grain }];
    return {
      measures,
      by: dayFirst ? [...byDay, ...plain] : [...plain, ...byDay],
      where: { ...(origins && { origin: origins }), ...(periods && { [on]: periods }) },
      ...(range && { range: { dimension: on, ...range } }),
    };
  });

const summaries = fc.subarray([['origin', 'days'], ['origin'], ['days'], []]);

/** Totals of a read store against plain addition. `share` of the usual number of runs is for slow servers. */
export const cellsByHandProperty = (name: string, factory: ReadStoreFactory, share = 1): void => {
  describe(`cells of the ${name} read store`, () => {
    let subject: ReadStoreSubject;
    beforeAll(async () => {
      subject = await factory();
    });
    afterAll(() => subject.dispose());

    it('are what adding up each contribution by hand gives, for any batches and query', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(delta, { maxLength: 25 }), { maxLength: 4 }),
          fc.array(query, { minLength: 4, maxLength: 8 }),
          summaries,
          async (batches, queries, kept) => {
            const { store } = subject;
            const id = await store.create(aGeneration({ schema: { ...schema, summaries: kept } }));
            for (const cells of batches) await commitNext(store, id, { cells });
            for (const each of queries)
              expect(await store.cells(id, each)).toEqual({
                position: batches.length,
                value: cellsByHand(batches.flat(), each),
              });
            await store.drop(id);
          },
        ),
        { numRuns: Math.ceil(80 * share) },
      );
    });

    it('do not depend on how contributions are cut into batches, or on their order', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(delta, { maxLength: 40 }),
          fc.integer({ min: 1, max: 10 }),
          query,
          async (deltas, size, asked) => {
            const { store } = subject;
            const [one, many] = [await store.create(aGeneration()), await store.create(aGeneration())];
            await commitNext(store, one, { cells: deltas });
            const backwards = deltas.toReversed();
            for (let at = 0; at < deltas.length; at += size)
              await commitNext(store, many, { cells: backwards.slice(at, at + size) });
            expect((await store.cells(many, asked)).value).toEqual((await store.cells(one, asked)).value);
            await store.drop(one);
            await store.drop(many);
          },
        ),
        { numRuns: Math.ceil(25 * share) },
      );
    });

    it('are nothing after everything has been taken back', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(delta, { maxLength: 30 }), query, async (deltas, asked) => {
          const { store } = subject;
          const id = await store.create(aGeneration({ schema: { ...schema, summaries: [['origin'], []] } }));
          await commitNext(store, id, { cells: deltas });
          const back = deltas.map(({ cell, add }) => ({
            cell,
            add: Object.fromEntries(Object.entries(add).map(([name, value]) => [name, -value])),
          }));
          await commitNext(store, id, { cells: back });
          expect((await store.cells(id, asked)).value).toEqual([]);
          await store.drop(id);
        }),
        { numRuns: Math.ceil(15 * share) },
      );
    });
  });
};
