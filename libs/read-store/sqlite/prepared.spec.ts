import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deltaReader } from '../deltas.ts';
import { InvalidRequest, UnknownDimension } from '../errors.ts';
import type { Batch, CellDelta, CellSchema } from '../port.ts';
import { shapeOf } from '../shape.ts';
import { additionsOf, preparer } from './prepared.ts';

const schema: CellSchema = {
  dimensions: { won: 'day', entered: 'day', origin: 'text', days: 'integer' },
  measures: ['deals', 'leads'],
  indexes: ['band'],
};
const shape = shapeOf(schema);
const prepare = preparer(shape);

const batch = (change: Partial<Batch>): Batch => ({
  follows: 0,
  position: 1,
  entities: [],
  cells: [],
  park: [],
  release: [],
  ...change,
});

const deltas: fc.Arbitrary<CellDelta> = fc.record({
  cell: fc.oneof(
    fc.record(
      {
        won: fc.constantFrom('2018-02-03', '2024-02-29', null),
        origin: fc.option(fc.string()),
        days: fc.option(fc.integer()),
      },
      { requiredKeys: [] },
    ),
    fc.record({ entered: fc.constant('2018-02-03') }, { requiredKeys: [] }),
  ),
  add: fc.record({ deals: fc.integer(), leads: fc.integer() }, { requiredKeys: [] }),
});

describe('a batch that is laid flat', () => {
  it('has the additions of its cells, whatever they hold or leave out', () => {
    const read = deltaReader(shape);
    fc.assert(
      fc.property(fc.array(deltas, { maxLength: 6 }), cells => {
        const { additions } = prepare(batch({ cells }));
        expect([...additionsOf(shape, additions)]).toEqual(cells.map(read));
      }),
    );
  });

  it('has a row for each entity', () => {
    const { entities } = prepare(
      batch({
        entities: [
          { id: 'b', state: { band: 'hot' }, due: 7, quality: [] },
          { id: 'a', state: [1], due: null, quality: [{ reason: 'odd', kept: true, cell: {} }] },
        ],
      }),
    );
    expect(entities).toEqual([
      ...['b', '{"band":"hot"}', 7, null, 'hot'],
      ...['a', '[1]', null, '[{"reason":"odd","kept":true,"cell":{}}]', -Infinity],
    ]);
  });

  it.each<readonly [string, Partial<Batch>]>([
    ['a position that is no safe integer', { position: 2 ** 53 }],
    [
      'a state that is no JSON',
      { entities: [{ id: 'a', state: undefined as never, due: null, quality: [] }] },
    ],
    ['a due time between milliseconds', { entities: [{ id: 'a', state: 1, due: 0.5, quality: [] }] }],
    ['a day that is none', { cells: [{ cell: { won: '2018-02-30' }, add: { deals: 1 } }] }],
    ['two days', { cells: [{ cell: { won: '2018-02-03', entered: '2018-02-03' }, add: { deals: 1 } }] }],
    ['half a deal', { cells: [{ cell: {}, add: { deals: 0.5 } }] }],
  ])('is refused for %s', (_, change) => {
    expect(() => prepare(batch(change))).toThrow(InvalidRequest);
  });

  it('is refused for a dimension that the read model lacks', () => {
    expect(() => prepare(batch({ cells: [{ cell: { colour: 'red' }, add: {} }] }))).toThrow(UnknownDimension);
  });
});
