import { describe, expect, it } from '@jest/globals';
import { memoryDb, type MemoryDb } from '../../../test/support/mongo-memory/db.ts';
import { aParked } from '../../../test/support/reads.ts';
import { CheckpointConflict } from '../errors.ts';
import type { ParkedEvent } from '../port.ts';
import { apply } from './applying.ts';
import { collectionsOf } from './collections.ts';
import { readParked } from './parked.ts';
import { parkedWrites } from './parked-writes.ts';

const id = { name: 'deals', generation: 1 };

const begin = () => {
  const memory = memoryDb();
  const collections = collectionsOf(memory.db, id);
  let closed = 0;
  const planned = (park: readonly ParkedEvent[], release: readonly string[] = []) =>
    parkedWrites(
      collections,
      { park, release },
      { closed, ahead: () => new CheckpointConflict(id, closed, closed + 1) },
    );
  const batch = async (park: readonly ParkedEvent[], release: readonly string[] = []): Promise<void> => {
    const writes = await planned(park, release);
    await apply(collections, closed + 1, { cells: [], entities: [], parked: writes }, 100);
    closed++;
  };
  const at = async (when: number, entity?: string) =>
    (await readParked(collections, entity, { closed: when, quiet: true })).map(
      ({ position, entity: of }) => `${position} ${of}`,
    );
  return { memory, planned, batch, at };
};
const documents = (memory: MemoryDb) => memory.documents('deals.1.parked');

describe('parked events', () => {
  it('are read as they were parked, in the order of the log', async () => {
    const { batch, memory } = begin();
    const odd = aParked(3, 'a\0', { error: 'it’s \0 odd', type: 'X', raw: { a: { $b: 1 }, 'c.d': null } });
    await batch([aParked(9, 'b'), odd, aParked(9, 'a')]);
    const found = await readParked(collectionsOf(memory.db, id), undefined, { closed: 1, quiet: true });
    expect(found).toEqual([odd, aParked(9, 'a'), aParked(9, 'b')]);
  });

  it('are there from their batch until that which releases them, for whoever looks at which batch', async () => {
    const { batch, at } = begin();
    await batch([aParked(1, 'a'), aParked(2, 'b')]);
    await batch([aParked(3, 'a')]);
    await batch([], ['a']);
    expect(await at(0)).toEqual([]);
    expect(await at(1)).toEqual(['1 a', '2 b']);
    expect(await at(2)).toEqual(['1 a', '2 b', '3 a']);
    expect(await at(3)).toEqual(['2 b']);
    expect(await at(2, 'a')).toEqual(['1 a', '3 a']);
  });

  it('are parked anew by the batch that releases them where they still can’t be folded', async () => {
    const { batch, at } = begin();
    await batch([aParked(1, 'a', { error: 'first' }), aParked(2, 'a')]);
    await batch([aParked(2, 'a', { error: 'second' })], ['a']);
    expect(await at(2)).toEqual(['2 a']);
    expect(await at(1)).toEqual(['1 a', '2 a']);
  });

  it('that are parked again, with another error, are there once', async () => {
    const { batch, memory } = begin();
    await batch([aParked(1, 'a', { error: 'first' })]);
    await batch([aParked(1, 'a', { error: 'second' })]);
    const found = await readParked(collectionsOf(memory.db, id), 'a', { closed: 2, quiet: true });
    expect(found.map(({ error }) => error)).toEqual(['second']);
  });

  it('are never taken out of the database, only ended: a reader may still be at the batch before', async () => {
    const { batch, memory } = begin();
    await batch([aParked(1, 'a')]);
    await batch([], ['a']);
    expect(documents(memory).map(({ since, until }) => [since as unknown, until as unknown])).toEqual([
      [1, 2],
    ]);
    // Ended once is ended.
    await batch([], ['a']);
    expect(documents(memory)[0]).toMatchObject({ until: 2 });
  });

  it('of an entity that has none cost nothing but the look', async () => {
    const { batch, planned, memory } = begin();
    await batch([aParked(1, 'a')]);
    expect(await planned([], ['b'])).toEqual([]);
    const before = memory.commands.length;
    expect(await planned([], [])).toEqual([]);
    expect(memory.commands).toHaveLength(before);
  });

  it('can’t be told any more when a later batch was there already', async () => {
    const { batch, memory } = begin();
    await batch([aParked(1, 'a')]);
    await batch([], ['a']);
    const late = parkedWrites(
      collectionsOf(memory.db, id),
      { park: [], release: ['a'] },
      { closed: 1, ahead: () => new CheckpointConflict(id, 1, 2) },
    );
    await expect(late).rejects.toBeInstanceOf(CheckpointConflict);
  });
});
