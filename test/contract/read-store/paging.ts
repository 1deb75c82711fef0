import { describe, expect, it } from '@jest/globals';
import { InvalidCursor, InvalidRequest, UnknownDimension } from '../../../libs/read-store/errors.ts';
import type { EntityQuery, ProjectionId, ReadStore } from '../../../libs/read-store/port.ts';
import { anEntity, commitNext } from '../../support/reads.ts';
import { eachWith, type ReadStoreFactory } from './setup.ts';

const allPages = async (
  store: ReadStore,
  id: ProjectionId,
  query: EntityQuery,
): Promise<readonly string[]> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { value } = await store.entities(id, { ...query, ...(cursor === undefined ? {} : { cursor }) });
    expect(value.entities.length).toBeLessThanOrEqual(query.limit);
    ids.push(...value.entities.map(entity => entity.id));
    cursor = value.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
};

const people = [
  anEntity('e', { stage: 'lead', score: 10 }),
  anEntity('a', { stage: 'mql', score: 9.5 }),
  anEntity('d', { stage: 'lead', score: -1 }),
  anEntity('b', { stage: null, score: 10 }),
  anEntity('c', { score: 2 ** 40 }),
  anEntity('f', { stage: 'lead', score: '7' }),
];

/** Lists of entities, page by page. */
export const paging = (factory: ReadStoreFactory): void => {
  const { subject, deals } = eachWith(factory);

  const filled = async (entities = people) => {
    const id = await deals();
    await commitNext(subject().store, id, { position: 30, entities });
    return id;
  };

  it('gives whole entities by id, with the position', async () => {
    const quality = [{ reason: 'odd', kept: false, cell: { origin: 'web', days: null } }];
    const whole = anEntity('x', { n: [1] }, { due: 5, quality });
    const id = await filled([whole, anEntity('a')]);
    expect(await subject().store.entities(id, { limit: 10 })).toEqual({
      position: 30,
      value: { entities: [anEntity('a'), whole], nextCursor: null },
    });
  });

  it.each([1, 2, 3, 5, 6, 7, 100])('gives each entity once, %i at a time', async limit => {
    const id = await filled();
    expect(await allPages(subject().store, id, { limit })).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('gives no cursor with the last page, also when it is full', async () => {
    const id = await filled();
    expect((await subject().store.entities(id, { limit: 6 })).value.nextCursor).toBeNull();
    expect((await subject().store.entities(id, { limit: 5 })).value.nextCursor).not.toBeNull();
  });

  it.each<[string, string]>([
    ['stage', 'bcdefa'],
    ['-stage', 'afedcb'],
    ['score', 'dabecf'],
    ['-score', 'fcebad'],
  ])(
    'sorts by %s: null, numbers, text; ties by id; descending the other way round',
    async (sort, expected) => {
      const id = await filled();
      for (const limit of [1, 2, 4, 10]) {
        expect((await allPages(subject().store, id, { limit, sort })).join('')).toBe(expected);
      }
    },
  );

  it('filters by indexes, ANDed, and pages through what is left', async () => {
    const id = await filled();
    const { store } = subject();
    const where = (given: EntityQuery['where'], sort?: string) =>
      allPages(store, id, { limit: 1, where: given ?? {}, ...(sort === undefined ? {} : { sort }) });
    expect(await where({ stage: 'lead' })).toEqual(['d', 'e', 'f']);
    expect(await where({ stage: 'lead' }, '-score')).toEqual(['f', 'e', 'd']);
    expect(await where({ stage: 'lead' }, '-stage')).toEqual(['f', 'e', 'd']);
    expect(await where({ stage: 'lead', score: 10 })).toEqual(['e']);
    expect(await where({ stage: null })).toEqual(['b', 'c']);
    expect(await where({ score: '10' })).toEqual([]);
    expect(await where({ score: 7 })).toEqual([]);
    expect(await where({ score: 9.5 })).toEqual(['a']);
    expect(await where({ stage: 'none' })).toEqual([]);
  });

  it('indexes true and false as 1 and 0, and lists and objects as null', async () => {
    const states = { a: true, b: false, c: [1], d: { x: 1 }, e: 1, f: 'true' };
    const id = await filled(Object.entries(states).map(([each, stage]) => anEntity(each, { stage })));
    expect(await allPages(subject().store, id, { limit: 2, sort: 'stage' })).toEqual([
      'c',
      'd',
      'b',
      'a',
      'e',
      'f',
    ]);
    expect(await allPages(subject().store, id, { limit: 2, where: { stage: 1 } })).toEqual(['a', 'e']);
  });

  it('takes states that are no objects as having no members', async () => {
    const id = await filled([
      anEntity('a', null),
      anEntity('b', ['stage']),
      anEntity('c', 'stage'),
      anEntity('d', 5),
    ]);
    expect(await allPages(subject().store, id, { limit: 3, sort: '-stage' })).toEqual(['d', 'c', 'b', 'a']);
  });

  it('moves an entity in the index when its state changes', async () => {
    const id = await filled();
    await commitNext(subject().store, id, { entities: [anEntity('e', { stage: 'won' })] });
    expect(await allPages(subject().store, id, { limit: 1, where: { stage: 'lead' } })).toEqual(['d', 'f']);
    expect(await allPages(subject().store, id, { limit: 1, where: { stage: 'won' } })).toEqual(['e']);
  });

  it('goes on after the last one when others come and go in between', async () => {
    const id = await filled();
    const { store } = subject();
    const first = await store.entities(id, { limit: 2, sort: 'stage' });
    expect(first.value.entities.map(entity => entity.id)).toEqual(['b', 'c']);
    await commitNext(store, id, {
      entities: [
        anEntity('0'),
        anEntity('cc'),
        anEntity('d', { stage: 'zzz' }),
        anEntity('c', { stage: 'zzzz' }),
      ],
    });
    const rest = await store.entities(id, { limit: 9, sort: 'stage', cursor: first.value.nextCursor! });
    expect(rest.value.entities.map(entity => entity.id)).toEqual(['cc', 'e', 'f', 'a', 'd', 'c']);
  });

  it('has the cursor work after reopening', async () => {
    const id = await filled();
    const { value } = await subject().store.entities(id, { limit: 4, sort: '-score' });
    const store = await subject().reopen();
    const rest = await store.entities(id, { limit: 4, sort: '-score', cursor: value.nextCursor! });
    expect(rest.value.entities.map(entity => entity.id)).toEqual(['a', 'd']);
  });

  it('pages and loads by ids with odd texts', async () => {
    const ids = [
      '',
      ' ',
      `'";--`,
      '__proto__',
      'a',
      'a\0',
      'a\0b',
      'a\u0001',
      'a\u0002',
      'é',
      '\uffee',
      '😀',
      'x'.repeat(5_000),
    ];
    const id = await filled([...ids, '\ud800', '\udbff'].map(each => anEntity(each, { stage: each })));
    const { store } = subject();
    const known = new Set(ids);
    const sorted = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const sort of [undefined, 'stage']) {
      const paged = await allPages(store, id, { limit: 2, ...(sort === undefined ? {} : { sort }) });
      expect(paged).toHaveLength(ids.length + 2);
      expect(paged.filter(each => known.has(each))).toEqual(sorted);
    }
    for (const each of [...ids, '\ud800', '\udbff']) {
      expect((await store.load(id, [each])).get(each)).toEqual(anEntity(each, { stage: each }));
      expect(await allPages(store, id, { limit: 2, where: { stage: each } })).toEqual([each]);
    }
  });

  describe('refuses', () => {
    it.each([
      '',
      'x',
      '!!',
      'bnVsbA',
      'W10',
      'W1siIl0sbnVsbCwxXQ',
      Buffer.from('[[""],null]').toString('base64url'),
      'x'.repeat(100_000),
    ])('the made-up cursor %j', async cursor => {
      const id = await filled();
      await expect(subject().store.entities(id, { limit: 2, cursor })).rejects.toThrow(InvalidCursor);
    });

    it.each<Omit<EntityQuery, 'limit'>>([
      { sort: 'score' },
      { sort: '-stage' },
      {},
      { sort: 'stage', where: { stage: 'lead' } },
      { sort: 'stage', where: { score: null } },
    ])('a cursor of another query: %j', async query => {
      const id = await filled();
      const { value } = await subject().store.entities(id, { limit: 2, sort: 'stage' });
      const other = subject().store.entities(id, { ...query, limit: 2, cursor: value.nextCursor! });
      await expect(other).rejects.toThrow(InvalidCursor);
    });

    it('a cursor that was tampered with', async () => {
      const id = await filled();
      const { value } = await subject().store.entities(id, { limit: 2, sort: 'score' });
      const cursor = value.nextCursor!;
      for (const bad of [`${cursor}=`, `${cursor} `, cursor.slice(1), cursor.slice(0, -2), ` ${cursor}`])
        await expect(subject().store.entities(id, { limit: 2, sort: 'score', cursor: bad })).rejects.toThrow(
          InvalidCursor,
        );
    });

    it.each(['colour', '-colour', '--stage', '', '-', 'id', 'toString', 'stage"; --'])(
      'the sort %j',
      async sort => {
        const id = await filled();
        const asked = subject().store.entities(id, { limit: 2, sort });
        await expect(asked).rejects.toThrow(UnknownDimension);
        await expect(asked).rejects.toMatchObject({ known: ['stage', 'score'] });
      },
    );

    it('a filter by what is no index', async () => {
      const id = await filled();
      const asked = subject().store.entities(id, { limit: 2, where: { origin: 'web' } });
      await expect(asked).rejects.toThrow(UnknownDimension);
    });

    it.each([0, -1, 1.5, NaN, Infinity])('the limit %d', async limit => {
      const id = await filled();
      await expect(subject().store.entities(id, { limit })).rejects.toThrow(InvalidRequest);
      await expect(subject().store.due(id, 0, limit)).rejects.toThrow(InvalidRequest);
    });
  });
};
