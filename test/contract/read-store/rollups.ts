import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../../../libs/read-store/errors.ts';
import type { CellDelta } from '../../../libs/read-store/port.ts';
import { commitNext, leads, rowsOf } from '../../support/reads.ts';
import { eachWith, type ReadStoreFactory } from './setup.ts';

const on = (day: string | null, count = 1): CellDelta => leads({ won: day }, count);

/** Totals by day, month, year and all. */
export const rollups = (factory: ReadStoreFactory): void => {
  const { subject, deals } = eachWith(factory);

  const filled = async (cells: readonly CellDelta[]) => {
    const id = await deals();
    await commitNext(subject().store, id, { cells });
    return id;
  };

  it.each([
    [{ from: '2017-12-31', to: '2018-01-01' }, 2],
    [{ from: '2017-12-31', to: '2018-01-02' }, 6],
    [{ from: '2018-01-01', to: '2018-01-31' }, 4],
    [{ from: '2018-01-01', to: '2018-02-01' }, 12],
    [{ from: '2018-01-01', to: '2019-01-01' }, 60],
    [{ from: '2017-01-01', to: '2019-01-01' }, 63],
    [{ from: '2017-12-30', to: '2019-01-02' }, 127],
    [{ from: '2016-06-15', to: '2019-06-15' }, 127],
    [{ from: '2018-03-01' }, 96],
    [{ to: '2018-03-01' }, 31],
    [{ from: '2018-01-01', to: '2018-01-01' }, 0],
    [{ from: '2018-02-01', to: '2018-01-01' }, 0],
    [{}, 127],
  ])('counts each day of %j once', async (range, expected) => {
    const id = await filled([
      on('2017-12-30', 1),
      on('2017-12-31', 2),
      on('2018-01-01', 4),
      on('2018-01-31', 8),
      on('2018-02-28', 16),
      on('2018-03-01', 32),
      on('2019-01-01', 64),
      on(null, 1_000),
      leads({ entered: '2018-01-01' }, 10_000),
      leads({}, 100_000),
    ]);
    const rows = await rowsOf(subject().store, id, { range: { dimension: 'won', ...range } });
    expect(rows).toEqual(expected === 0 ? [] : [[expected]]);
  });

  it.each([
    ['2016', 1],
    ['2000', 1],
    ['1900', 0],
    ['2017', 0],
  ])('knows whether %s has a 29 February', async (year, leap) => {
    const id = await filled([on(`${year}-02-28`), on(`${year}-03-01`, 10)]);
    const commit = commitNext(subject().store, id, { cells: [on(`${year}-02-29`, 100)] });
    await (leap ? commit : expect(commit).rejects.toThrow(InvalidRequest));
    const february = await rowsOf(subject().store, id, { where: { won: [`${year}-02`] } });
    expect(february).toEqual([[leap ? 101 : 1]]);
    const march = await rowsOf(subject().store, id, { range: { dimension: 'won', from: `${year}-03-01` } });
    expect(march).toEqual([[10]]);
  });

  it('takes the first and the last day of four-digit years', async () => {
    const id = await filled([on('0001-01-01', 1), on('0999-12-31', 2), on('9999-12-31', 4)]);
    const { store } = subject();
    const range = (from?: string, to?: string) =>
      rowsOf(store, id, { range: { dimension: 'won', from, to } });
    expect(await range('9999-12-31')).toEqual([[4]]);
    expect(await range('9999-06-15')).toEqual([[4]]);
    expect(await range(undefined, '9999-12-31')).toEqual([[3]]);
    expect(await range('0001-01-02', '1000-01-01')).toEqual([[2]]);
    expect(await rowsOf(store, id, { where: { won: ['9999', '0001-01'] } })).toEqual([[5]]);
    expect(await rowsOf(store, id, { by: [{ dimension: 'won', grain: 'year' }] })).toEqual([
      ['0001', 1],
      ['0999', 2],
      ['9999', 4],
    ]);
  });

  it('groups by day, month and year, the missing day first', async () => {
    const id = await filled([
      on('2018-02-01', 1),
      on('2017-12-31', 2),
      on('2018-01-31', 4),
      on('2018-01-01', 8),
      on(null, 16),
    ]);
    const by = (grain?: 'day' | 'month' | 'year') =>
      rowsOf(subject().store, id, { by: [{ dimension: 'won', ...(grain ? { grain } : {}) }] });
    const byDay = [
      [null, 16],
      ['2017-12-31', 2],
      ['2018-01-01', 8],
      ['2018-01-31', 4],
      ['2018-02-01', 1],
    ];
    expect(await by()).toEqual(byDay);
    expect(await by('day')).toEqual(byDay);
    expect(await by('month')).toEqual([
      [null, 16],
      ['2017-12', 2],
      ['2018-01', 12],
      ['2018-02', 1],
    ]);
    expect(await by('year')).toEqual([
      [null, 16],
      ['2017', 2],
      ['2018', 13],
    ]);
  });

  it('cuts the groups at the edges of a range', async () => {
    const id = await filled([
      on('2018-01-14', 1),
      on('2018-01-15', 2),
      on('2018-12-31', 4),
      on('2019-01-01', 8),
      on('2019-02-02', 16),
      on(null, 32),
    ]);
    const range = { dimension: 'won', from: '2018-01-15', to: '2019-02-02' };
    const by = (grain: 'month' | 'year') =>
      rowsOf(subject().store, id, { by: [{ dimension: 'won', grain }], range });
    expect(await by('month')).toEqual([
      ['2018-01', 2],
      ['2018-12', 4],
      ['2019-01', 8],
    ]);
    expect(await by('year')).toEqual([
      ['2018', 6],
      ['2019', 8],
    ]);
  });

  it('takes days, months, years and null in where, and counts what overlaps once', async () => {
    const id = await filled([
      on('2017-12-31', 1),
      on('2018-01-01', 2),
      on('2018-02-03', 4),
      on('2018-02-04', 8),
      on(null, 16),
      leads({}, 32),
    ]);
    const where = (...won: (string | number | null)[]) => rowsOf(subject().store, id, { where: { won } });
    expect(await where('2018')).toEqual([[14]]);
    expect(await where(2018)).toEqual([[14]]);
    expect(await where('2018-02')).toEqual([[12]]);
    expect(await where('2018-02-03')).toEqual([[4]]);
    expect(await where(null)).toEqual([[16]]);
    expect(await where('2018', '2018-02', '2018-02-03')).toEqual([[14]]);
    expect(await where('2017-12', '2018-01')).toEqual([[3]]);
    expect(await where('2018-02-04', null, '2017')).toEqual([[25]]);
    expect(await where('2020')).toEqual([]);
    expect(await where()).toEqual([]);
  });

  it('takes what is in both where and range', async () => {
    const id = await filled([
      on('2018-01-31', 1),
      on('2018-02-01', 2),
      on('2018-02-20', 4),
      on('2018-04-01', 8),
      on(null, 16),
    ]);
    const range = { dimension: 'won', from: '2018-02-01', to: '2018-04-01' };
    const both = (won: (string | null)[]) => rowsOf(subject().store, id, { where: { won }, range });
    expect(await both(['2018'])).toEqual([[6]]);
    expect(await both(['2018-01', '2018-02-20', null])).toEqual([[4]]);
    expect(await both([null])).toEqual([]);
    expect(await both(['2018-04'])).toEqual([]);
  });

  it('takes the contributions of every day dimension, and of none, when no day is asked for', async () => {
    const id = await filled([
      on('2018-01-01', 1),
      on(null, 2),
      leads({ entered: '2018-01-01' }, 4),
      leads({}, 8),
      leads({ origin: 'web' }, 16),
    ]);
    const { store } = subject();
    expect(await rowsOf(store, id)).toEqual([[31]]);
    expect(await rowsOf(store, id, { by: [{ dimension: 'won' }] })).toEqual([
      [null, 2],
      ['2018-01-01', 1],
    ]);
    expect(await rowsOf(store, id, { range: { dimension: 'entered' } })).toEqual([[4]]);
  });

  it('adds later batches to every grain, also what is taken back', async () => {
    const id = await filled([on('2018-01-05', 3), on('2018-02-05', 1)]);
    const { store } = subject();
    await commitNext(store, id, { cells: [on('2018-01-05', -3), on('2018-01-06', 2)] });
    expect(await rowsOf(store, id)).toEqual([[3]]);
    expect(await rowsOf(store, id, { where: { won: ['2018'] } })).toEqual([[3]]);
    expect(await rowsOf(store, id, { by: [{ dimension: 'won', grain: 'month' }] })).toEqual([
      ['2018-01', 2],
      ['2018-02', 1],
    ]);
    expect(await rowsOf(store, id, { by: [{ dimension: 'won' }] })).toEqual([
      ['2018-01-06', 2],
      ['2018-02-05', 1],
    ]);
  });

  describe('totals', () => {
    it('adds up what one batch says about a cell many times', async () => {
      const many = Array.from({ length: 1_000 }, (_, n) =>
        leads({ origin: 'web', won: '2018-01-01' }, n % 2 ? 3 : -1),
      );
      const id = await filled([...many, leads({ origin: 'gone' }, 1), leads({ origin: 'gone' }, -1)]);
      expect(await rowsOf(subject().store, id, { by: [{ dimension: 'origin' }] })).toEqual([['web', 1_000]]);
    });

    it('is exact up to the largest safe integer', async () => {
      const id = await filled([leads({}, Number.MAX_SAFE_INTEGER - 1)]);
      await commitNext(subject().store, id, { cells: [leads({}, 1)] });
      expect(await rowsOf(subject().store, id)).toEqual([[Number.MAX_SAFE_INTEGER]]);
    });

    it('never rounds: a total beyond is refused, and right again when it is back', async () => {
      const { MAX_SAFE_INTEGER } = Number;
      const id = await filled([
        leads({ origin: 'a' }, MAX_SAFE_INTEGER),
        leads({ origin: 'a' }, MAX_SAFE_INTEGER),
        leads({ origin: 'b' }, 1),
      ]);
      const { store } = subject();
      await expect(rowsOf(store, id)).rejects.toThrow(InvalidRequest);
      expect(await rowsOf(store, id, { where: { origin: ['b'] } })).toEqual([[1]]);
      await commitNext(store, id, {
        cells: [leads({ origin: 'a' }, -MAX_SAFE_INTEGER), leads({ origin: 'a' }, -2)],
      });
      expect(await rowsOf(store, id, { where: { origin: ['a'] } })).toEqual([[MAX_SAFE_INTEGER - 2]]);
    });

    it('does not mind the order within a batch when only a part of the sum is beyond', async () => {
      const { MAX_SAFE_INTEGER } = Number;
      const counts = [MAX_SAFE_INTEGER, MAX_SAFE_INTEGER, 3, -MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER];
      const id = await filled(counts.map(count => on('2018-01-01', count)));
      expect(await rowsOf(subject().store, id, { by: [{ dimension: 'won' }] })).toEqual([['2018-01-01', 3]]);
    });
  });
};
