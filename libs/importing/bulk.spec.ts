import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '../domain/event.ts';
import { InvalidAppend } from '../event-store/errors.ts';
import type { Appended } from '../event-store/port.ts';
import { bulkAppend, type StreamEvent } from './bulk.ts';

const fact = (stream: string, id: number): StreamEvent => ({
  stream,
  event: { id: `${id}`, type: 'T', version: 1, occurredAt: 0, data: {}, metadata: {} },
});

/** Remembers what it was given; has a limit of bytes as real stores do, each event counting one. */
const fakeStore = ({ bytes = Infinity, known = [] as readonly string[], failing = '' } = {}) => {
  const appends: [string, readonly string[]][] = [];
  let waiting = 0;
  let most = 0;
  return {
    appends,
    most: () => most,
    append: async (stream: string, events: readonly NewEvent[]): Promise<Appended> => {
      most = Math.max(most, ++waiting);
      await new Promise(resolve => setImmediate(resolve));
      waiting -= 1;
      if (stream === failing) throw new Error('gone');
      if (events.length > bytes) throw new InvalidAppend('too-many-bytes', 'too many bytes');
      appends.push([stream, events.map(({ id }) => id)]);
      return {
        revision: 0,
        position: 0,
        duplicates: events.map(({ id }) => id).filter(id => known.includes(id)),
      };
    },
  };
};

describe('the bulk path', () => {
  it('appends once for each stream, all at once, in the order of the facts', async () => {
    const store = fakeStore();
    const facts = [fact('a', 1), fact('b', 2), fact('a', 3), fact('c', 4), fact('b', 5)];
    expect(await bulkAppend(store)(facts)).toEqual({ appended: 5, duplicates: 0 });
    expect(store.appends).toEqual([
      ['a', ['1', '3']],
      ['b', ['2', '5']],
      ['c', ['4']],
    ]);
    expect(store.most()).toBe(3);
  });

  it('counts what the log has', async () => {
    const store = fakeStore({ known: ['1', '3'] });
    expect(await bulkAppend(store)([fact('a', 1), fact('a', 2), fact('b', 3)])).toEqual({
      appended: 1,
      duplicates: 2,
    });
  });

  it('takes nothing for nothing', async () => {
    expect(await bulkAppend(fakeStore())([])).toEqual({ appended: 0, duplicates: 0 });
  });

  it.each([
    ['events', 2_500, Infinity, 1_000],
    ['bytes', 50, 7, 7],
  ])('divides what exceeds the limit of %s, in order', async (_, count, bytes, most) => {
    const store = fakeStore({ bytes });
    const facts = Array.from({ length: count }, (_, id) => fact('a', id));
    expect(await bulkAppend(store)(facts)).toEqual({ appended: count, duplicates: 0 });
    expect(store.appends.flatMap(([, ids]) => ids)).toEqual(facts.map(({ event }) => event.id));
    expect(Math.max(...store.appends.map(([, ids]) => ids.length))).toBeLessThanOrEqual(most);
    expect(store.most()).toBe(1);
  });

  it('says that a single event is too large instead of trying for ever', async () => {
    await expect(bulkAppend(fakeStore({ bytes: 0 }))([fact('a', 1), fact('a', 2)])).rejects.toThrow(
      'too many bytes',
    );
  });

  it('throws only when no append is under way any more', async () => {
    const store = fakeStore({ failing: 'a' });
    await expect(bulkAppend(store)([fact('a', 1), fact('b', 2)])).rejects.toThrow('gone');
    expect(store.appends).toEqual([['b', ['2']]]);
  });
});
