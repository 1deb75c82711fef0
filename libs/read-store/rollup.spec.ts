import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deltaReader } from './deltas.ts';
import type { CellDelta } from './port.ts';
import { rollUp } from './rollup.ts';
import { shapeOf } from './shape.ts';

const shape = shapeOf({
  dimensions: { origin: 'text', won: 'day', days: 'integer', lost: 'day' },
  measures: ['n', 'm'],
  indexes: [],
});
const read = deltaReader(shape);
const rolled = (...deltas: CellDelta[]) =>
  rollUp(deltas.map(read)).map(({ on, grain, bucket, plain, adds }) => [
    on,
    grain,
    bucket,
    ...plain,
    ...adds,
  ]);
const sorted = (rows: readonly (readonly unknown[])[]) => rows.map(row => JSON.stringify(row)).sort();

describe('rolling up', () => {
  it('adds a day to its month, its year and all', () => {
    const rows = rolled({ cell: { lost: '2018-02-03', origin: 'web' }, add: { m: 2 } });
    expect(sorted(rows)).toEqual(
      sorted([
        [1, 'all', '', 'web', undefined, 0, 2],
        [1, 'year', '2018', 'web', undefined, 0, 2],
        [1, 'month', '2018-02', 'web', undefined, 0, 2],
        [1, 'day', '2018-02-03', 'web', undefined, 0, 2],
      ]),
    );
  });

  it('adds a null day to all and to none, and what has no day to all of no dimension', () => {
    expect(rolled({ cell: { won: null }, add: { n: 1 } }, { cell: {}, add: { n: 1 } })).toEqual([
      [0, 'all', '', undefined, undefined, 1, 0],
      [0, 'none', '', undefined, undefined, 1, 0],
      [-1, 'all', '', undefined, undefined, 1, 0],
    ]);
  });

  it('writes one row where days share a month, and none where they cancel out', () => {
    const rows = rolled(
      { cell: { won: '2018-02-03' }, add: { n: 1 } },
      { cell: { won: '2018-02-04' }, add: { n: -1 } },
      { cell: { won: '2018-02-05' }, add: { n: 1 } },
      { cell: { won: '2018-02-05' }, add: { n: -1 } },
    );
    expect(rows.map(([, grain, bucket]) => `${String(grain)} ${String(bucket)}`)).toEqual([
      'day 2018-02-03',
      'day 2018-02-04',
    ]);
  });

  it('keeps apart values whose texts run into each other', () => {
    const cells: readonly CellDelta['cell'][] = [
      { origin: '1' },
      { days: 1 },
      { origin: null },
      { origin: 'null' },
      {},
      { origin: '', days: 1 },
      { origin: '1', days: 1 },
    ];
    expect(rolled(...cells.map(cell => ({ cell, add: { n: 1 } })))).toHaveLength(cells.length);
  });

  it('keeps every part a safe integer, whatever the order, and their exact sum', () => {
    const max = Number.MAX_SAFE_INTEGER;
    const count = fc.constantFrom(max, max - 1, 1, -1, -max, 2 ** 52, -(2 ** 52), 12345);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('2018-01-01', '2018-01-02', null), count)), entries => {
        const deltas = entries.map(([won, n]) => ({ cell: { won }, add: { n } }));
        const parts = rollUp(deltas.map(read)).filter(({ grain }) => grain === 'all');
        expect(parts.every(({ adds }) => adds.every(Number.isSafeInteger))).toBe(true);
        const exact = entries.reduce((sum, [, n]) => sum + BigInt(n), 0n);
        expect(parts.reduce((sum, { adds }) => sum + BigInt(adds[0]!), 0n)).toBe(exact);
      }),
    );
  });

  it('does not touch the additions that it is given', () => {
    const addition = read({ cell: { won: '2018-01-01' }, add: { n: 1 } });
    rollUp([addition, addition, addition]);
    expect(addition.adds).toEqual([1, 0]);
  });
});
