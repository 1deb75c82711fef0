import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSite, pages, type Site } from '../../test/support/projecting.ts';
import { defineProjection, leadOf } from './define.ts';
import type { Explanation, Projector, Where } from './port.ts';

let site: Site;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

const folded = async (count: number): Promise<Projector> => {
  await site.see(...Array.from({ length: count }, (_, n) => [`l${n % 7}`] as const));
  const projector = site.projector();
  await projector.catchUp();
  return projector;
};

const allPages = async (
  projector: Projector,
  where: Where,
  limit: number,
): Promise<readonly Explanation[]> => {
  const list: Explanation[] = [];
  let cursor: string | null = null;
  do {
    const page: Explanation = await projector.explain('pages', where, {
      limit,
      ...(cursor === null ? {} : { cursor }),
    });
    list.push(page);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return list;
};

describe('explain', () => {
  it.each<[string, Where]>([
    ['everything', {}],
    ['a value', { seen: [3] }],
    ['one of some values', { seen: [2, 3] }],
    ['a year', { last: ['2018'] }],
    ['a month', { last: ['2018-01'] }],
    ['a day and a value', { last: ['2018-01-02', '2018-01-01'], seen: [3] }],
    ['a missing value', { seen: [null] }],
    ['nothing', { last: ['1999'] }],
  ])('adds up to the cells for %s, in pages of any size', async (_, where) => {
    const projector = await folded(18);
    const cells = await site.reads.cells((await site.live())!, {
      measures: ['leads', 'views'],
      by: [],
      where,
    });
    const expected = cells.value[0]?.sums ?? { leads: 0, views: 0 };
    for (const limit of [1, 2, 5, 100]) {
      const list = await allPages(projector, where, limit);
      const entities = list.flatMap(page => page.entities);
      for (const page of list) expect(page).toMatchObject({ total: expected, position: 18 });
      expect(entities.map(({ id }) => id)).toEqual(entities.map(({ id }) => id).toSorted());
      expect(new Set(entities.map(({ id }) => id)).size).toBe(entities.length);
      for (const measure of ['leads', 'views'] as const)
        expect(entities.reduce((sum, { adds }) => sum + (adds[measure] ?? 0), 0)).toBe(expected[measure]);
    }
  });

  it('lists no entity whose adds are all zero', async () => {
    const zero = defineProjection({
      name: 'pages',
      version: 1,
      entity: { PageViewed: leadOf },
      initialState: () => ({ n: 0 }),
      evolve: ({ n }) => ({ n: n + 1 }),
      measures: ['left'],
      contributes: ({ n }) => [{ cell: {}, add: { left: n - 2 } }],
    });
    await site.see(['a'], ['b'], ['b'], ['c'], ['c'], ['c']);
    const projector = site.projector({ projections: [zero] });
    await projector.catchUp();
    expect(await projector.explain('pages', {}, { limit: 10 })).toEqual({
      position: 6,
      total: { left: 0 },
      entities: [
        { id: 'a', adds: { left: -1 } },
        { id: 'c', adds: { left: 1 } },
      ],
      nextCursor: null,
    });
  });

  it('refuses what it cannot answer', async () => {
    const projector = await folded(18);
    const { nextCursor } = await projector.explain('pages', {}, { limit: 1 });
    for (const cursor of ['nope', '', Buffer.from('[1]').toString('base64url')])
      await expect(projector.explain('pages', {}, { limit: 1, cursor })).rejects.toMatchObject({
        name: 'InvalidCursor',
      });
    await expect(
      projector.explain('pages', { seen: [1] }, { limit: 1, cursor: nextCursor! }),
    ).rejects.toMatchObject({ name: 'InvalidCursor' });
    await expect(projector.explain('pages', { nope: [1] }, { limit: 1 })).rejects.toMatchObject({
      name: 'UnknownDimension',
    });
    await expect(projector.explain('pages', { last: ['yesterday'] }, { limit: 1 })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(projector.explain('pages', {}, { limit: 0 })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(projector.explain('nope', {}, { limit: 1 })).rejects.toMatchObject({
      name: 'NoSuchProjection',
    });
  });

  it('says that it must wait while the live generation is one of another definition', async () => {
    await folded(3);
    const next = site.projector({ projections: [pages(2)] });
    await expect(next.explain('pages', {}, { limit: 1 })).rejects.toMatchObject({ name: 'ProjectionBehind' });
  });
});

describe('explainEntity', () => {
  it('shows state, contributions, findings and events', async () => {
    const projector = await folded(24);
    await site.append({ type: 'LinkClicked', data: { leadId: 'l1', touchpointId: 'c' }, occurredAt: 0 });
    await projector.catchUp();
    const explained = await projector.explainEntity('pages', 'l1');
    expect(explained).toMatchObject({ position: 25, id: 'l1', state: { seen: 4 }, quality: ['many'] });
    expect(explained.contributions).toEqual([
      { cell: { seen: 4, last: '2018-01-03' }, add: { leads: 1, views: 4 } },
    ]);
    expect(explained.events.map(({ position, type }) => `${position} ${type}`)).toEqual(
      [2, 9, 16, 23].map(position => `${position} PageViewed`),
    );
  });

  it('finds events that no index finds: of other entities, and without metadata', async () => {
    const byDay = defineProjection({
      name: 'pages',
      version: 1,
      entity: {
        PageViewed: (event, ...rest: unknown[]) => (rest.length > 0 ? null : `of ${event.data.leadId}`),
      },
      initialState: () => ({ n: 0 }),
      evolve: ({ n }) => ({ n: n + 1 }),
    });
    await site.see(['a'], ['b'], ['a']);
    const projector = site.projector({ projections: [byDay] });
    await projector.catchUp();
    expect((await projector.explainEntity('pages', 'of a')).events.map(({ position }) => position)).toEqual([
      1, 3,
    ]);
  });

  it('finds events whose metadata does not name the lead', async () => {
    await site.see(['a']);
    await site.append({
      type: 'PageViewed',
      data: { leadId: 'a', touchpointId: 't' },
      occurredAt: 0,
      metadata: { leadId: 'other' },
    });
    const projector = site.projector();
    await projector.catchUp();
    expect((await projector.explainEntity('pages', 'a')).events).toHaveLength(2);
    await projector.rebuild('pages');
    expect((await site.live())?.generation).toBe(2);
  });

  it('does not show events that are left out or parked behind', async () => {
    await site.see(['a'], ['a', 'poison'], ['a']);
    const projector = site.projector();
    await projector.catchUp();
    await projector.skip((await projector.parked())[0]!.eventId, 'why', 'api');
    expect((await projector.explainEntity('pages', 'a')).events.map(({ position }) => position)).toEqual([
      1, 3,
    ]);
  });

  it('says so where there is no such entity', async () => {
    const projector = await folded(3);
    await expect(projector.explainEntity('pages', 'nobody')).rejects.toMatchObject({
      name: 'NotFound',
      kind: 'entity',
      id: 'nobody',
    });
  });
});
