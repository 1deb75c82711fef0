import { describe, expect, it } from '@jest/globals';
import { memoryDb } from '../../../test/support/mongo-memory/db.ts';
import { memoryReads } from '../../../test/support/mongo-memory/reads.ts';
import { aGeneration, anEntity, commitNext, schema } from '../../../test/support/reads.ts';
import type { Entity, EntityQuery } from '../port.ts';
import { shapeOf } from '../shape.ts';
import { collectionsOf } from './collections.ts';
import { entityReader } from './entities.ts';

const finding = { reason: 'late', kept: true, cell: {} };
const entity = (id: string, stage: string, due: number | null = null, odd = false): Entity =>
  anEntity(id, { stage }, { due, quality: odd ? [finding] : [] });

/** A read model whose second batch may be looked at as if it were not closed yet. */
const begin = async () => {
  const memory = memoryDb();
  const { store } = memoryReads(memory);
  const id = await store.create(aGeneration());
  const reader = entityReader(collectionsOf(memory.db, id), shapeOf(schema));
  await commitNext(store, id, {
    entities: [entity('a', 'lead', 5), entity('b', 'mql', 1, true), entity('c', 'lead', 3)],
  });
  await commitNext(store, id, {
    entities: [entity('a', 'sql', 9, true), entity('b', 'lead'), entity('d', 'lead', 2, true)],
  });
  return { memory, reader };
};
const before = { closed: 1, quiet: false };
const after = { closed: 2, quiet: true };
const told = ({ id, state }: Entity): string => `${id} ${(state as { readonly stage: string }).stage}`;

describe('entities while the next batch is being written', () => {
  it('are loaded as the closed batch left them', async () => {
    const { reader } = await begin();
    const ids = ['a', 'b', 'c', 'd', 'e', 'a'];
    expect([...(await reader.load(ids, before)).values()].map(told).sort()).toEqual([
      'a lead',
      'b mql',
      'c lead',
    ]);
    expect([...(await reader.load(ids, after)).values()].map(told).sort()).toEqual([
      ...['a sql', 'b lead', 'c lead', 'd lead'],
    ]);
  });

  it.each<[Omit<EntityQuery, 'limit'>, readonly string[], readonly string[]]>([
    [{}, ['a lead', 'b mql', 'c lead'], ['a sql', 'b lead', 'c lead', 'd lead']],
    [{ where: { stage: 'lead' } }, ['a lead', 'c lead'], ['b lead', 'c lead', 'd lead']],
    [{ sort: '-stage' }, ['b mql', 'c lead', 'a lead'], ['a sql', 'd lead', 'c lead', 'b lead']],
  ])('are found by %j as the closed batch left them, on pages of any length', async (query, then, now) => {
    const { reader } = await begin();
    for (const [view, wanted] of [
      [before, then],
      [after, now],
    ] as const)
      for (const limit of [1, 2, 10]) {
        const found: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null;) {
          const asked = { ...query, limit, ...(cursor === undefined ? {} : { cursor }) };
          const page = await reader.page(asked, view);
          found.push(...page.entities.map(told));
          cursor = page.nextCursor;
        }
        expect(found).toEqual(wanted);
      }
  });

  it('have the findings and the due instants that they had', async () => {
    const { reader } = await begin();
    expect((await reader.findings(before)).map(told)).toEqual(['b mql']);
    expect((await reader.findings(after)).map(told)).toEqual(['a sql', 'd lead']);
    expect((await reader.due(4, 10, before)).map(told)).toEqual(['b mql', 'c lead']);
    expect((await reader.due(4, 10, after)).map(told)).toEqual(['d lead', 'c lead']);
    expect((await reader.due(Infinity, 2, after)).map(told)).toEqual(['d lead', 'c lead']);
    expect(await reader.due(-Infinity, 10, after)).toEqual([]);
  });
});

describe('how entities are asked for', () => {
  it('once while nothing is written, twice while a batch is: what is overtaken in between is found by both', async () => {
    const { memory, reader } = await begin();
    const asked = async (view: typeof before): Promise<readonly unknown[]> => {
      const since = memory.commands.length;
      await reader.page({ limit: 5, where: { stage: 'lead' } }, view);
      return memory.commands.slice(since).map(({ of }) => of);
    };
    expect(await asked(after)).toEqual([{ i0: 'lead' }]);
    expect(await asked(before)).toEqual([
      { i0: 'lead', batch: { $lte: 1 } },
      { batch: 2, older: true, 'was.i0': 'lead' },
    ]);
  });

  it('by a thousand ids at a time, each once', async () => {
    const { memory, reader } = await begin();
    const since = memory.commands.length;
    const ids = Array.from({ length: 1_500 }, (_, n) => `l${n}`);
    await reader.load([...ids, ...ids], after);
    const sizes = memory.commands
      .slice(since)
      .map(({ of }) => (of as { readonly _id: { readonly $in: readonly string[] } })._id.$in.length);
    expect(sizes).toEqual([1_000, 500]);
  });
});
