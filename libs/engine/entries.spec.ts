import { describe, expect, it } from '@jest/globals';
import type { Entity, EntityQuery, Generation } from '../read-store/port.ts';
import { createEntries } from './entries.ts';

/** A read model of so many leads; it remembers the pages that it gave. */
const readModel = (many: number) => {
  const pages: EntityQuery[] = [];
  const state = { batch: 1, generation: 1, live: true, origin: 'social' };
  const entity = (at: number): Entity => ({
    id: `l${at}`,
    state: {
      entry: at === 0 ? {} : { captured: 0, origin: state.origin, country: 'DE' },
    },
    due: null,
    quality: [],
  });
  const reads = {
    generations: () =>
      Promise.resolve([
        { generation: state.generation + 1, status: 'building' },
        { generation: state.generation, status: state.live ? 'live' : 'building' },
      ] as unknown as readonly Generation[]),
    checkpoint: () => Promise.resolve({ position: 1, batch: state.batch }),
    entities: (of: { readonly generation: number }, query: EntityQuery) => {
      expect(of.generation).toBe(state.generation);
      pages.push(query);
      const from = Number(query.cursor ?? 0);
      const to = Math.min(many, from + query.limit);
      const entities = Array.from({ length: to - from }, (_, at) => entity(from + at));
      return Promise.resolve({ position: 1, value: { entities, nextCursor: to < many ? String(to) : null } });
    },
  };
  return { entries: createEntries(reads), pages, state };
};
const social = { origin: 'social', campaign: null, country: 'DE' };

describe('the entries of leads', () => {
  it('are those of every page', async () => {
    const { entries, pages } = readModel(2_001);
    const entryOf = await entries();
    expect([entryOf('l1'), entryOf('l1000'), entryOf('l2000')]).toEqual([social, social, social]);
    expect(pages.map(({ cursor }) => cursor)).toEqual([undefined, '1000', '2000']);
  });

  it('tell a lead of whom nothing is known from one that is not there', async () => {
    const entryOf = await readModel(1).entries();
    expect(entryOf('l0')).toEqual({ origin: null, campaign: null, country: null });
    expect(entryOf('l1')).toBeNull();
  });

  it.each([
    ['nothing has changed', {}, 1, 'social'],
    ['a batch was committed', { batch: 2 }, 2, 'paid'],
    ['another generation is live, of as many batches', { generation: 2 }, 2, 'paid'],
  ])('where %s', async (_, change, reads, origin) => {
    const { entries, pages, state } = readModel(2);
    await entries();
    Object.assign(state, { origin: 'paid' }, change);
    expect((await entries())('l1')).toMatchObject({ origin });
    expect(pages).toHaveLength(reads);
  });

  it('are none while no generation is live', async () => {
    const { entries, pages, state } = readModel(2);
    state.live = false;
    expect((await entries())('l1')).toBeNull();
    expect(pages).toEqual([]);
    state.live = true;
    expect((await entries())('l1')).toEqual(social);
  });

  it('are not half known when nobody waits for them any more', async () => {
    const { entries } = readModel(1_500);
    const controller = new AbortController();
    controller.abort();
    await expect(entries(controller.signal)).rejects.toThrow(/abort/i);
    expect((await entries())('l1400')).toEqual(social);
  });
});
