import { describe, expect, it } from '@jest/globals';
import type { Collection } from 'mongodb';
import { memoryDb } from '../../../test/support/mongo-memory/db.ts';
import { collectionsOf, dropCollections, generationsWithCollections } from './collections.ts';

const deals = (generation: number) => ({ name: 'deals', generation });
const allOf = (...[db, id]: Parameters<typeof collectionsOf>): readonly Collection[] =>
  Object.values<Collection>({ ...collectionsOf(db, id) } as never);

describe('the collections of a generation', () => {
  it('are its own, by name and number', async () => {
    const memory = memoryDb();
    for (const collection of allOf(memory.db, deals(12))) await collection.insertOne({ _id: 'x' as never });
    expect(memory.collections()).toEqual(
      ['batches', 'cells', 'entities', 'parked', 'staged'].map(part => `deals.12.${part}`),
    );
  });

  it('go together, that which tells how far it is first, and those of others stay', async () => {
    const memory = memoryDb();
    for (const each of [deals(1), deals(11), { name: 'deals-1', generation: 1 }])
      for (const collection of allOf(memory.db, each)) await collection.insertOne({ _id: 'x' as never });
    await dropCollections(memory.db, deals(1));
    const dropped = memory.commands.filter(({ name }) => name === 'dropCollection');
    expect(dropped[0]?.collection).toBe('deals.1.batches');
    expect(await generationsWithCollections(memory.db)).toEqual([
      deals(11),
      { name: 'deals-1', generation: 1 },
    ]);
  });

  it('may be dropped when they are gone', async () => {
    await expect(dropCollections(memoryDb().db, deals(1))).resolves.toBeUndefined();
  });

  it('are told from what else is in the database', async () => {
    const memory = memoryDb();
    const foreign = [
      'generations',
      'deals',
      'deals.1',
      'deals.0.cells',
      'deals.01.cells',
      'deals.1.cells.old',
    ];
    const others = ['deals.1.notes', 'Deals.1.cells', '1.1.cells', 'relay.checkpoints'];
    for (const name of [...foreign, ...others, 'lead-funnel.7.parked', 'lead-funnel.7.cells'])
      await memory.db.collection(name).insertOne({ a: 1 });
    expect(await generationsWithCollections(memory.db)).toEqual([{ name: 'lead-funnel', generation: 7 }]);
  });
});
