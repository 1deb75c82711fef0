import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { generationIn, writeNext } from '../../../test/support/generations.ts';
import { anEntity } from '../../../test/support/reads.ts';
import { InvalidCursor } from '../errors.ts';
import type { DimensionValue, Entity, EntityQuery } from '../port.ts';
import type { OpenGeneration } from './generation.ts';

const schema = { dimensions: {}, measures: [], indexes: ['stage', 'score', 'owner'] } as const;

type State = Readonly<Partial<Record<(typeof schema.indexes)[number], DimensionValue>>>;

const folder = temporaryFolder();
afterAll(() => folder.remove());

const memberOf = ({ state }: Entity, name: string): DimensionValue =>
  (state as Readonly<Record<string, DimensionValue | undefined>>)[name] ?? null;
const rank = (value: DimensionValue): number => (value === null ? 0 : typeof value === 'number' ? 1 : 2);
const compare = (a: DimensionValue, b: DimensionValue): number => {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  return typeof a === 'number'
    ? a - Number(b)
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
};

/** All that match, in the order wanted, by filtering and sorting a list. */
const plainly = (
  entities: readonly Entity[],
  { where = {}, sort }: Omit<EntityQuery, 'limit'>,
): readonly Entity[] => {
  const wanted = Object.entries(where);
  const found = entities.filter(each => wanted.every(([name, value]) => memberOf(each, name) === value));
  found.sort((a, b) => compare(a.id, b.id));
  const member = sort?.replace('-', '');
  if (member !== undefined) found.sort((a, b) => compare(memberOf(a, member), memberOf(b, member)));
  return sort?.startsWith('-') ? found.toReversed() : found;
};

const walk = (generation: OpenGeneration, query: Omit<EntityQuery, 'cursor'>): readonly string[] => {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = generation.entities.page({ ...query, ...(cursor && { cursor }) });
    expect(page.entities.length).toBeLessThanOrEqual(query.limit);
    ids.push(...page.entities.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
};

const sorts = [undefined, 'stage', '-stage', 'score', '-score', 'owner', '-owner'];

describe('pages of a few entities', () => {
  let generation: OpenGeneration;
  beforeAll(() => {
    generation = generationIn(join(folder.path, 'few.sqlite'), schema);
    generation.index();
  });
  afterAll(() => generation.close());

  const value = fc.constantFrom<DimensionValue>(null, 0, 1, -1, 2.5, '', 'a', 'B', '10', 'é');
  const state: fc.Arbitrary<State> = fc.record(
    { stage: value, score: value, owner: value },
    { requiredKeys: [] },
  );
  const query = fc.record(
    {
      where: fc.record({ stage: value, score: value, owner: value }, { requiredKeys: [] }),
      sort: fc.constantFrom(...sorts.slice(1)),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Omit<EntityQuery, 'limit'>>;

  it('together are what a filter and a sort over a plain list give, ties by id, however long they are', () => {
    let n = 0;
    let held: Entity[] = [];
    fc.assert(
      fc.property(
        fc.array(state, { maxLength: 30 }),
        fc.array(query, { minLength: 5, maxLength: 10 }),
        fc.integer({ min: 1, max: 6 }),
        (states, queries, limit) => {
          const fresh = states.map((each, at) => anEntity(`e${(at * 7) % 31}`, each));
          // The same ids come again with other states; those that don't stay as they were.
          held = [...held.filter(({ id }) => !fresh.some(each => each.id === id)), ...fresh];
          writeNext(generation, { position: ++n, entities: fresh });
          for (const each of queries)
            expect(walk(generation, { ...each, limit })).toEqual(plainly(held, each).map(({ id }) => id));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('go on behind an entity that has changed its place or is like others since, without one twice', () => {
    const list = Array.from({ length: 9 }, (_, n) => anEntity(`p${n}`, { owner: 'moving', score: n }));
    writeNext(generation, { entities: list });
    const where = { owner: 'moving' };
    const first = generation.entities.page({ where, sort: 'score', limit: 4 });
    expect(first.entities.map(({ id }) => id)).toEqual(['p0', 'p1', 'p2', 'p3']);
    // The page's last one moves to the end, one behind it to the front.
    writeNext(generation, {
      entities: [anEntity('p3', { ...where, score: 99 }), anEntity('p5', { ...where, score: -1 })],
    });
    const rest = generation.entities.page({ where, sort: 'score', limit: 9, cursor: first.nextCursor! });
    expect(rest.entities.map(({ id }) => id)).toEqual(['p4', 'p6', 'p7', 'p8', 'p3']);
  });

  it('take a cursor for their own query alone', () => {
    writeNext(generation, { entities: [anEntity('c1', { stage: 'x' }), anEntity('c2', { stage: 'x' })] });
    const { nextCursor } = generation.entities.page({ where: { stage: 'x' }, limit: 1 });
    for (const other of [{ where: { stage: 'y' } }, {}, { where: { stage: 'x' }, sort: 'score' }])
      expect(() => generation.entities.page({ ...other, limit: 1, cursor: nextCursor! })).toThrow(
        InvalidCursor,
      );
  });
});

/** More than are sorted when a page of them is wanted, so that the index of the order is walked instead. */
describe('pages of many entities', () => {
  const size = 6_000;
  const list = Array.from({ length: size }, (_, n): Entity => {
    const state: State = {
      // 4,500 of one stage, 1,490 of the next, ten of the last.
      stage: n % 600 === 0 ? 'rare' : n % 4 === 0 ? 'some' : 'most',
      score: (n * 7) % 50,
      ...(n % 3 === 0 ? {} : { owner: n % 3 === 1 ? 'ann' : 'bob' }),
    };
    return anEntity(`id-${(n * 7_919) % size}`, { ...state });
  });
  let generation: OpenGeneration;
  beforeAll(() => {
    generation = generationIn(join(folder.path, 'many.sqlite'), schema);
    generation.index();
    writeNext(generation, { entities: list });
  });
  afterAll(() => generation.close());

  const filters: readonly EntityQuery['where'][] = [
    {},
    { stage: 'most' },
    { stage: 'rare' },
    { stage: 'none' },
    { owner: null },
    { stage: 'most', owner: 'ann' },
    { stage: 'most', score: 7 },
    { stage: 'rare', owner: null },
    { stage: 'some', owner: 'bob', score: 14 },
  ];

  it.each(filters.map(where => [where]))('where %j are those of a plain list, in every order', where => {
    for (const sort of sorts) {
      const query = { ...(where && { where }), ...(sort !== undefined && { sort }) };
      const plain = plainly(list, query).map(({ id }) => id);
      const page = generation.entities.page({ ...query, limit: 100 });
      expect(page.entities.map(({ id }) => id)).toEqual(plain.slice(0, 100));
      expect(page.nextCursor === null).toBe(plain.length <= 100);
      expect(walk(generation, { ...query, limit: 701 })).toEqual(plain);
    }
  });

  it('say that there is more only where there is', () => {
    const rare = { where: { stage: 'rare' }, sort: '-score' };
    expect(generation.entities.page({ ...rare, limit: 10 }).nextCursor).toBeNull();
    expect(generation.entities.page({ ...rare, limit: 9 }).nextCursor).not.toBeNull();
  });

  it('are loaded by any number of ids at once, each once, without those that are not there', () => {
    const ids = [...list.map(({ id }) => id), 'id-0', 'nobody', ''];
    const loaded = generation.entities.load(ids);
    expect(loaded.size).toBe(size);
    expect(loaded.get('id-7')).toEqual(list.find(({ id }) => id === 'id-7'));
    expect(generation.entities.load([])).toEqual(new Map());
  });
});

describe('entities that something falls due for, or that have findings', () => {
  let generation: OpenGeneration;
  beforeAll(() => {
    generation = generationIn(join(folder.path, 'due.sqlite'), schema);
    generation.index();
  });
  afterAll(() => generation.close());

  it('are listed in order, earliest first and by id, as a plain list has them', () => {
    const given = fc.uniqueArray(
      fc.record({
        id: fc.string({ maxLength: 3 }),
        due: fc.option(fc.integer({ min: -3, max: 3 })),
        odd: fc.boolean(),
      }),
      { selector: ({ id }) => id, maxLength: 20 },
    );
    const held = new Map<string, Entity>();
    fc.assert(
      fc.property(
        given,
        fc.integer({ min: -4, max: 4 }),
        fc.integer({ min: 1, max: 8 }),
        (entities, before, limit) => {
          const fresh = entities.map(({ id, due, odd }) =>
            anEntity(
              id,
              {},
              { due, quality: odd ? [{ reason: 'odd', kept: false, cell: { days: null } }] : [] },
            ),
          );
          for (const each of fresh) held.set(each.id, each);
          writeNext(generation, { entities: fresh });
          const all = plainly([...held.values()], {});
          const due = all
            .filter(each => each.due !== null && each.due <= before)
            .sort((a, b) => a.due! - b.due!);
          expect(generation.entities.due(before, limit)).toEqual(due.slice(0, limit));
          expect(generation.entities.findings()).toEqual(all.filter(({ quality }) => quality.length > 0));
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([0, -1, 1.5, NaN])('are not listed by a limit of %d', limit => {
    expect(() => generation.entities.due(0, limit)).toThrow('limit must be a whole number from 1');
  });
});
