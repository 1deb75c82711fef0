import { describe, expect, it } from '@jest/globals';
import { InvalidRequest, UnknownDimension } from '../../../libs/read-store/errors.ts';
import type { CellDelta, CellQuery } from '../../../libs/read-store/port.ts';
import { aGeneration, commitNext, leads, rowsOf } from '../../support/reads.ts';
import { eachWith, type ReadStoreFactory } from './setup.ts';

const byOrigin = [{ dimension: 'origin' }];

/** Totals grouped and narrowed down. */
export const querying = (factory: ReadStoreFactory): void => {
  const { subject, deals } = eachWith(factory);

  const filled = async (cells: readonly CellDelta[]) => {
    const id = await deals();
    await commitNext(subject().store, id, { cells });
    return id;
  };

  it('answers the measures that are asked for, by name, at the position', async () => {
    const { store } = subject();
    const id = await deals();
    const cells = [{ cell: { origin: 'web' }, add: { leads: 2, value: 700 } }];
    await commitNext(store, id, { position: 77, cells });
    expect(await store.cells(id, { measures: ['value', 'leads'], by: byOrigin, where: {} })).toEqual({
      position: 77,
      value: [{ by: { origin: 'web' }, sums: { value: 700, leads: 2 } }],
    });
    const one = await store.cells(id, { measures: ['value'], by: [], where: {} });
    expect(one.value).toEqual([{ by: {}, sums: { value: 700 } }]);
    expect((await store.cells(id, { measures: [], by: byOrigin, where: {} })).value).toEqual([]);
  });

  it('takes a measure that is left out as nothing', async () => {
    const id = await filled([
      { cell: {}, add: { value: 5 } },
      { cell: {}, add: {} },
    ]);
    expect(await rowsOf(subject().store, id)).toEqual([]);
    expect(await rowsOf(subject().store, id, { measures: ['leads', 'value'] })).toEqual([[0, 5]]);
  });

  it('leaves out rows in which every asked measure is zero', async () => {
    const id = await filled([
      { cell: { origin: 'a' }, add: { leads: 0, value: 1 } },
      { cell: { origin: 'b', days: 1 }, add: { leads: 4 } },
      { cell: { origin: 'b', days: 2 }, add: { leads: -4 } },
      { cell: { origin: 'c' }, add: { leads: 2, value: -1 } },
    ]);
    const { store } = subject();
    expect(await rowsOf(store, id, { by: byOrigin })).toEqual([['c', 2]]);
    expect(await rowsOf(store, id, { by: byOrigin, measures: ['value'] })).toEqual([
      ['a', 1],
      ['c', -1],
    ]);
    expect(await rowsOf(store, id, { by: byOrigin, measures: ['leads', 'value'] })).toEqual([
      ['a', 0, 1],
      ['c', 2, -1],
    ]);
    expect(await rowsOf(store, id, { measures: ['value'] })).toEqual([]);
  });

  it('groups what is left out and what is null under null, though they are different cells', async () => {
    const id = await filled([
      leads({ origin: null }, 1),
      leads({}, 2),
      leads({ origin: 'null' }, 4),
      leads({ origin: '' }, 8),
      leads({ days: null }, 16),
      leads({ days: 0 }, 32),
    ]);
    const { store } = subject();
    expect(await rowsOf(store, id, { by: byOrigin })).toEqual([
      [null, 51],
      ['', 8],
      ['null', 4],
    ]);
    expect(await rowsOf(store, id, { by: [{ dimension: 'days' }] })).toEqual([
      [null, 31],
      [0, 32],
    ]);
    expect(await rowsOf(store, id, { where: { origin: [null] } })).toEqual([[51]]);
    expect(await rowsOf(store, id, { where: { days: [null, 0] } })).toEqual([[63]]);
    await commitNext(store, id, { cells: [leads({ origin: null }, -1)] });
    expect(await rowsOf(store, id, { by: byOrigin })).toEqual([
      [null, 50],
      ['', 8],
      ['null', 4],
    ]);
  });

  it('leaves the row of null out when what is null and what is left out cancel out', async () => {
    const id = await filled([leads({ origin: null }, 5), leads({}, -5), leads({ origin: 'a' })]);
    expect(await rowsOf(subject().store, id, { by: byOrigin })).toEqual([['a', 1]]);
  });

  it('sorts by group, in the order of by: null first, integers by number, text by code point', async () => {
    const texts = ['b', 'a', 'B', 'aa', 'é', '\uffee', '😀', '10', '9', ''];
    const id = await filled([
      ...texts.map(origin => leads({ origin })),
      ...[10, 9, -1, 0, -10, 2 ** 40, null].map(days => leads({ days, origin: 'n' })),
    ]);
    const { store } = subject();
    const origins = (await rowsOf(store, id, { by: byOrigin })).map(([origin]) => origin);
    expect(origins).toEqual(['', '10', '9', 'B', 'a', 'aa', 'b', 'n', 'é', '\uffee', '😀']);
    const days = (await rowsOf(store, id, { by: [{ dimension: 'days' }] })).map(([day]) => day);
    expect(days).toEqual([null, -10, -1, 0, 9, 10, 2 ** 40]);
    const both = await rowsOf(store, id, {
      by: [{ dimension: 'days' }, { dimension: 'origin' }],
      where: { origin: ['a', 'n'] },
    });
    expect(both.map(([day, origin]) => [day, origin])).toEqual([
      [null, 'a'],
      [null, 'n'],
      [-10, 'n'],
      [-1, 'n'],
      [0, 'n'],
      [9, 'n'],
      [10, 'n'],
      [2 ** 40, 'n'],
    ]);
  });

  it('ORs the values of a dimension and ANDs dimensions', async () => {
    const id = await filled([
      leads({ origin: 'a', days: 1 }, 1),
      leads({ origin: 'a', days: 2 }, 2),
      leads({ origin: 'b', days: 1 }, 4),
      leads({ origin: 'c', days: 1 }, 8),
      leads({ days: 1 }, 16),
    ]);
    const where = (given: CellQuery['where']) => rowsOf(subject().store, id, { where: given });
    expect(await where({ origin: ['a', 'b'] })).toEqual([[7]]);
    expect(await where({ origin: ['a', 'b'], days: [1] })).toEqual([[5]]);
    expect(await where({ origin: ['a', 'a'] })).toEqual([[3]]);
    expect(await where({ origin: [null, 'c'], days: [1, 2] })).toEqual([[24]]);
    expect(await where({ origin: ['a'], days: [3] })).toEqual([]);
    expect(await where({ origin: [] })).toEqual([]);
    expect(await where({})).toEqual([[31]]);
  });

  it('matches a value of its own type only', async () => {
    const id = await filled([
      leads({ origin: '1' }, 1),
      leads({ origin: '0' }, 2),
      leads({ origin: null }, 4),
      leads({ days: 1 }, 8),
      leads({ days: null }, 16),
    ]);
    const where = (given: CellQuery['where']) => rowsOf(subject().store, id, { where: given });
    expect(await where({ origin: [1, 0] })).toEqual([]);
    expect(await where({ days: ['1', '', 'null'] })).toEqual([]);
    expect(await where({ origin: ['1'] })).toEqual([[1]]);
    expect(await where({ days: [1] })).toEqual([[8]]);
  });

  it('combines a grain, a dimension, where and a range', async () => {
    const id = await filled([
      leads({ origin: 'a', days: 1, won: '2018-01-31' }, 1),
      leads({ origin: 'a', days: 1, won: '2018-02-01' }, 2),
      leads({ origin: 'b', days: 1, won: '2018-02-02' }, 4),
      leads({ origin: 'a', days: 2, won: '2018-02-02' }, 8),
      leads({ days: 1, won: '2018-03-09' }, 16),
      leads({ days: 1, won: '2018-03-10' }, 32),
      leads({ days: 1, won: null }, 64),
      leads({ days: 1, entered: '2018-02-02' }, 128),
    ]);
    const rows = await rowsOf(subject().store, id, {
      by: [{ dimension: 'origin' }, { dimension: 'won', grain: 'month' }],
      where: { days: [1] },
      range: { dimension: 'won', from: '2018-02-01', to: '2018-03-10' },
    });
    expect(rows).toEqual([
      [null, '2018-03', 16],
      ['a', '2018-02', 2],
      ['b', '2018-02', 4],
    ]);
  });

  it.each([
    ['quotes', `it's "quoted" \`$\{x}\`; DROP TABLE cells; --`],
    ['a NUL', 'a\0b'],
    ['a NUL alone', '\0'],
    ['control characters', '\u0001\u0002\u001f\u007f\r\n\t'],
    ['emoji', '👩‍👩‍👧 😀'],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udfff'],
    ['a noncharacter', '\u{10ffff}\uffff'],
    ['__proto__', '__proto__'],
    ['an operator', '$gt'],
    ['a path', 'a.b.$c'],
    ['JSON', '{"a":1}'],
    ['spaces around', ' x '],
    ['a very long text', 'long '.repeat(20_000)],
  ])('keeps apart and gives back a value with %s', async (_, odd) => {
    const id = await filled([
      leads({ origin: odd, won: '2018-01-01' }, 1),
      leads({ origin: `${odd}x` }, 2),
      leads({ origin: 'a' }, 4),
      leads({ origin: '\ufffd' }, 8),
      leads({ origin: 'a\udc00b' }, 16),
    ]);
    const store = await subject().reopen();
    await commitNext(store, id, { cells: [leads({ origin: odd }, 32)] });
    const rows = await rowsOf(store, id, { by: byOrigin });
    expect(rows).toHaveLength(5);
    expect(rows).toContainEqual([odd, 33]);
    expect(await rowsOf(store, id, { where: { origin: [odd] } })).toEqual([[33]]);
    expect(await rowsOf(store, id, { by: [{ dimension: 'won' }, ...byOrigin] })).toEqual([
      ['2018-01-01', odd, 1],
    ]);
  });

  it('keeps names of inherited members for dimensions and measures', async () => {
    const { store } = subject();
    const schema = {
      dimensions: { constructor: 'text', valueOf: 'day' },
      measures: ['toString'],
      indexes: [],
    } as const;
    const id = await store.create(aGeneration({ schema }));
    await commitNext(store, id, {
      cells: [
        { cell: {}, add: { toString: 1 } },
        { cell: { constructor: 'x' }, add: {} },
      ],
    });
    const { value } = await store.cells(id, {
      measures: ['toString'],
      by: [{ dimension: 'constructor' }],
      where: {},
    });
    expect(value.map(({ by, sums }) => [by['constructor'], sums['toString']])).toEqual([[null, 1]]);
  });

  it('answers for a schema without dimensions or measures', async () => {
    const { store } = subject();
    const bare = { dimensions: {}, measures: [], indexes: [] };
    const none = await store.create(aGeneration({ schema: bare }));
    await commitNext(store, none, { cells: [{ cell: {}, add: {} }] });
    expect(await rowsOf(store, none, { measures: [] })).toEqual([]);
    const sums = await store.create(aGeneration({ schema: { ...bare, measures: ['leads'] } }));
    await commitNext(store, sums, { cells: [leads({}, 2), leads({}, 3)] });
    expect(await rowsOf(store, sums)).toEqual([[5]]);
  });

  describe('refuses', () => {
    it.each<[string, Partial<CellQuery>]>([
      ['an unknown measure', { measures: ['sales'] }],
      ['a dimension as a measure', { measures: ['origin'] }],
      ['an unknown dimension to group by', { by: [{ dimension: 'colour' }] }],
      ['a measure to group by', { by: [{ dimension: 'leads' }] }],
      ['an unknown dimension with a grain', { by: [{ dimension: 'colour', grain: 'month' }] }],
      ['an unknown dimension in where', { where: { colour: ['red'] } }],
      ['an unknown dimension in an empty where', { where: { colour: [] } }],
      ['an inherited name', { where: { toString: ['x'] } }],
      ['SQL for a name', { by: [{ dimension: 'origin" FROM cells --' }] }],
      ['an unknown dimension with a range', { range: { dimension: 'lost' } }],
      ['a range of a dimension without days', { range: { dimension: 'origin', from: '2018-01-01' } }],
    ])('%s, and says what is known', async (_, query) => {
      const id = await filled([leads({ origin: 'a', won: '2018-01-01' })]);
      const asked = rowsOf(subject().store, id, query);
      await expect(asked).rejects.toThrow(UnknownDimension);
      await expect(asked).rejects.toHaveProperty('known', expect.arrayContaining(['won', 'entered']));
    });

    it.each<Partial<CellQuery>>([
      { by: [{ dimension: 'won' }, { dimension: 'entered' }] },
      { by: [{ dimension: 'won' }], range: { dimension: 'entered', from: '2018-01-01' } },
      { where: { won: ['2018'], entered: ['2018'] } },
      { where: { won: [] }, range: { dimension: 'entered' } },
    ])('two day dimensions in one query: %j', async query => {
      const id = await deals();
      const asked = rowsOf(subject().store, id, query);
      await expect(asked).rejects.toThrow(UnknownDimension);
      await expect(asked).rejects.toThrow(/one day dimension.*(won.*entered|entered.*won)/);
    });

    it.each<Partial<CellQuery>>([
      { where: { won: ['yesterday'] } },
      { where: { won: ['2018-13'] } },
      { where: { won: ['2017-02-29'] } },
      { where: { won: [18] } },
      { where: { won: [''] } },
      { range: { dimension: 'won', from: '2018-01' } },
      { range: { dimension: 'won', to: '2018-02-30' } },
      { range: { dimension: 'won', to: 'x' } },
      { by: [{ dimension: 'origin', grain: 'month' }] },
      { by: [{ dimension: 'origin' }, { dimension: 'origin' }] },
      {
        by: [
          { dimension: 'won', grain: 'day' },
          { dimension: 'won', grain: 'month' },
        ],
      },
      { by: [{ dimension: 'won', grain: 'week' as never }] },
    ])('%j', async query => {
      const id = await deals();
      await expect(rowsOf(subject().store, id, query)).rejects.toThrow(InvalidRequest);
    });
  });
};
