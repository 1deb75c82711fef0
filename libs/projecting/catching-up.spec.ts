import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSite, pages, views, type Site } from '../../test/support/projecting.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import { ReadStoreUnavailable } from '../read-store/errors.ts';
import type { ReadStore } from '../read-store/port.ts';
import { defineProjection, leadOf } from './define.ts';

let site: Site;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());
const captures = defineProjection({
  name: 'captures',
  version: 1,
  entity: { LeadCaptured: leadOf, PageViewed: leadOf },
  initialState: () => ({ n: 0 }),
  evolve: ({ n }) => ({ n: n + 1 }),
  measures: ['events'],
  contributes: ({ n }) => [{ cell: {}, add: { events: n } }],
});

describe('catchUp', () => {
  it('makes a first generation live at once and brings it to the end', async () => {
    await site.see(...views(10));
    await site.projector().catchUp();
    expect(await site.live()).toMatchObject({ generation: 1, version: 1, status: 'live' });
    expect(await site.rows()).toEqual([
      { by: { seen: 3 }, sums: { leads: 2, views: 6 } },
      { by: { seen: 4 }, sums: { leads: 1, views: 4 } },
    ]);
    const { value, position } = await site.reads.findings((await site.live())!);
    expect([position, value.map(({ id }) => id)]).toEqual([10, ['l0']]);
  });

  it('goes on where it was, also with a new worker', async () => {
    await site.see(...views(4));
    const projector = site.projector();
    await projector.catchUp();
    await site.see(...views(3));
    await projector.catchUp();
    await site.see(...views(2));
    await site.projector({ remembered: 2 }).catchUp();
    expect(await site.rows()).toEqual([
      { by: { seen: 2 }, sums: { leads: 1, views: 2 } },
      { by: { seen: 3 }, sums: { leads: 1, views: 3 } },
      { by: { seen: 4 }, sums: { leads: 1, views: 4 } },
    ]);
    expect((await site.reads.checkpoint((await site.live())!)).position).toBe(9);
  });

  it('comes to the same where everything is forgotten in between, because many entities were met', async () => {
    const projector = site.projector({ batchSize: 2, numbered: 3 });
    for (const leads of ['abcd', 'dcbad', 'cabbb', 'bd', 'ddddc']) {
      await site.see(...Array.from(leads, lead => [lead] as const));
      await projector.catchUp();
    }
    expect(await projector.verify()).toEqual([]);
    expect(await site.rows()).toEqual([
      { by: { seen: 3 }, sums: { leads: 1, views: 3 } },
      { by: { seen: 4 }, sums: { leads: 1, views: 4 } },
      { by: { seen: 6 }, sums: { leads: 1, views: 6 } },
      { by: { seen: 8 }, sums: { leads: 1, views: 8 } },
    ]);
  });

  it('begins to commit one read model while another is written', async () => {
    await site.see(...views(3));
    let begun = 0;
    let open = (): void => undefined;
    const opened = new Promise<void>(resolve => (open = resolve));
    const reads: ReadStore = {
      ...site.reads,
      commit: async (id, batch) => {
        if (++begun === 2) open();
        await opened;
        await site.reads.commit(id, batch);
      },
    };
    const projector = site.projector({ projections: [pages(), captures], reads });
    await projector.catchUp();
    expect(begun).toBe(2);
    expect((await projector.status()).map(({ position }) => position)).toEqual([3, 3]);
  });

  it('reads the log once for all projections, and a new one catches up by itself before it joins', async () => {
    let reads = 0;
    const events = {
      ...site.events,
      readAll: (after: number, limit: number) => {
        reads++;
        return site.events.readAll(after, limit);
      },
    };
    await site.see(...views(12));
    await site.projector({ events, projections: [pages(), captures] }).catchUp();
    expect(reads).toBe(3);
    await site.see(...views(4));
    const third = { ...captures, name: 'third' };
    reads = 0;
    await site.projector({ events, projections: [pages(), captures, third] }).catchUp();
    // Three to where the others are, one together.
    expect(reads).toBe(4);
    for (const name of ['captures', 'third'])
      expect(
        await site.reads.cells((await site.live(name))!, { measures: ['events'], by: [], where: {} }),
      ).toEqual({
        position: 16,
        value: [{ by: {}, sums: { events: 16 } }],
      });
  });

  it('tells its progress, and stops when it is told to', async () => {
    await site.see(...views(12));
    const stop = new AbortController();
    const positions: number[] = [];
    const run = site.projector().catchUp({
      signal: stop.signal,
      onProgress: ({ name, position, head }) => {
        expect([name, head]).toEqual(['pages', 12]);
        positions.push(position);
        if (position >= 8) stop.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(positions).toEqual([4, 8]);
    await site.projector().catchUp();
    expect((await site.rows()).map(({ sums }) => sums.views)).toEqual([12]);
  });

  it('throws what the stores throw', async () => {
    await site.see(...views(3));
    const away = () => Promise.reject(new StoreUnavailable('gone'));
    await expect(site.projector({ events: { ...site.events, readAll: away } }).catchUp()).rejects.toThrow(
      'gone',
    );
    const gone = () => Promise.reject(new ReadStoreUnavailable('gone too'));
    await expect(site.projector({ reads: { ...site.reads, commit: gone } }).catchUp()).rejects.toThrow(
      'gone too',
    );
  });

  it('gets by without an empty log or projections', async () => {
    await site.projector().catchUp();
    expect(await site.rows()).toEqual([]);
    await site.projector({ projections: [] }).catchUp();
  });

  it('hands events to projections at their newest version, and parks one that cannot be', async () => {
    await site.see(['a'], ['a', 'odd'], ['b']);
    const projector = site.projector({
      upcast: event => {
        if (JSON.stringify(event.data).includes('odd')) throw new Error('of a newer version');
        return event;
      },
    });
    await projector.catchUp();
    expect(await projector.parked()).toMatchObject([
      { projection: 'pages', entity: 'a', position: 2, error: 'Error: of a newer version' },
    ]);
    expect(await site.rows()).toEqual([{ by: { seen: 1 }, sums: { leads: 2, views: 2 } }]);
  });
});
