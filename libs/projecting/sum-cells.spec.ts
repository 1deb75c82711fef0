import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delta, query } from '../../test/property/read-store/cells.ts';
import { cellsByHand } from '../../test/support/cell-model.ts';
import { schema } from '../../test/support/reads.ts';
import { InvalidRequest, UnknownDimension } from '../read-store/errors.ts';
import type { CellDelta, CellQuery } from '../read-store/port.ts';
import { countsIn, sumCells } from './sum-cells.ts';

const deltas = fc.array(delta, { maxLength: 30 });
const asking = (change: Partial<CellQuery>): CellQuery => ({
  ...{ measures: ['leads'], by: [], where: {} },
  ...change,
});

describe('contributions added up in memory', () => {
  it('answer a query as adding up by hand does', () => {
    fc.assert(
      fc.property(deltas, query, (given, asked) => {
        const sums = sumCells(schema, asked);
        sums.add(given);
        expect(sums.rows()).toEqual(cellsByHand(given, asked));
      }),
      { numRuns: 300 },
    );
  });

  it('come one by one, and are answered in between', () => {
    fc.assert(
      fc.property(fc.array(deltas, { maxLength: 4 }), query, (parts, asked) => {
        const sums = sumCells(schema, asked);
        for (const [at, part] of parts.entries()) {
          sums.add(part);
          expect(sums.rows()).toEqual(cellsByHand(parts.slice(0, at + 1).flat(), asked));
        }
      }),
    );
  });

  it('leave nothing where they are retracted', () => {
    fc.assert(
      fc.property(deltas, query, (given, asked) => {
        const negated = given.map(({ cell, add }) => ({
          cell,
          add: Object.fromEntries(Object.entries(add).map(([name, value]) => [name, -value])),
        }));
        const sums = sumCells(schema, asked);
        sums.add(given);
        sums.add(negated.toReversed());
        expect(sums.rows()).toEqual([]);
      }),
    );
  });

  it('count where a query of theirs alone has a row', () => {
    const where = fc.record(
      {
        origin: fc.array(fc.constantFrom('web', 'a', '', null)),
        won: fc.array(fc.constantFrom('2016', '2017-01', null)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(delta, where, ({ cell }, conditions) => {
        const one: CellDelta = { cell, add: { leads: 1 } };
        const rows = cellsByHand([one], asking({ where: conditions }));
        expect(countsIn(schema, conditions)(one)).toBe(rows.length === 1);
      }),
      { numRuns: 300 },
    );
  });

  it('refuse what the read model does not have, before anything is added', () => {
    expect(() => sumCells(schema, asking({ measures: ['visits'] }))).toThrow(UnknownDimension);
    expect(() => sumCells(schema, asking({ by: [{ dimension: 'colour' }] }))).toThrow(/"colour"; known: /);
    expect(() => countsIn(schema, { colour: ['red'] })).toThrow(UnknownDimension);
    expect(() => sumCells(schema, asking({ where: { won: ['2016-02-30'] } }))).toThrow(InvalidRequest);
    expect(() =>
      sumCells(schema, asking({ by: [{ dimension: 'won' }], where: { entered: ['2016'] } })),
    ).toThrow('at most one day dimension, not both won and entered');
  });

  it('refuse a contribution that the store would refuse', () => {
    const sums = sumCells(schema, asking({}));
    const odd: readonly CellDelta[] = [
      { cell: { colour: 'red' }, add: { leads: 1 } },
      { cell: { won: '2016-02-30' }, add: { leads: 1 } },
      { cell: { won: '2016-01-01', entered: '2016-01-01' }, add: { leads: 1 } },
      { cell: {}, add: { leads: 0.5 } },
    ];
    for (const one of odd) expect(() => sums.add([one])).toThrow();
    expect(sums.rows()).toEqual([]);
  });
});
