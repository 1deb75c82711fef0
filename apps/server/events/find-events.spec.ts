import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import type { EventStore } from '../../../libs/event-store/port.ts';
import { findPage } from './find-events.ts';

/** A log of which so many positions match, looked through in windows of a size. */
const log = (
  head: number,
  matches: ReadonlySet<number>,
  window: number,
): { store: EventStore; asked: number[] } => {
  const asked: number[] = [];
  const find: EventStore['find'] = (_, after, limit) => {
    asked.push(limit);
    const events: RecordedEvent[] = [];
    let position = after;
    while (position < head && position < after + window && events.length < limit) {
      position++;
      if (matches.has(position)) events.push({ position } as RecordedEvent);
    }
    return Promise.resolve({ events, next: position < head ? position : null });
  };
  return { store: { find } as EventStore, asked };
};

describe('findPage', () => {
  it('goes through all matches, whatever the windows and the pages', async () => {
    const cases = fc.record({
      head: fc.nat(60),
      matching: fc.array(fc.integer({ min: 1, max: 60 })),
      window: fc.integer({ min: 1, max: 20 }),
      limit: fc.integer({ min: 1, max: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ head, matching, window, limit }) => {
        const matches = new Set(matching.filter(position => position <= head));
        const { store } = log(head, matches, window);
        const seen: number[] = [];
        for (let after: number | null = 0; after !== null;) {
          const page = await findPage(store, {}, after, limit);
          expect(page.events.length).toBeLessThanOrEqual(limit);
          seen.push(...page.events.map(event => event.position));
          after = page.next;
        }
        expect(seen).toEqual([...matches].sort((a, b) => a - b));
      }),
    );
  });

  it('gives up after a bounded search, and says where to go on', async () => {
    const { store, asked } = log(1_000_000, new Set([999_999]), 10);
    const page = await findPage(store, {}, 0, 5);
    expect(page).toEqual({ events: [], next: asked.length * 10 });
    expect(asked.length).toBeLessThanOrEqual(100);
  });

  it('asks for no more than the page still takes', async () => {
    const { store, asked } = log(100, new Set([1, 2, 30]), 10);
    await findPage(store, {}, 0, 3);
    expect(asked).toEqual([3, 1, 1]);
  });
});
