import { describe, expect, it } from '@jest/globals';
import { memoryDb, type MemoryDb } from '../../../test/support/mongo-memory/db.ts';
import { deltaReader } from '../deltas.ts';
import { CheckpointConflict } from '../errors.ts';
import type { CellDelta, CellSchema } from '../port.ts';
import { totalsOf } from '../summaries.ts';
import { apply } from './applying.ts';
import { cellWrites } from './cell-writes.ts';
import { collectionsOf } from './collections.ts';
import type { Write } from './writes.ts';

const id = { name: 'deals', generation: 1 };
const schema: CellSchema = {
  dimensions: { origin: 'text', days: 'integer', won: 'day' },
  measures: ['deals', 'value'],
  indexes: [],
};

const planned = async (
  memory: MemoryDb,
  closed: number,
  deltas: readonly CellDelta[],
  change: Partial<CellSchema> = {},
): Promise<readonly Write[]> => {
  const totals = totalsOf({ ...schema, ...change });
  return cellWrites(collectionsOf(memory.db, id), totals, deltas.map(deltaReader(totals[0].shape)), {
    closed,
    ahead: () => new CheckpointConflict(id, closed, closed + 1),
  });
};
const written = async (memory: MemoryDb, batch: number, writes: readonly Write[]): Promise<void> =>
  apply(collectionsOf(memory.db, id), batch, { cells: writes, entities: [], parked: [] }, 100);
const byBucket = (writes: readonly Write[]) =>
  writes.map(({ set }) => `${String(set['grain'])} ${String(set['bucket'])}`);

describe('what a batch makes of the totals', () => {
  it('is a total for all days, the year, the month and the day', async () => {
    const writes = await planned(memoryDb(), 0, [
      { cell: { origin: 'web', won: '2018-02-03' }, add: { deals: 1, value: 500 } },
    ]);
    expect(byBucket(writes).sort()).toEqual(['all ', 'day 2018-02-03', 'month 2018-02', 'year 2018']);
    for (const { fresh, set } of writes) {
      expect(fresh).toBe(true);
      // A dimension that is left out has no field; what was before a new total is zero.
      expect(set).toMatchObject({ t: 0, on: 0, d0: 'web', m0: 1, p0: 0, m1: 500, p1: 0 });
      expect(set).not.toHaveProperty('d1');
    }
  });

  it('adds to what is there, and keeps what it was one batch before', async () => {
    const memory = memoryDb();
    const add = { cell: { origin: 'web' }, add: { deals: 2 } };
    await written(memory, 1, await planned(memory, 0, [add]));
    const [write] = await planned(memory, 1, [add, add]);
    expect(write).toMatchObject({ fresh: false, set: { m0: 6, p0: 2, m1: 0, p1: 0 } });
    // Its dimensions are there already.
    expect(write!.set).not.toHaveProperty('d0');
  });

  it('tells a dimension that is left out from one that is null, and texts from numbers', async () => {
    const cells: readonly CellDelta['cell'][] = [
      {},
      { origin: null },
      { origin: 'null' },
      { days: 0 },
      { origin: '0' },
    ];
    const writes = await planned(
      memoryDb(),
      0,
      cells.map(cell => ({ cell, add: { deals: 1 } })),
    );
    expect(new Set(writes.map(write => write.id)).size).toBe(cells.length);
  });

  it('is nothing where everything cancels out', async () => {
    const one = (deals: number): CellDelta => ({ cell: { origin: 'web' }, add: { deals } });
    expect(await planned(memoryDb(), 0, [one(1), one(-1)])).toEqual([]);
  });

  it('never rounds: a total beyond the safe integers is a text on the way, and comes back to a number', async () => {
    const memory = memoryDb();
    const most = { cell: {}, add: { value: Number.MAX_SAFE_INTEGER } };
    await written(memory, 1, await planned(memory, 0, [most, most]));
    const [more] = await planned(memory, 1, [{ cell: {}, add: { value: 1 } }]);
    expect(more!.set).toMatchObject({ m1: '18014398509481983', p1: '18014398509481982' });
    const [less] = await planned(memory, 1, [{ cell: {}, add: { value: -Number.MAX_SAFE_INTEGER } }]);
    expect(less!.set).toMatchObject({ m1: Number.MAX_SAFE_INTEGER, p1: '18014398509481982' });
  });

  it('is kept by summaries too, without days and under their own place', async () => {
    const writes = await planned(
      memoryDb(),
      0,
      [{ cell: { origin: 'web', days: 3, won: '2018-02-03' }, add: { deals: 1 } }],
      { summaries: [['origin']] },
    );
    const summary = writes.filter(({ set }) => set['t'] === 1);
    expect(byBucket(summary).sort()).toEqual(['all ', 'month 2018-02', 'year 2018']);
    for (const { set } of summary) {
      expect(set).toMatchObject({ d0: 'web' });
      expect(set).not.toHaveProperty('d1');
    }
  });

  it('asks for nothing before the first batch, and by a thousand ids at a time after it', async () => {
    const memory = memoryDb();
    const many = Array.from({ length: 2_500 }, (_, n) => ({ cell: { days: n }, add: { deals: 1 } }));
    await planned(memory, 0, many);
    expect(memory.commands).toEqual([]);
    await planned(memory, 1, many);
    expect(memory.commands.map(({ name }) => name)).toEqual(['find', 'find', 'find']);
  });

  it('can’t be told any more when a later batch was there already', async () => {
    const memory = memoryDb();
    const add = { cell: { origin: 'web' }, add: { deals: 1 } };
    await written(memory, 1, await planned(memory, 0, [add]));
    await written(memory, 2, await planned(memory, 1, [add]));
    await expect(planned(memory, 1, [add])).rejects.toBeInstanceOf(CheckpointConflict);
  });
});
