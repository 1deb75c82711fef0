import { describe, expect, it } from '@jest/globals';
import { MongoNetworkError } from 'mongodb';
import type { Command } from '../../../test/support/mongo-memory/collection.ts';
import { memoryDb } from '../../../test/support/mongo-memory/db.ts';
import { memoryReads } from '../../../test/support/mongo-memory/reads.ts';
import { aGeneration, anEntity, commitNext, leads, rowsOf } from '../../../test/support/reads.ts';
import { CheckpointConflict, InvalidRequest, ReadStoreUnavailable } from '../errors.ts';
import type { Batch, ReadStore } from '../port.ts';

const batch = (follows: number, change: Partial<Batch> = {}): Batch => ({
  ...{ follows, position: follows + 1, park: [], release: [] },
  ...{ entities: [anEntity('a', { follows })], cells: [leads({ origin: 'web' })] },
  ...change,
});
const begin = async (patience = 0) => {
  const memory = memoryDb();
  const { store, second } = memoryReads(memory, { patience });
  const id = await store.create(aGeneration());
  return { memory, store, id, other: await second!() };
};
const writes: ReadonlySet<string> = new Set([
  'insertOne',
  'bulkWrite',
  'updateOne',
  'deleteOne',
  'deleteMany',
]);
const isWrite = ({ name }: Command): boolean => writes.has(name);
const total = async (store: ReadStore, id: Awaited<ReturnType<typeof begin>>['id']) =>
  (await rowsOf(store, id))[0];

describe('a commit', () => {
  it('stages, claims, writes and closes, in this order, and leaves nothing staged', async () => {
    const { memory, store, id } = await begin();
    const since = memory.commands.length;
    await store.commit(id, batch(0));
    const done = memory.commands.slice(since).filter(isWrite);
    expect(done.map(({ name, collection }) => `${name} ${collection.split('.')[2] ?? ''}`)).toEqual([
      'insertOne staged',
      'insertOne staged',
      'insertOne batches',
      'bulkWrite cells',
      'bulkWrite entities',
      'updateOne batches',
      'deleteMany batches',
      'deleteMany staged',
    ]);
    expect(memory.documents('deals.1.staged')).toEqual([]);
  });

  it('of nothing but a position is one document, closed as it is claimed', async () => {
    const { memory, store, id } = await begin();
    const since = memory.commands.length;
    await store.commit(id, batch(0, { entities: [], cells: [], position: 9 }));
    expect(memory.commands.slice(since).filter(isWrite)[0]).toMatchObject({
      name: 'insertOne',
      of: { _id: 1, closed: true, position: 9, parts: 0 },
    });
    expect(await store.checkpoint(id)).toEqual({ position: 9, batch: 1 });
  });

  it.each<[string, number, Partial<Batch>]>([
    ['a position that is none', 1, { position: 1.5 }],
    ['a position before the last', 1, { position: 0 }],
    ['a state that can’t be kept', 1, { entities: [anEntity('a', {}, { due: 0.5 })] }],
  ])('with %s writes nothing', async (_, follows, change) => {
    const { memory, store, id } = await begin();
    await store.commit(id, batch(0));
    const since = memory.commands.length;
    await expect(store.commit(id, batch(follows, change))).rejects.toBeInstanceOf(InvalidRequest);
    expect(memory.commands.slice(since).filter(isWrite)).toEqual([]);
  });

  it('that follows another batch than the last is a conflict, which says where the store is', async () => {
    const { store, id } = await begin();
    await store.commit(id, batch(0));
    for (const follows of [0, 2])
      await expect(store.commit(id, batch(follows, { position: 5 }))).rejects.toMatchObject({
        name: 'CheckpointConflict',
        actual: 1,
      });
  });
});

describe('a batch of another worker', () => {
  /** A worker that dies before a write of it. */
  const dead = async (before: (command: Command) => boolean) => {
    const site = await begin();
    site.memory.before = command => {
      if (before(command)) throw new MongoNetworkError('the connection is gone');
    };
    await expect(site.store.commit(site.id, batch(0))).rejects.toBeInstanceOf(ReadStoreUnavailable);
    site.memory.before = () => undefined;
    return site;
  };

  it('that was not claimed is nothing, and what he staged goes with the next', async () => {
    const { memory, other, id } = await dead(
      ({ collection, name }) => name === 'insertOne' && collection.endsWith('batches'),
    );
    expect(memory.documents('deals.1.staged')).toHaveLength(2);
    expect(await other.checkpoint(id)).toEqual({ position: 0, batch: 0 });
    await other.commit(id, batch(0, { cells: [leads({ origin: 'web' }, 7)] }));
    expect(await total(other, id)).toEqual([7]);
    expect(memory.documents('deals.1.staged')).toEqual([]);
  });

  it('that was claimed is finished as it was staged, though the one who finds it would write something else', async () => {
    const { memory, other, id } = await dead(
      ({ collection, name }) => name === 'bulkWrite' && collection.endsWith('entities'),
    );
    expect(await other.checkpoint(id)).toEqual({ position: 0, batch: 0 });
    expect(await total(other, id)).toBeUndefined();
    const different = batch(0, { cells: [leads({ origin: 'web' }, 7)] });
    await expect(other.commit(id, different)).rejects.toMatchObject({
      name: 'CheckpointConflict',
      actual: 1,
    });
    expect(await other.checkpoint(id)).toEqual({ position: 1, batch: 1 });
    expect(await total(other, id)).toEqual([1]);
    expect(memory.documents('deals.1.staged')).toEqual([]);
  });

  it('is waited for while he may be at it', async () => {
    const { memory, store, other, id } = await begin(60_000);
    const held = Promise.withResolvers<undefined>();
    memory.before = ({ name, collection }) =>
      name === 'bulkWrite' && collection.endsWith('cells') ? held.promise : undefined;
    const first = store.commit(id, batch(0));
    const second = expect(other.commit(id, batch(0))).rejects.toBeInstanceOf(CheckpointConflict);
    while (!memory.commands.some(({ name }) => name === 'bulkWrite')) await new Promise(setImmediate);
    held.resolve(undefined);
    await Promise.all([first, second]);
    expect(memory.commands.filter(({ name }) => name === 'bulkWrite')).toHaveLength(2);
    expect(await total(store, id)).toEqual([1]);
  });

  it('that he could not finish himself is finished by his next commit at once', async () => {
    const { memory, store, id } = await begin(60_000);
    memory.before = ({ name }) => {
      if (name === 'bulkWrite') throw new MongoNetworkError('the connection is gone');
    };
    await expect(store.commit(id, batch(0))).rejects.toBeInstanceOf(ReadStoreUnavailable);
    memory.before = () => undefined;
    await expect(store.commit(id, batch(0))).rejects.toMatchObject({ name: 'CheckpointConflict', actual: 1 });
    await commitNext(store, id, { cells: [leads({ origin: 'web' })] });
    expect(await total(store, id)).toEqual([2]);
  });

  it.each(['staged', 'batches'])(
    'that got the number first leaves nothing of the one that lost, who was before his insert into %s',
    async part => {
      const { memory, store, other, id } = await begin();
      let once = true;
      memory.before = async ({ name, collection }) => {
        if (!once || name !== 'insertOne' || !collection.endsWith(part)) return;
        once = false;
        await other.commit(id, batch(0, { cells: [leads({ origin: 'web' }, 3)] }));
      };
      await expect(store.commit(id, batch(0))).rejects.toBeInstanceOf(CheckpointConflict);
      expect(await total(store, id)).toEqual([3]);
      expect(memory.documents('deals.1.staged')).toEqual([]);
    },
  );
});
