import { describe, expect, it } from '@jest/globals';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { memoryDb } from '../../../test/support/mongo-memory/db.ts';
import { memoryReads } from '../../../test/support/mongo-memory/reads.ts';
import { aGeneration, anEntity, commitNext, leads } from '../../../test/support/reads.ts';
import { ReadStoreUnavailable, UnknownProjection } from '../errors.ts';
import type { Generation, ReadStore } from '../port.ts';

const begin = (within = 10_000) => {
  const memory = memoryDb();
  const { store, second } = memoryReads(memory, { within });
  return { memory, store, second: second! };
};
const filled = async (store: ReadStore): Promise<Generation> => {
  const made = await store.create(aGeneration());
  await commitNext(store, made, {
    entities: [anEntity('a', { stage: 'lead' })],
    cells: [leads({ origin: 'web' })],
  });
  return made;
};
const away = (): never => {
  throw new MongoNetworkError('connection refused');
};

describe('the collections in the database', () => {
  it('of the generation before are dropped after a swap, and its number stays on the list', async () => {
    const { memory, store } = begin();
    const [first, second] = [await filled(store), await filled(store)];
    await store.promote(first);
    await store.promote(second);
    expect(memory.collections().filter(name => name.startsWith('deals.1.'))).toEqual([]);
    expect(
      memory.documents('generations').map(({ _id, dropped }) => [_id as unknown, dropped as unknown]),
    ).toEqual([
      ['deals/1', true],
      ['deals/2', false],
    ]);
    expect((await store.load(second, ['a'])).size).toBe(1);
  });

  it('do not come back when another process, which has not heard of the swap, goes on to write', async () => {
    const { memory, store, second } = begin();
    const made = await filled(store);
    const other = await second();
    await other.checkpoint(made);
    await store.drop(made);
    await expect(commitNext(other, made, { cells: [leads({})] })).rejects.toBeInstanceOf(UnknownProjection);
    await expect(other.load(made, ['a'])).rejects.toBeInstanceOf(UnknownProjection);
    expect(memory.collections()).toEqual(['generations']);
  });

  it('that a crash left between the two steps are removed when a process begins', async () => {
    const { memory, store, second } = begin();
    const [kept, gone] = [await filled(store), await filled(store)];
    await memory.db
      .collection('generations')
      .updateOne({ _id: 'deals/2' as never }, { $set: { dropped: true } });
    await memory.db.collection('notes').insertOne({ text: 'somebody else’s' });
    const other = await second();
    await other.generations();
    expect(memory.collections().filter(name => name.startsWith('deals.2.'))).toEqual([]);
    expect(memory.collections()).toContain('notes');
    await expect(other.checkpoint(gone)).rejects.toBeInstanceOf(UnknownProjection);
    expect(await other.checkpoint(kept)).toMatchObject({ batch: 1 });
  });

  it('are made anew when somebody has dropped them all: it is folded again from the beginning', async () => {
    const { memory, store, second } = begin();
    const made = await filled(store);
    for (const name of memory.collections())
      if (name.startsWith('deals.')) await memory.db.dropCollection(name);
    await expect(store.checkpoint(made)).rejects.toBeInstanceOf(UnknownProjection);
    // The list has it still, so the next call begins it.
    expect(await store.checkpoint(made)).toEqual({ position: 0, batch: 0 });
    expect(await (await second()).checkpoint(made)).toEqual({ position: 0, batch: 0 });
  });
});

describe('a server that is away', () => {
  it('is told at the first call, and works by itself when it is back', async () => {
    const { memory, store } = begin();
    memory.before = away;
    await expect(store.generations()).rejects.toBeInstanceOf(ReadStoreUnavailable);
    await expect(store.create(aGeneration())).rejects.toBeInstanceOf(ReadStoreUnavailable);
    memory.before = () => undefined;
    const made = await filled(store);
    expect(await store.checkpoint(made)).toEqual({ position: 1, batch: 1 });
  });

  it('is told by every call', async () => {
    const { memory, store } = begin();
    const made = await filled(store);
    const batch = { follows: 1, position: 2, entities: [anEntity('b')], cells: [], park: [], release: [] };
    memory.before = away;
    const calls: readonly (() => Promise<unknown>)[] = [
      () => store.generations(),
      () => store.promote(made),
      () => store.hold(made),
      () => store.drop(made),
      () => store.checkpoint(made),
      () => store.load(made, ['a']),
      () => store.commit(made, batch),
      () => store.cells(made, { measures: ['leads'], by: [], where: {} }),
      () => store.entities(made, { limit: 1 }),
      () => store.findings(made),
      () => store.due(made, 0, 1),
      () => store.parked(made),
    ];
    for (const call of calls)
      await expect(call()).rejects.toThrow('the read store is away: connection refused');
  });

  it('that is silent is not waited for, but by a commit', async () => {
    const { memory, store } = begin(30);
    const made = await filled(store);
    const spoken = Promise.withResolvers<undefined>();
    memory.before = () => spoken.promise;
    await expect(store.checkpoint(made)).rejects.toThrow('has not answered within 30 ms');
    await expect(store.entities(made, { limit: 1 })).rejects.toThrow('has not answered within 30 ms');
    const commit = commitNext(
      { ...store, checkpoint: () => Promise.resolve({ position: 1, batch: 1 }) },
      made,
      { entities: [anEntity('b')] },
    );
    await expect(store.checkpoint(made)).rejects.toBeInstanceOf(ReadStoreUnavailable);
    spoken.resolve(undefined);
    await commit;
    expect(await store.checkpoint(made)).toEqual({ position: 2, batch: 2 });
  });

  it('is not what a refusal says: that is passed on', async () => {
    const { memory, store } = begin();
    const made = await filled(store);
    const refusal = new MongoServerError({ message: 'failed validation', code: 121 });
    memory.before = ({ collection }) => {
      if (collection.startsWith('deals.')) throw refusal;
    };
    await expect(store.checkpoint(made)).rejects.toBe(refusal);
  });
});

describe('a store that is closed', () => {
  it('says so, and lets go of the connection', async () => {
    let held = true;
    const { store } = memoryReads(memoryDb(), {
      disconnect: () => {
        held = false;
        return Promise.resolve();
      },
    });
    await store.close();
    expect(held).toBe(false);
    await expect(store.generations()).rejects.toThrow('the read store is closed');
    await expect(store.generations()).rejects.toBeInstanceOf(ReadStoreUnavailable);
  });
});
