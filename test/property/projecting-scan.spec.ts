import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Context } from '../../libs/projecting/context.ts';
import { testContext } from '../../libs/projecting/testing.ts';
import { scanCells } from '../../libs/projecting/scan.ts';
import type { CellQuery, DimensionValue, Grain } from '../../libs/read-store/port.ts';
import { openSite } from '../support/projecting.ts';
import { liveOf } from './projecting.ts';
import { histories, visits } from './projecting/arbitraries.ts';

const periods = fc.constantFrom(
  '2017',
  '2018',
  '2017-12',
  '2018-01',
  '2018-02',
  '2017-12-31',
  '2018-01-01',
  '2018-06-17',
);
const days = fc.constantFrom(
  '1900-01-01',
  '2017-12-01',
  '2017-12-31',
  '2018-01-01',
  '2018-03-15',
  '2019-01-01',
);
const grain = fc.constantFrom<Grain | undefined>('day', 'month', 'year', undefined);

/** Queries of `visits`: at most one day dimension. */
const queries: fc.Arbitrary<CellQuery> = fc
  .record({
    on: fc.constantFrom('first', 'day'),
    measures: fc.subarray(['leads', 'visits2']),
    plain: fc.subarray(['origin', 'visits']),
    grouped: fc.boolean(),
    grain,
    origin: fc.option(
      fc.array(fc.constantFrom<DimensionValue>('social', 'search', null, 'nope', '__proto__'), {
        maxLength: 3,
      }),
    ),
    visits: fc.option(fc.array(fc.constantFrom<DimensionValue>(1, 2, 4, null), { maxLength: 2 })),
    periods: fc.option(fc.array(fc.oneof(periods, fc.constant(null)), { maxLength: 3 })),
    range: fc.option(fc.record({ from: days, to: days }, { requiredKeys: [] })),
  })
  .map(({ on, measures, plain, grouped, grain, origin, visits, periods, range }) => ({
    measures,
    by: [
      ...plain.map(dimension => ({ dimension })),
      ...(grouped ? [{ dimension: on, ...(grain === undefined ? {} : { grain }) }] : []),
    ],
    where: {
      ...(origin === null ? {} : { origin }),
      ...(visits === null ? {} : { visits }),
      ...(periods === null ? {} : { [on]: periods }),
    },
    ...(range === null ? {} : { range: { dimension: on, ...range } }),
  }));

/** Counts by the last instant of the state, in the calendar that is asked with. */
const byInstant = {
  ...visits,
  contributes: (state: unknown, { calendar }: Context) => [
    { cell: { day: calendar.day((state as { last: number }).last) }, add: { visits2: 1 } },
  ],
};

describe('scanCells', () => {
  it('answers what the cells answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.array(queries, { minLength: 20, maxLength: 40 }),
        async (given, asked) => {
          const site = openSite();
          try {
            for (const event of given) await site.append(event);
            await site.projector({ projections: [visits] }).catchUp();
            const live = await liveOf(site.reads, 'visits');
            for (const query of asked)
              expect(await scanCells(site.reads, live, visits, query, testContext())).toEqual(
                await site.reads.cells(live, query),
              );
          } finally {
            await site.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it('answers with another context than the cells were made with', async () => {
    const site = openSite();
    await site.append({
      type: 'PageViewed',
      data: { leadId: 'a', touchpointId: 't' },
      occurredAt: Date.UTC(2018, 0, 31, 23, 30),
    });
    await site.projector({ projections: [visits] }).catchUp();
    const live = await liveOf(site.reads, 'visits');
    const query = { measures: ['visits2'], by: [{ dimension: 'day', grain: 'day' as const }], where: {} };
    const east = testContext({ zone: 'Europe/Berlin' });
    expect((await scanCells(site.reads, live, byInstant, query, east)).value).toEqual([
      { by: { day: '2018-02-01' }, sums: { visits2: 1 } },
    ]);
    expect((await scanCells(site.reads, live, byInstant, query, testContext())).value).toEqual([
      { by: { day: '2018-01-31' }, sums: { visits2: 1 } },
    ]);
    const within = {
      ...visits,
      contributes: (_: unknown, { params }: { params: Readonly<Record<string, number>> }) => [
        { cell: {}, add: { leads: params.within ?? 0 } },
      ],
    };
    const answer = await scanCells(
      site.reads,
      live,
      within,
      { measures: ['leads'], by: [], where: {} },
      testContext({ params: { within: 30 } }),
    );
    expect(answer).toEqual({ position: 1, value: [{ by: {}, sums: { leads: 30 } }] });
    await expect(
      scanCells(site.reads, live, visits, { ...query, measures: ['nope'] }, testContext()),
    ).rejects.toMatchObject({ name: 'UnknownDimension' });
    await site.close();
  });
});
