import { afterAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import fc from 'fast-check';
import { cellsByHand } from '../../../test/support/cell-model.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { generationIn, writeNext } from '../../../test/support/generations.ts';
import { InvalidRequest, UnknownDimension } from '../errors.ts';
import type { CellDelta, CellQuery, CellSchema, DimensionValue } from '../port.ts';

const folder = temporaryFolder();
let files = 0;
afterAll(() => folder.remove());

/** Asks queries of the cells that deltas made, in a file of their own. */
const asked = (schema: CellSchema, deltas: readonly CellDelta[], queries: readonly CellQuery[]) => {
  const generation = generationIn(join(folder.path, `${++files}.sqlite`), schema);
  try {
    writeNext(generation, { cells: deltas });
    return queries.map(query => generation.cells(query));
  } finally {
    generation.close();
  }
};

const types = {
  origin: 'text',
  channel: 'text',
  days: 'integer',
  size: 'integer',
  won: 'day',
  entered: 'day',
} as const;
type Name = keyof typeof types;
const plain: readonly Name[] = ['origin', 'channel', 'days', 'size'];

const value = (name: Name): fc.Arbitrary<DimensionValue> => {
  if (types[name] === 'text') return fc.constantFrom('web', 'mail', '', '0', '1', null);
  if (types[name] === 'integer') return fc.constantFrom(0, 1, -1, 2 ** 40, null);
  return fc.constantFrom(
    '2015-12-31',
    '2016-01-01',
    '2016-01-31',
    '2016-02-29',
    '2016-06-15',
    '2017-01-01',
    null,
  );
};

/** A schema with any of the dimensions, in any order, and any sums of them kept besides. */
const schemas: fc.Arbitrary<CellSchema> = fc
  .record({
    names: fc.shuffledSubarray<Name>(['origin', 'channel', 'days', 'size', 'won', 'entered']),
    measures: fc.constantFrom(['leads'], ['leads', 'value'], ['a', 'b', 'c']),
    summaries: fc.uniqueArray(fc.subarray([...plain]), { maxLength: 3, selector: names => names.join() }),
  })
  .map(({ names, measures, summaries }) => {
    const kept = summaries.map(each => each.filter(name => names.includes(name)));
    const different = kept.filter((each, at) => kept.findIndex(other => other.join() === each.join()) === at);
    return {
      dimensions: Object.fromEntries(names.map(name => [name, types[name]])),
      measures,
      indexes: [],
      summaries: different,
    };
  });

const namesOf = ({ dimensions }: CellSchema): Name[] => Object.keys(dimensions) as Name[];
const isDay = (name: Name): boolean => types[name] === 'day';

const deltasOf = (schema: CellSchema): fc.Arbitrary<readonly CellDelta[]> => {
  const names = namesOf(schema);
  const days = names.filter(isDay);
  const member = (name: Name) => fc.option(value(name), { nil: undefined, freq: 4 });
  const cell = fc
    .tuple(fc.nat({ max: days.length }), fc.tuple(...names.map(member)))
    .map(([day, values]) =>
      Object.fromEntries(
        names
          .map((name, at) => [name, values[at]] as const)
          .filter(([name, given]) => given !== undefined && (!isDay(name) || name === days[day])),
      ),
    );
  const add = fc
    .tuple(...schema.measures.map(() => fc.integer({ min: -4, max: 4 })))
    .map(sums => Object.fromEntries(schema.measures.map((name, at) => [name, sums[at] ?? 0])));
  return fc.array(fc.record({ cell, add }) as fc.Arbitrary<CellDelta>, { minLength: 4, maxLength: 25 });
};

const queriesOf = (schema: CellSchema): fc.Arbitrary<readonly CellQuery[]> => {
  const names = namesOf(schema);
  const query = fc
    .record({
      measures: fc.subarray([...schema.measures], { minLength: 1 }),
      by: fc.shuffledSubarray(names),
      wished: fc.subarray(names, { maxLength: Math.min(2, names.length) }),
      where: fc.tuple(...names.map(name => fc.array(value(name), { maxLength: 4 }))),
      day: fc.constantFrom<Name>('won', 'entered'),
      grain: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
      range: fc.option(
        fc.constantFrom(
          {},
          { from: '2016-01-01' },
          { to: '2016-02-29' },
          { from: '2015-12-31', to: '2016-07-01' },
        ),
        { freq: 2 },
      ),
    })
    .map(({ measures, by, where, day, grain, range, wished }): CellQuery => {
      // A query has at most one day dimension.
      const may = (name: Name): boolean => !isDay(name) || name === day;
      const given = names.flatMap((name, at) =>
        wished.includes(name) && may(name) ? [[name, where[at] ?? []] as const] : [],
      );
      return {
        measures,
        by: by.filter(may).map(dimension => ({ dimension, ...(isDay(dimension) && { grain }) })),
        where: Object.fromEntries(given),
        ...(range !== null && names.includes(day) && { range: { dimension: day, ...range } }),
      };
    });
  return fc.array(query, { minLength: 6, maxLength: 12 });
};

describe('cells of a schema', () => {
  it('with any dimensions, measures and summaries answer what adding up by hand gives', () => {
    const whole = schemas.chain(schema => fc.tuple(fc.constant(schema), deltasOf(schema), queriesOf(schema)));
    fc.assert(
      fc.property(whole, ([schema, deltas, queries]) => {
        expect(asked(schema, deltas, queries)).toEqual(queries.map(query => cellsByHand(deltas, query)));
      }),
      { numRuns: 120 },
    );
  });

  const schema: CellSchema = {
    dimensions: { origin: 'text', days: 'integer', won: 'day' },
    measures: ['leads'],
    indexes: [],
    summaries: [['origin']],
  };
  const ask = (deltas: readonly CellDelta[], query: Partial<CellQuery>) =>
    asked(schema, deltas, [{ measures: ['leads'], by: [], where: {}, ...query }])[0];

  it('take more values of a wish than anybody would write, each counted once', () => {
    const deltas = Array.from({ length: 3_000 }, (_, days) => ({ cell: { days }, add: { leads: 1 } }));
    const wanted = Array.from({ length: 5_000 }, (_, n) => n % 2_500);
    expect(ask(deltas, { where: { days: wanted } })).toEqual([{ by: {}, sums: { leads: 2_500 } }]);
  });

  it('are none for a wish that nothing can fulfil: of no values, or of values of another type', () => {
    const deltas = [{ cell: { origin: '1', days: 1 }, add: { leads: 1 } }];
    const wishes: readonly CellQuery['where'][] = [
      { origin: [] },
      { origin: [1] },
      { days: ['1'] },
      { days: [0.5] },
    ];
    for (const where of wishes) expect(ask(deltas, { where })).toEqual([]);
    expect(ask(deltas, { where: { origin: [1, '1'] } })).toEqual([{ by: {}, sums: { leads: 1 } }]);
  });

  it('take whatever stands in a wish for a value', () => {
    const odd = "' OR 1 = 1 --";
    const deltas = ['web', odd].map(origin => ({ cell: { origin }, add: { leads: 1 } }));
    expect(ask(deltas, { where: { origin: [odd] }, by: [{ dimension: 'origin' }] })).toEqual([
      { by: { origin: odd }, sums: { leads: 1 } },
    ]);
  });

  it('keep a sum exact to the last safe integer, and refuse one beyond', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const deltas = [most - 1, 1].map((leads, days) => ({ cell: { days }, add: { leads } }));
    expect(ask(deltas, {})).toEqual([{ by: {}, sums: { leads: most } }]);
    const over = [...deltas, { cell: { days: 2 }, add: { leads: 1 } }];
    expect(() => ask(over, {})).toThrow(InvalidRequest);
    expect(ask(over, { where: { days: [0, 1] } })).toEqual([{ by: {}, sums: { leads: most } }]);
  });

  it('refuse what the schema lacks, and name what there is', () => {
    expect(() => ask([], { by: [{ dimension: 'colour' }] })).toThrow(
      new UnknownDimension('colour', ['origin', 'days', 'won', 'leads']),
    );
    expect(() => ask([], { measures: ['deals'] })).toThrow('unknown dimension or measure "deals"');
    expect(() => ask([], { where: { "origin'": ['x'] } })).toThrow(UnknownDimension);
  });
});
