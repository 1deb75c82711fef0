import { describe, expect, it } from '@jest/globals';
import { memoryDb, type MemoryDb } from '../../../test/support/mongo-memory/db.ts';
import { shapeOf } from '../shape.ts';
import { collectionsOf } from './collections.ts';
import { ensure, ensureIndexes } from './generation-indexes.ts';

const shape = shapeOf({ dimensions: { won: 'day' }, measures: ['n'], indexes: ['stage', 'score'] });
const indexesOf = async ({ db }: MemoryDb, name: string): Promise<Readonly<Record<string, unknown>>> => {
  const found = await db.collection(name).listIndexes().toArray();
  return Object.fromEntries(found.map(({ name: index, key }) => [String(index), key as unknown]));
};
const commandsOf = ({ commands }: MemoryDb): readonly string[] =>
  commands.map(({ name, of }) => `${name} ${String(of)}`).filter(each => !each.startsWith('listIndexes'));

describe('the indexes of a generation', () => {
  it('are those that queries use, named by what they are for and the version', async () => {
    const memory = memoryDb();
    await ensureIndexes(collectionsOf(memory.db, { name: 'deals', generation: 3 }), shape);
    expect(await indexesOf(memory, 'deals.3.cells')).toEqual({
      _id_: { _id: 1 },
      spans_v1: { t: 1, on: 1, grain: 1, bucket: 1 },
    });
    expect(await indexesOf(memory, 'deals.3.entities')).toEqual({
      _id_: { _id: 1 },
      batch_v1: { batch: 1 },
      due_v1: { due: 1, _id: 1 },
      odd_v1: { odd: 1, _id: 1 },
      i0_v1: { i0: 1, _id: 1 },
      i1_v1: { i1: 1, _id: 1 },
    });
    expect(await indexesOf(memory, 'deals.3.parked')).toEqual({ _id_: { _id: 1 }, entity_v1: { entity: 1 } });
  });

  it('are asked for once: some servers fall over when asked for one that is there', async () => {
    const memory = memoryDb();
    const collections = collectionsOf(memory.db, { name: 'deals', generation: 3 });
    await ensureIndexes(collections, shape);
    const before = commandsOf(memory).length;
    await ensureIndexes(collections, shape);
    expect(commandsOf(memory)).toHaveLength(before);
  });
});

describe('making sure of indexes', () => {
  const begun = async () => {
    const memory = memoryDb();
    const collection = memory.db.collection('any');
    await ensure(collection, [
      { name: 'a_v1', key: { a: 1 } },
      { name: 'b_v1', key: { b: 1 } },
    ]);
    return { memory, collection };
  };

  it('makes those that are missing alone', async () => {
    const { memory, collection } = await begun();
    await ensure(collection, [
      { name: 'a_v1', key: { a: 1 } },
      { name: 'b_v1', key: { b: 1 } },
      { name: 'c_v1', key: { c: 1 } },
    ]);
    expect(commandsOf(memory)).toEqual(['createIndexes a_v1,b_v1', 'createIndexes c_v1']);
  });

  it('puts a new version in before it takes the old one away', async () => {
    const { memory, collection } = await begun();
    await ensure(collection, [
      { name: 'a_v2', key: { a: 1, _id: 1 } },
      { name: 'b_v1', key: { b: 1 } },
    ]);
    expect(commandsOf(memory).slice(1)).toEqual(['createIndexes a_v2', 'dropIndex a_v1']);
    expect(Object.keys(await indexesOf(memory, 'any'))).toEqual(['_id_', 'b_v1', 'a_v2']);
  });

  it('never drops the index of the key', async () => {
    const { memory, collection } = await begun();
    await ensure(collection, []);
    expect(await indexesOf(memory, 'any')).toEqual({ _id_: { _id: 1 } });
  });

  it('says what is wrong when the server can’t be asked', async () => {
    const { memory, collection } = await begun();
    memory.before = () => {
      throw new Error('away');
    };
    await expect(ensure(collection, [])).rejects.toThrow('away');
  });
});
