import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cellsByHand } from '../../test/support/cell-model.ts';
import { deltaReader } from './deltas.ts';
import { InvalidRequest, UnknownDimension } from './errors.ts';
import { planCells, type CellPlan, type DayPlan } from './plan.ts';
import type { CellDelta, CellQuery, CellRow, CellSchema, DimensionValue } from './port.ts';
import { rollUp, type RolledAddition } from './rollup.ts';
import { answerRows, type FoundRow } from './rows.ts';
import { shapeOf } from './shape.ts';
import { planReads, totalsOf } from './summaries.ts';

const schema: CellSchema = {
  dimensions: { origin: 'text', won: 'day', days: 'integer', entered: 'day', owner: 'text' },
  measures: ['deals', 'value'],
  indexes: [],
  summaries: [['origin'], ['days', 'origin'], []],
};

/** Adds stored totals up exactly as a plan says, the way that a database would. */
const evaluate = (
  { measures, by, where, day }: CellPlan,
  rolled: readonly RolledAddition[],
): readonly FoundRow[] => {
  const found: FoundRow[] = [];
  for (const row of rolled) {
    const fits = where.every(({ at, values }) => values.includes(row.plain[at] ?? null));
    const sign = fits ? signOf(row, day) : 0;
    if (sign === 0) continue;
    found.push({
      by: by.map(({ at }): DimensionValue => (at === null ? bucketOf(row, day) : (row.plain[at] ?? null))),
      sums: measures.map(({ at }) => sign * row.adds[at]!),
    });
  }
  return found;
};

const width = { day: 10, month: 7, year: 4 } as const;
const bucketOf = ({ grain, bucket }: RolledAddition, day: DayPlan | null): string | null =>
  grain === 'none' || day === null ? null : bucket.slice(0, width[day.grain]);

/** How often a stored total counts: once, not, or taken away. */
const signOf = ({ on, grain, bucket }: RolledAddition, day: DayPlan | null): number => {
  if (day === null) return grain === 'all' ? 1 : 0;
  if (on !== day.at) return 0;
  if (grain === 'none') return day.withNull ? 1 : 0;
  return day.spans
    .filter(span => span.grain === grain && bucket >= (span.from ?? '') && bucket < (span.to ?? '~'))
    .reduce((sum, { minus }) => sum + (minus ? -1 : 1), 0);
};

/** The answer as a store without a database would give it: from all dimensions' totals, or from the summaries' too. */
const answer = (deltas: readonly CellDelta[], query: CellQuery, own = schema): readonly CellRow[] => {
  const totals = totalsOf(own);
  const read = deltaReader(shapeOf(own));
  const additions = deltas.map(read);
  const stored = totals.map(({ places }, place) => rollUp(additions, place === 0 ? 'day' : 'month', places));
  const found = planReads(totals, query).flatMap(({ place, plan }) => evaluate(plan, stored[place]!));
  return answerRows(
    query.by.map(({ dimension }) => dimension),
    query.measures,
    found,
  );
};

const days = [
  '2017-01-01',
  '2017-12-31',
  '2018-01-01',
  '2018-02-03',
  '2018-02-28',
  '2018-03-01',
  '2020-02-29',
];
const day = fc.constantFrom(...days);
const text = fc.constantFrom('web', 'mail', '', null);
const cell = fc
  .record(
    { origin: text, owner: text, days: fc.constantFrom(-2, 0, 14, null), day: fc.option(day) },
    { requiredKeys: [] },
  )
  .chain(({ day: on, ...plain }) =>
    fc
      .constantFrom('won', 'entered')
      .map((name): CellDelta['cell'] => (on === undefined ? plain : { ...plain, [name]: on })),
  );
const delta = fc.record({
  cell,
  add: fc.record(
    { deals: fc.integer({ min: -2, max: 2 }), value: fc.integer({ min: -500, max: 500 }) },
    { requiredKeys: [] },
  ),
}) as fc.Arbitrary<CellDelta>;

const grain = fc.constantFrom('day' as const, 'month' as const, 'year' as const);
const query: fc.Arbitrary<CellQuery> = fc
  .record({
    on: fc.constantFrom('won', 'entered', null),
    plain: fc.subarray(['origin', 'owner', 'days']),
    grouped: fc.option(grain),
    where: fc.record(
      {
        origin: fc.array(text, { minLength: 1, maxLength: 2 }),
        days: fc.array(fc.constantFrom(0, 14, null)),
      },
      { requiredKeys: [] },
    ),
    periods: fc.option(
      fc.array(fc.constantFrom('2018', '2018-02', '2018-02-03', '2017-12', '2020', null), { maxLength: 3 }),
    ),
    range: fc.option(fc.record({ from: day, to: day }, { requiredKeys: [] })),
    measures: fc.subarray(['deals', 'value'], { minLength: 1 }),
  })
  .map(({ on, plain, grouped, where, periods, range, measures }) => ({
    measures,
    by: [
      ...plain.map(dimension => ({ dimension })),
      ...(on !== null && grouped !== null ? [{ dimension: on, grain: grouped }] : []),
    ],
    where: { ...where, ...(on !== null && periods !== null ? { [on]: periods } : {}) },
    ...(on !== null && range !== null ? { range: { dimension: on, ...range } } : {}),
  }));

describe('a plan for cells', () => {
  it('adds up, from totals by all dimensions, what one would by hand', () => {
    const plain = { ...schema, summaries: [] };
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 25 }), query, (deltas, asked) => {
        expect(answer(deltas, asked, plain)).toEqual(cellsByHand(deltas, asked));
      }),
      { numRuns: 400 },
    );
  });

  it('adds up the same from totals by fewer of them', () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 25 }), query, (deltas, asked) => {
        expect(answer(deltas, asked)).toEqual(cellsByHand(deltas, asked));
      }),
      { numRuns: 400 },
    );
  });

  it('reads from the fewest dimensions that hold what is named, and single days from all of them', () => {
    const totals = totalsOf(schema);
    const places = (asked: Partial<CellQuery>): readonly number[] =>
      planReads(totals, { measures: ['deals'], by: [], where: {}, ...asked }).map(({ place }) => place);
    expect(places({})).toEqual([3]);
    expect(places({ by: [{ dimension: 'origin' }] })).toEqual([1]);
    expect(places({ by: [{ dimension: 'origin' }], where: { days: [1] } })).toEqual([2]);
    expect(places({ where: { owner: ['x'] } })).toEqual([0]);
    expect(places({ by: [{ dimension: 'won', grain: 'month' }] })).toEqual([3]);
    expect(places({ by: [{ dimension: 'won' }] })).toEqual([0]);
    expect(places({ range: { dimension: 'won', from: '2018-01-15', to: '2018-07-01' } })).toEqual([3, 0]);
    expect(places({ range: { dimension: 'won', from: '2018-01-01', to: '2018-07-01' } })).toEqual([3]);
  });

  it('counts null days only where nothing leaves them out', () => {
    const withNull = (asked: Partial<CellQuery>): boolean | undefined =>
      planCells(shapeOf(schema), { measures: [], by: [], where: {}, ...asked }).day?.withNull;
    expect(withNull({ by: [{ dimension: 'won' }] })).toBe(true);
    expect(withNull({ where: { won: ['2018'] } })).toBe(false);
    expect(withNull({ where: { won: ['2018', null] } })).toBe(true);
    expect(withNull({ range: { dimension: 'won' } })).toBe(false);
    expect(withNull({ where: { origin: ['web'] } })).toBeUndefined();
  });

  it('unites months and years that overlap, so that no day counts twice', () => {
    const { day: plan } = planCells(shapeOf(schema), {
      measures: [],
      by: [],
      where: { won: ['2018-02', '2018', '2018-02-03', '2019-01'] },
    });
    expect(plan?.spans).toEqual([
      { grain: 'year', from: '2018', to: '2019' },
      { grain: 'month', from: '2019-01', to: '2019-02' },
    ]);
  });

  it.each<[string, Partial<CellQuery>, string]>([
    ['an unknown measure', { measures: ['leads'] }, 'unknown dimension or measure "leads"'],
    ['an unknown group', { by: [{ dimension: 'town' }] }, 'unknown dimension or measure "town"'],
    ['an unknown condition', { where: { constructor: ['x'] } }, 'unknown dimension or measure "constructor"'],
    ['a measure for a dimension', { by: [{ dimension: 'deals' }] }, 'unknown dimension or measure "deals"'],
    [
      'a range over no day',
      { range: { dimension: 'origin' } },
      '"origin" is no day dimension; there are: won, entered',
    ],
    [
      'two day dimensions',
      { by: [{ dimension: 'won' }], where: { entered: ['2018'] } },
      'a query holds at most one day dimension, not both won and entered',
    ],
    [
      'a range over another day',
      { by: [{ dimension: 'won' }], range: { dimension: 'entered' } },
      'not both won and entered',
    ],
  ])('refuses %s', (_, asked, sentence) => {
    const plan = () => planCells(shapeOf(schema), { measures: ['deals'], by: [], where: {}, ...asked });
    expect(plan).toThrow(UnknownDimension);
    expect(plan).toThrow(sentence);
  });

  it.each<[string, Partial<CellQuery>, string, string]>([
    [
      'a group twice',
      { by: [{ dimension: 'won' }, { dimension: 'won', grain: 'year' }] },
      'query',
      'grouped by twice',
    ],
    [
      'a grain of a text',
      { by: [{ dimension: 'origin', grain: 'day' }] },
      'query',
      'origin is no day dimension',
    ],
    ['an odd grain', { by: [{ dimension: 'won', grain: 'week' as never }] }, 'query', '"week" is no grain'],
    [
      'a day that is none',
      { where: { won: ['2018-02-30'] } },
      'day',
      '"2018-02-30" is no day, month or year',
    ],
    ['a number for a day', { where: { won: [20180203] } }, 'day', 'is no day, month or year'],
    ['a month for a bound', { range: { dimension: 'won', from: '2018-02' } }, 'day', '"2018-02" is no day'],
    ['an odd end', { range: { dimension: 'won', to: '2018-13-01' } }, 'day', '"2018-13-01" is no day'],
  ])('refuses %s', (_, asked, rule, sentence) => {
    const plan = () => planCells(shapeOf(schema), { measures: ['deals'], by: [], where: {}, ...asked });
    expect(plan).toThrow(InvalidRequest);
    expect(plan).toThrow(expect.objectContaining({ rule, message: expect.stringContaining(sentence) }));
  });
});
