import { describe, expect, it } from '@jest/globals';
import { memoryDb } from '../../../test/support/mongo-memory/db.ts';
import { InvalidRequest, UnknownProjection } from '../errors.ts';
import { openCatalog, type Catalog } from './catalog.ts';

const given = (name = 'deals') => ({
  ...{ name, version: 2, fingerprint: 'utc', createdAt: 7 },
  schema: { dimensions: { b: 'text', a: 'day' }, measures: ['n'], indexes: [] } as const,
});
const numbers = async (catalog: Catalog, name?: string) =>
  (await catalog.list(name)).map(each => `${each.name} ${each.generation} ${each.status}`);
const begin = () => {
  const memory = memoryDb();
  return { memory, catalog: openCatalog(memory.db), other: openCatalog(memory.db) };
};

describe('the list of generations', () => {
  it('keeps what it is given, the order of dimensions too: stores lay fields out by it', async () => {
    const { catalog } = begin();
    const made = await catalog.create(given());
    const found = await catalog.find(made);
    expect(found).toEqual({ ...given(), generation: 1, status: 'building' });
    expect(Object.keys(found!.schema.dimensions)).toEqual(['b', 'a']);
  });

  it('gives each of many that are made at once a number of its own', async () => {
    const { catalog, other } = begin();
    const made = await Promise.all([catalog, other, catalog, other].map(each => each.create(given())));
    expect(made.map(({ generation }) => generation).sort()).toEqual([1, 2, 3, 4]);
  });

  it('never gives a number again, also when its generation is gone', async () => {
    const { catalog } = begin();
    await catalog.create(given());
    const second = await catalog.create(given());
    expect(await catalog.drop(second)).toBe(true);
    expect((await catalog.create(given())).generation).toBe(3);
    expect(await numbers(catalog)).toEqual(['deals 1 building', 'deals 3 building']);
  });

  it('is by name and number', async () => {
    const { catalog } = begin();
    for (const name of ['z', 'a', 'z']) await catalog.create(given(name));
    expect(await numbers(catalog)).toEqual(['a 1 building', 'z 1 building', 'z 2 building']);
    expect(await numbers(catalog, 'z')).toEqual(['z 1 building', 'z 2 building']);
  });
});

describe('a generation that is made live', () => {
  it('takes the place of the one before in one write', async () => {
    const { catalog, memory } = begin();
    const [first, second] = [await catalog.create(given()), await catalog.create(given())];
    expect(await catalog.promote(first)).toEqual([]);
    memory.before = async ({ name }) => {
      // Before and after each write there is one live, and one alone.
      if (name !== 'updateOne') return;
      memory.before = () => undefined;
      expect((await numbers(catalog)).filter(each => each.endsWith('live'))).toEqual(['deals 1 live']);
    };
    expect((await catalog.promote(second)).map(({ generation }) => generation)).toEqual([1]);
    expect(await numbers(catalog)).toEqual(['deals 2 live']);
  });

  it('is live alone when its worker dies before the one before is marked as gone', async () => {
    const { catalog, other, memory } = begin();
    const [first, second] = [await catalog.create(given()), await catalog.create(given())];
    await catalog.promote(first);
    let writes = 0;
    memory.before = ({ name }) => {
      if (name === 'updateOne' && ++writes > 1) throw new Error('dead');
    };
    await expect(catalog.promote(second)).rejects.toThrow('dead');
    memory.before = () => undefined;
    expect(await numbers(other)).toEqual(['deals 2 live']);
    expect(await other.find(first)).toBeNull();
  });

  it('stays live when it is made so again', async () => {
    const { catalog } = begin();
    const made = await catalog.create(given());
    await catalog.promote(made);
    expect(await catalog.promote(made)).toEqual([]);
    expect(await numbers(catalog)).toEqual(['deals 1 live']);
  });

  it('is one of two that are promoted at the same time: the one with the higher number', async () => {
    const { catalog, other, memory } = begin();
    const made = [await catalog.create(given()), await catalog.create(given())] as const;
    // Both have looked before either writes.
    const both = Promise.withResolvers<undefined>();
    let waiting = 0;
    memory.before = async ({ name }) => {
      if (name !== 'updateOne' || waiting >= 2) return;
      if (++waiting === 2) both.resolve(undefined);
      await both.promise;
    };
    await Promise.all([catalog.promote(made[0]), other.promote(made[1])]);
    expect(await numbers(catalog)).toEqual(['deals 2 live']);
  });

  it('must be there', async () => {
    const { catalog } = begin();
    const made = await catalog.create(given());
    await catalog.drop(made);
    await expect(catalog.promote(made)).rejects.toBeInstanceOf(UnknownProjection);
    await expect(catalog.hold(made)).rejects.toBeInstanceOf(UnknownProjection);
    expect(await catalog.drop({ name: 'deals', generation: 9 })).toBe(false);
  });

  it('can’t be held back any more; one that is held can be made live', async () => {
    const { catalog } = begin();
    const made = await catalog.create(given());
    await catalog.hold(made);
    expect(await numbers(catalog)).toEqual(['deals 1 held']);
    await catalog.promote(made);
    await expect(catalog.hold(made)).rejects.toBeInstanceOf(InvalidRequest);
    expect(await numbers(catalog)).toEqual(['deals 1 live']);
  });
});
