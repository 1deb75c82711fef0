import { describe, expect, it } from '@jest/globals';
import { memoryDb, type MemoryDb } from '../../../test/support/mongo-memory/db.ts';
import { anEntity } from '../../../test/support/reads.ts';
import { CheckpointConflict, InvalidRequest } from '../errors.ts';
import type { Entity } from '../port.ts';
import { shapeOf } from '../shape.ts';
import { apply } from './applying.ts';
import { collectionsOf } from './collections.ts';
import { entityVersions, entityWrites } from './entity-writes.ts';

const id = { name: 'deals', generation: 1 };
const shape = shapeOf({ dimensions: {}, measures: [], indexes: ['stage', 'score'] });
const versionOf = (entity: Entity) => [...entityVersions(shape, [entity])][0]!;

describe('a version of an entity', () => {
  it('is its state as text, with what the schema indexes beside it', () => {
    const [key, version] = versionOf(
      anEntity('a', { stage: 'lead', 'x.y': { $set: 1 }, score: -0 }, { due: 5, quality: [] }),
    );
    expect(key).toBe('a');
    expect(version).toEqual({
      state: '{"stage":"lead","x.y":{"$set":1},"score":0}',
      due: 5,
      quality: null,
      odd: false,
      i0: 'lead',
      i1: 0,
    });
  });

  it.each([
    [{ stage: true }, 1],
    [{ stage: false }, 0],
    [{ stage: [1] }, null],
    [{ stage: { a: 1 } }, null],
    [{}, null],
    ['a text', null],
    [null, null],
  ])('of the state %j has %j where the schema indexes a member', (state, value) => {
    expect(versionOf(anEntity('a', state))[1]['i0']).toBe(value);
  });

  it('has an id and indexes that every database holds', () => {
    const [key, version] = versionOf(anEntity('a\0', { stage: '\ud800' }));
    for (const text of [key, version['i0'] as string]) {
      expect(text).not.toContain('\0');
      expect(text.isWellFormed()).toBe(true);
    }
  });

  it('says whether there are findings', () => {
    const finding = { reason: 'late', kept: true, cell: { origin: null } };
    const [, version] = versionOf(anEntity('a', {}, { quality: [finding] }));
    expect([version.odd, JSON.parse(version.quality!)]).toEqual([true, [finding]]);
  });

  it.each<[string, Entity]>([
    ['no JSON value', { ...anEntity('a'), state: undefined as never }],
    ['larger than', anEntity('a', 'x'.repeat(7 * 2 ** 20))],
    ['is due at', anEntity('a', {}, { due: 1.5 })],
    ['is due at', anEntity('a', {}, { due: Infinity })],
  ])('is refused where it can’t be kept: %s', (reason, entity) => {
    const make = (): unknown => versionOf(entity);
    expect(make).toThrow(InvalidRequest);
    expect(make).toThrow(reason);
  });

  it('is the last of those that a batch has of an entity', () => {
    const versions = entityVersions(shape, [anEntity('a', 1), anEntity('b', 2), anEntity('a', 3)]);
    expect([...versions].map(([key, { state }]) => [key, state])).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
  });
});

describe('what a batch writes of its entities', () => {
  const planned = (memory: MemoryDb, closed: number, ...entities: readonly Entity[]) =>
    entityWrites(collectionsOf(memory.db, id), entityVersions(shape, entities), {
      closed,
      ahead: () => new CheckpointConflict(id, closed, closed + 1),
    });
  const written = async (memory: MemoryDb, closed: number, ...entities: readonly Entity[]): Promise<void> => {
    const writes = await planned(memory, closed, ...entities);
    await apply(collectionsOf(memory.db, id), closed + 1, { cells: [], entities: writes, parked: [] }, 100);
  };

  it('has nothing before it for a new one', async () => {
    expect(await planned(memoryDb(), 0, anEntity('a', 1))).toEqual([
      {
        id: 'a',
        fresh: true,
        set: expect.objectContaining({ state: '1', older: false, was: null }) as unknown,
      },
    ]);
  });

  it('has the version before beside the new one, and not the one before that', async () => {
    const memory = memoryDb();
    for (const [closed, stage] of ['lead', 'mql', 'sql'].entries())
      await written(memory, closed, anEntity('a', { stage }, { due: closed }));
    const [document] = memory.documents('deals.1.entities');
    expect(document).toMatchObject({ batch: 3, i0: 'sql', due: 2, older: true });
    expect(document!['was']).toEqual({
      ...{ state: '{"stage":"mql"}', due: 1, quality: null, odd: false },
      ...{ i0: 'mql', i1: null },
    });
  });

  it('can’t be told any more when a later batch was there already', async () => {
    const memory = memoryDb();
    await written(memory, 0, anEntity('a', 1));
    await written(memory, 1, anEntity('a', 2));
    await expect(planned(memory, 1, anEntity('a', 3))).rejects.toBeInstanceOf(CheckpointConflict);
  });

  it('asks for what is there, and not for what was before it', async () => {
    const memory = memoryDb();
    await written(memory, 0, anEntity('a', 1), anEntity('b', 1));
    const before = memory.commands.length;
    await planned(memory, 1, anEntity('b', 2), anEntity('c', 1));
    expect(memory.commands.slice(before)).toEqual([
      { collection: 'deals.1.entities', name: 'find', of: { _id: { $in: ['b', 'c'] } } },
    ]);
  });
});
