import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../domain/event.ts';
import type { Entity, ReadStore } from '../read-store/port.ts';
import { gather, visitEntities } from './scan.ts';

const id = { name: 'pages', generation: 1 };
const entityOf = (name: string): Entity => ({ id: name, state: { name }, due: null, quality: [] });

/** Entities in pages; how far the read model is at each look, by the number of looks before. */
const paged = (pages: readonly (readonly string[])[], positionAt: (looks: number) => number) => {
  let looks = 0;
  const entities: ReadStore['entities'] = (_, { cursor }) => {
    const at = Number(cursor ?? 0);
    const nextCursor = at + 1 < pages.length ? String(at + 1) : null;
    const value = { entities: (pages[at] ?? []).map(entityOf), nextCursor };
    return Promise.resolve({ position: positionAt(looks++), value });
  };
  return { reads: { entities } as unknown as ReadStore, looks: () => looks };
};

const collecting = () => {
  let begun = 0;
  const begin = () => {
    begun++;
    const ids: string[] = [];
    return { visit: (entity: Entity) => void ids.push(entity.id), end: () => ids };
  };
  return { begin, begun: () => begun };
};

const three = [['a', 'b'], ['c'], ['d', 'e']];
const all = three.flat();

describe('visiting all entities', () => {
  it('goes through the pages in order and answers where the read model was', async () => {
    const seen: string[] = [];
    const { reads } = paged(three, () => 7);
    expect(await visitEntities(reads, id, entity => seen.push(entity.id))).toBe(7);
    expect(seen).toEqual(all);
  });

  it('of a read model that has none is over after one look', async () => {
    const { reads, looks } = paged([], () => 0);
    expect(await visitEntities(reads, id, () => expect(false).toBe(true))).toBe(0);
    expect(looks()).toBe(1);
  });

  it('tells the states of each page before they are visited', async () => {
    const told: string[] = [];
    const { reads } = paged(three, () => 7);
    const foresee = (states: readonly Json[]): void =>
      void told.push(`[${states.map(state => (state as { name: string }).name).join()}]`);
    await visitEntities(reads, id, entity => told.push(entity.id), { foresee });
    expect(told).toEqual(['[a,b]', 'a', 'b', '[c]', 'c', '[d,e]', 'd', 'e']);
  });

  it('ends at the first page of another position, which is not visited', async () => {
    const seen: string[] = [];
    const { reads, looks } = paged(three, at => (at === 0 ? 7 : 8));
    expect(await visitEntities(reads, id, entity => seen.push(entity.id))).toBeNull();
    expect([seen, looks()]).toEqual([['a', 'b'], 2]);
  });

  it('ends with the reason of whoever does not want it any more', async () => {
    const stop = new AbortController();
    const { reads, looks } = paged(three, () => 7);
    const visiting = visitEntities(reads, id, () => stop.abort(new Error('enough')), { signal: stop.signal });
    await expect(visiting).rejects.toThrow('enough');
    expect(looks()).toBe(1);
  });
});

describe('gathering from all entities', () => {
  it('begins again while the read model moves, and takes what is found in the end', async () => {
    const run = fc.asyncProperty(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), async moves => {
      let position = 0;
      const seen: number[] = [];
      const { reads } = paged(three, looks => {
        if (moves[looks] ?? false) position++;
        seen.push(position);
        return position;
      });
      const { begin, begun } = collecting();
      const found = await gather(reads, id, begin);
      // Only what was begun last counts: each entity once.
      expect(found.value).toEqual(all);
      expect(found.position).toBe(seen.at(-3));
      const isStill = seen.at(-3) === seen.at(-1);
      expect(begun()).toBeLessThanOrEqual(4);
      if (!isStill) expect(begun()).toBe(4);
    });
    await fc.assert(run);
  });

  it('does not go on for ever where each page is of another position', async () => {
    const { reads, looks } = paged(three, at => at);
    const found = await gather(reads, id, collecting().begin);
    // Three times two pages, and then all three.
    expect(looks()).toBe(9);
    expect(found).toEqual({ position: 6, value: all });
  });
});
