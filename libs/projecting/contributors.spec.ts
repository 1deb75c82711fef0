import { describe, expect, it } from '@jest/globals';
import type { Entity } from '../read-store/port.ts';
import { findContributors, type Place, type Search } from './contributors.ts';

const idOf = (n: number): string => `l${String(n).padStart(5, '0')}`;

/** Entities in a store that counts how many it was asked for; each adds its state. */
const searchIn = (states: readonly number[], positions: readonly number[] = [7]) => {
  const all = states.map((state, n): Entity => ({ id: idOf(n), state, due: null, quality: [] }));
  let pages = 0;
  const search: Search = {
    reads: {
      entities: (_, { limit, cursor }) => {
        const from = Number(cursor ?? 0);
        const nextCursor = from + limit < all.length ? String(from + limit) : null;
        const position = positions[Math.min(pages, positions.length - 1)]!;
        pages++;
        return Promise.resolve({ position, value: { entities: all.slice(from, from + limit), nextCursor } });
      },
    },
    id: { name: 'pages', generation: 1 },
    addsOf: entities => entities.map(({ state }) => ({ n: Number(state) })),
  };
  return { search, pages: () => pages };
};
const start: Place = { cursor: null, after: null };

describe('finding who contributes', () => {
  it.each([1, 7, 500, 501, 2_000])('finds each once, %d at a time', async limit => {
    const states = Array.from({ length: 1_777 }, (_, n) => (n % 3 === 0 ? n : 0));
    const { search } = searchIn(states);
    const found: string[] = [];
    let place: Place | null = start;
    while (place !== null && found.length < 600) {
      const { entities, next }: Awaited<ReturnType<typeof findContributors>> = await findContributors(
        search,
        place,
        limit,
      );
      expect(entities.length).toBeLessThanOrEqual(limit);
      found.push(...entities.map(({ id }) => id));
      place = next;
    }
    const expected = states.flatMap((state, n) => (state === 0 ? [] : [idOf(n)]));
    expect(found).toEqual(expected.slice(0, found.length));
    expect(found.length).toBe(expected.length);
  });

  it('reads no more than it needs', async () => {
    const { search, pages } = searchIn(Array.from({ length: 100_000 }, () => 1));
    const { next } = await findContributors(search, start, 50);
    expect(pages()).toBe(1);
    await findContributors(search, { cursor: '99000', after: idOf(98_999) }, 50);
    expect(pages()).toBe(2);
    expect(next).toEqual({ cursor: null, after: idOf(49) });
  });

  it('ends without a next place when nothing more contributes', async () => {
    const { search } = searchIn([1, 1, 0, 0]);
    expect((await findContributors(search, start, 2)).next).toBeNull();
  });

  it('tells the positions at which it read', async () => {
    const { search } = searchIn(
      Array.from({ length: 3_000 }, () => 1),
      [7, 7, 9],
    );
    const { positions } = await findContributors(search, start, 5_000);
    expect([...positions]).toEqual([7, 9]);
  });
});
