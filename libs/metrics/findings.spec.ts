import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type {
  CellQuery,
  CellRow,
  CellSchema,
  Entity,
  QualityFinding,
  ReadStore,
} from '../read-store/port.ts';
import type { Metric } from './define.ts';
import { summarize } from './findings.ts';
import { lastDay } from './last-day.ts';

const dimensions: CellSchema['dimensions'] = { origin: 'text', won: 'day', days: 'integer' };
const entity = (id: string, ...quality: readonly QualityFinding[]): Entity => ({
  id,
  state: {},
  due: null,
  quality,
});
const finding = (cell: QualityFinding['cell'], reason = 'odd', kept = true): QualityFinding => ({
  reason,
  kept,
  cell,
});
const ask = (entities: readonly Entity[], query: Partial<CellQuery> = {}) =>
  summarize(entities, ({ quality }) => quality, { measures: [], by: [], where: {}, ...query }, dimensions);
const concerned = (cell: QualityFinding['cell'], query: Partial<CellQuery>): boolean =>
  ask([entity('a', finding(cell))], query).length === 1;

describe('findings', () => {
  it('are counted by reason, each entity once, reasons by name, and whether they are kept', () => {
    const [late, high] = [finding({}, 'late'), finding({}, 'high', false)];
    expect(ask([entity('a', late, late), entity('b', high, late), entity('c')])).toEqual([
      { reason: 'high', count: 1, kept: false, entities: ['b'] },
      { reason: 'late', count: 2, kept: true, entities: ['a', 'b'] },
    ]);
  });

  it('name the first twenty entities and count all', () => {
    const many = Array.from({ length: 31 }, (_, n) => entity(`e${n}`, finding({})));
    expect(ask(many)).toEqual([
      { reason: 'odd', count: 31, kept: true, entities: many.slice(0, 20).map(({ id }) => id) },
    ]);
  });

  it.each<[string, QualityFinding['cell'], Partial<CellQuery>, boolean]>([
    ['a value that is asked for', { origin: 'web' }, { where: { origin: ['mail', 'web'] } }, true],
    ['another value', { origin: 'web' }, { where: { origin: ['mail'] } }, false],
    ['a missing value that is asked for', { origin: null }, { where: { origin: [null] } }, true],
    ['a missing value where another is asked for', { origin: null }, { where: { origin: ['web'] } }, false],
    ['no value: it may belong to any', {}, { where: { origin: ['web'] } }, true],
    [
      'one value of two that is not',
      { origin: 'web', days: 3 },
      { where: { origin: ['web'], days: [4] } },
      false,
    ],
    ['a number as text', { days: 3 }, { where: { days: ['3'] } }, false],
    ['a day in the month', { won: '2018-02-03' }, { where: { won: ['2018-02'] } }, true],
    ['a day in the year', { won: '2018-02-03' }, { where: { won: ['2017', '2018'] } }, true],
    ['a day of another month', { won: '2018-03-01' }, { where: { won: ['2018-02'] } }, false],
    ['no day where one is asked for', { won: null }, { where: { won: ['2018'] } }, false],
    [
      'the first day of a range',
      { won: '2018-02-01' },
      { range: { dimension: 'won', from: '2018-02-01' } },
      true,
    ],
    [
      'the day after a range',
      { won: '2018-03-01' },
      { range: { dimension: 'won', to: '2018-03-01' } },
      false,
    ],
    ['a null day in a range', { won: null }, { range: { dimension: 'won' } }, false],
    [
      'no word of the range’s day',
      { origin: 'web' },
      { range: { dimension: 'won', from: '2018-02-01' } },
      true,
    ],
  ])('of %s', (_, cell, query, expected) => {
    expect(concerned(cell, query)).toBe(expected);
  });
});

describe('the last day', () => {
  const periods = { last: { on: 'day', measure: 'orders' } } as unknown as Metric['periods'];
  const metric = { periods } as Metric;
  /** Cells of days, answered by month or by day as a store would. */
  const store = (days: Readonly<Record<string, number>>, positions = [7, 7]) => {
    const asked: CellQuery[] = [];
    const reads: Pick<ReadStore, 'cells'> = {
      cells: (_, query) => {
        asked.push(query);
        const width = query.by[0]?.grain === 'month' ? 7 : 10;
        const sums = new Map<string, number>();
        for (const [day, orders] of Object.entries(days))
          if (day >= (query.range?.from ?? '') && day < (query.range?.to ?? '~'))
            sums.set(day.slice(0, width), (sums.get(day.slice(0, width)) ?? 0) + orders);
        const rows = [...sums]
          .filter(([, sum]) => sum !== 0)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([day, orders]): CellRow => ({ by: { day }, sums: { orders } }));
        return Promise.resolve({ position: positions[asked.length - 1]!, value: rows });
      },
    };
    return { asked, find: (of = metric) => lastDay(reads, { name: 'x', generation: 1 }, of) };
  };

  it('is the last with anything, whatever the months hold', async () => {
    const day = fc
      .integer({ min: 0, max: 800 })
      .map(n => new Date(Date.UTC(2017, 10, 1) + n * 86_400_000).toISOString().slice(0, 10));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(day, fc.integer({ min: 1, max: 3 }), { maxKeys: 12 }), async days => {
        const last = Object.keys(days).sort().at(-1) ?? null;
        expect(await store(days).find()).toEqual({ position: 7, value: last });
      }),
    );
  });

  it('is looked for in its month alone', async () => {
    const { find, asked } = store({ '2017-12-31': 1, '2018-12-05': 2 });
    await find();
    expect(asked[1]?.range).toEqual({ dimension: 'day', from: '2018-12-01', to: '2019-01-01' });
  });

  it('is not told where the read model moved between the two looks', async () => {
    expect(await store({ '2018-01-01': 1 }, [7, 8]).find()).toMatchObject({ position: -1 });
  });

  it('is not looked for where the metric doesn’t ask for it', async () => {
    const { find, asked } = store({ '2018-01-01': 1 });
    expect(await find({} as Metric)).toBeNull();
    expect(asked).toEqual([]);
  });
});
