import { describe, expect, it } from '@jest/globals';
import type { MetricAnswer } from './define.ts';
import { flatRows } from './flat-rows.ts';

const flat = (...rows: readonly object[]): unknown =>
  flatRows({ rows: rows as unknown as MetricAnswer['rows'] });

describe('flatRows', () => {
  it('puts the group and the numbers side by side', () => {
    expect(flat({ by: { origin: null }, leads: 3, rate: null })).toEqual([
      { origin: null, leads: 3, rate: null },
    ]);
  });

  it('makes a column of each number of a list, as far as the row has any', () => {
    const rows = [
      { by: {}, cohort: '2018-01', active: [5, 0, 2] },
      { by: {}, cohort: '2018-02', active: [4, 1] },
    ];
    expect(flat(...rows)).toEqual([
      { cohort: '2018-01', 'active+0': 5, 'active+1': 0, 'active+2': 2 },
      { cohort: '2018-02', 'active+0': 4, 'active+1': 1 },
    ]);
  });

  it('leaves amounts together', () => {
    const revenue = [{ amount: 5, currency: 'EUR' }];
    expect(flat({ by: {}, revenue, open: [] })).toEqual([{ revenue, open: [] }]);
  });
});
