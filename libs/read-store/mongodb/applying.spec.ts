import { describe, expect, it } from '@jest/globals';
import type { AnyBulkWriteOperation } from 'mongodb';
import { MongoServerError } from 'mongodb';
import { memoryDb, type MemoryDb } from '../../../test/support/mongo-memory/db.ts';
import { apply } from './applying.ts';
import { collectionsOf } from './collections.ts';
import type { Write, Writes } from './writes.ts';

const id = { name: 'deals', generation: 1 };
const of = (change: Partial<Writes>): Writes => ({ cells: [], entities: [], parked: [], ...change });
const fresh = (key: string, m0: number | string): Write => ({ id: key, fresh: true, set: { m0 } });
const changed = (key: string, m0: number | string): Write => ({ id: key, fresh: false, set: { m0 } });
const applyTo = ({ db }: MemoryDb, batch: number, writes: Partial<Writes>, size = 100): Promise<void> =>
  apply(collectionsOf(db, id), batch, of(writes), size);
const cells = (memory: MemoryDb) =>
  Object.fromEntries(
    memory.documents('deals.1.cells').map(({ _id, batch, m0 }) => [String(_id), [batch, m0] as unknown]),
  );
const bulks = ({ commands }: MemoryDb) => commands.filter(({ name }) => name === 'bulkWrite');

describe('writing a batch', () => {
  it('inserts what is new and changes what is there, at the batch', async () => {
    const memory = memoryDb();
    await applyTo(memory, 1, { cells: [fresh('a', 1), fresh('b', 2)] });
    await applyTo(memory, 2, { cells: [changed('a', 5)] });
    expect(cells(memory)).toEqual({ a: [2, 5], b: [1, 2] });
  });

  it('again changes nothing, and neither does a worker that comes late', async () => {
    const memory = memoryDb();
    await applyTo(memory, 1, { cells: [fresh('a', 1)] });
    await applyTo(memory, 2, { cells: [changed('a', 2)] });
    await applyTo(memory, 3, { cells: [changed('a', 3), fresh('b', 1)] });
    const after = cells(memory);
    await applyTo(memory, 2, { cells: [changed('a', 2)] });
    await applyTo(memory, 1, { cells: [fresh('a', 1)] });
    await applyTo(memory, 3, { cells: [changed('a', 3), fresh('b', 1)] });
    expect(cells(memory)).toEqual(after);
  });

  it('writes totals first, entities next, parked events last', async () => {
    const memory = memoryDb();
    await applyTo(memory, 1, { parked: [fresh('p', 1)], entities: [fresh('e', 1)], cells: [fresh('c', 1)] });
    expect(bulks(memory).map(({ collection }) => collection)).toEqual([
      'deals.1.cells',
      'deals.1.entities',
      'deals.1.parked',
    ]);
  });

  it('sends no more operations in a command than the server takes, and none where there are none', async () => {
    const memory = memoryDb();
    await applyTo(memory, 1, { cells: Array.from({ length: 25 }, (_, n) => fresh(`c${n}`, n)) }, 10);
    expect(bulks(memory).map(({ of: operations }) => (operations as unknown[]).length)).toEqual([10, 10, 5]);
    expect(memory.documents('deals.1.cells')).toHaveLength(25);
  });

  it.each(['goes on', 'stops'] as const)(
    'writes all of it where another worker wrote a part, on a server that %s at a duplicate key',
    async onDuplicate => {
      const memory = memoryDb(onDuplicate);
      await applyTo(memory, 1, { cells: [fresh('x', 1), fresh('y', 1)] });
      const batch = [fresh('a', 1), changed('x', 2), fresh('b', 2), fresh('c', 3), changed('y', 4)];
      await applyTo(memory, 2, { cells: [batch[0]!, batch[2]!] });
      await applyTo(memory, 2, { cells: batch });
      expect(cells(memory)).toEqual({ a: [2, 1], x: [2, 2], b: [2, 2], c: [2, 3], y: [2, 4] });
    },
  );

  it('sends again only what is not at the batch yet', async () => {
    const memory = memoryDb('stops');
    await applyTo(memory, 1, { cells: [fresh('b', 2)] });
    await applyTo(memory, 1, { cells: [fresh('a', 1), fresh('b', 2), fresh('c', 3)] });
    const [, first, second] = bulks(memory).map(({ of: operations }) =>
      (operations as AnyBulkWriteOperation[]).map(each =>
        'insertOne' in each ? each.insertOne.document['_id'] : null,
      ),
    );
    expect([first, second]).toEqual([['a', 'b', 'c'], ['c']]);
  });

  it('does not try again what was refused for another reason', async () => {
    const memory = memoryDb();
    const refusal = new MongoServerError({ message: 'no', code: 121 });
    memory.before = () => {
      throw refusal;
    };
    await expect(applyTo(memory, 1, { cells: [fresh('a', 1)] })).rejects.toBe(refusal);
    expect(memory.commands).toHaveLength(1);
  });

  it('keeps totals beyond the safe integers exactly, and texts of entities as texts', async () => {
    const memory = memoryDb();
    await applyTo(memory, 1, {
      cells: [{ id: 'a', fresh: true, set: { m0: '9007199254740993', p0: '-9007199254740995', d0: '12' } }],
      entities: [{ id: 'e', fresh: true, set: { state: '12', i0: '9007199254740993' } }],
    });
    const [cell] = memory.documents('deals.1.cells');
    expect([String(cell!['m0']), String(cell!['p0']), cell!['d0']]).toEqual([
      '9007199254740993',
      '-9007199254740995',
      '12',
    ]);
    expect(typeof cell!['m0']).not.toBe('string');
    expect(memory.documents('deals.1.entities')[0]).toMatchObject({ state: '12', i0: '9007199254740993' });
  });
});
