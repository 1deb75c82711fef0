import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { openSite, pages, type Site } from '../../test/support/projecting.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import { ReadStoreUnavailable } from '../read-store/errors.ts';
import { defineProjection, leadOf } from './define.ts';
import { NoSuchProjection, ProjectionBehind } from './port.ts';

let site: Site;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

const views = (count: number) => Array.from({ length: count }, (_, n) => [`l${n % 3}`] as const);
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

describe('start', () => {
  it('follows the log until it is stopped', async () => {
    const projector = site.projector();
    projector.start();
    projector.start();
    await site.see(...views(3));
    await projector.waitFor('pages', 3);
    await site.see(['x']);
    await projector.waitFor('pages', 4, 1_000);
    await projector.stop();
    await site.see(['x']);
    await expect(projector.waitFor('pages', 5, 100)).rejects.toThrow(ProjectionBehind);
    projector.start();
    await projector.waitFor('pages', 5);
  });

  it('survives stores that go away for a while', async () => {
    const lines: string[] = [];
    let failures = 4;
    const sometimes =
      <Args extends unknown[], T>(call: (...args: Args) => Promise<T>, error: Error) =>
      (...args: Args): Promise<T> =>
        failures-- > 0 && failures % 2 === 0 ? Promise.reject(error) : call(...args);
    const projector = site.projector({
      events: {
        ...site.events,
        readAll: sometimes(site.events.readAll, new StoreUnavailable('the log is away')),
      },
      reads: { ...site.reads, commit: sometimes(site.reads.commit, new ReadStoreUnavailable('away')) },
      log: (level, message) => lines.push(`${level}: ${message}`),
    });
    projector.start();
    await site.see(...views(6));
    await projector.waitFor('pages', 6);
    expect((await site.rows()).map(({ sums }) => sums.views)).toEqual([6]);
    expect(lines.some(line => line.startsWith('error: '))).toBe(true);
  });

  it('takes turns with another worker on the same read models', async () => {
    const [one, two] = [site.projector(), site.projector({ reads: site.otherReads() })];
    one.start();
    two.start();
    for (let n = 0; n < 20; n++) await site.see([`l${n % 4}`]);
    await Promise.all([one.waitFor('pages', 20), two.waitFor('pages', 20)]);
    expect(await site.rows()).toEqual([{ by: { seen: 5 }, sums: { leads: 4, views: 20 } }]);
    expect(await one.verify()).toEqual([]);
  });

  it('forgets what it knows of entities when another worker was faster', async () => {
    const [here, there] = [site.projector(), site.projector({ reads: site.otherReads() })];
    await site.see(['a']);
    await here.catchUp();
    await site.see(['a'], ['a']);
    await there.catchUp();
    await site.see(['a']);
    await here.catchUp();
    expect(await site.rows()).toEqual([{ by: { seen: 4 }, sums: { leads: 1, views: 4 } }]);
    await site.see(['a']);
    await there.catchUp();
    expect(await site.rows()).toEqual([{ by: { seen: 5 }, sums: { leads: 1, views: 5 } }]);
    expect(await here.verify()).toEqual([]);
  });

  it('queues behind an event that another worker parked', async () => {
    const [here, there] = [site.projector(), site.projector({ reads: site.otherReads() })];
    await site.see(['a']);
    await here.catchUp();
    await site.see(['a', 'poison']);
    await there.catchUp();
    await here.catchUp();
    await site.see(['a']);
    await here.catchUp();
    expect((await here.parked()).map(({ position }) => position)).toEqual([2, 3]);
  });

  it('goes on with a generation that another process has made live', async () => {
    const here = site.projector();
    here.start();
    await site.see(...views(4));
    await here.waitFor('pages', 4);
    await site.projector({ reads: site.otherReads() }).rebuild('pages');
    await site.see(['x']);
    await here.waitFor('pages', 5);
    expect(await site.live()).toMatchObject({ generation: 2 });
    expect(await here.verify()).toEqual([]);
  });
});

describe('a log that keeps growing', () => {
  const counted = (): { readonly reads: Site['reads']; commits: () => number } => {
    let commits = 0;
    return {
      commits: () => commits,
      reads: {
        ...site.reads,
        commit: (id, batch) => {
          commits++;
          return site.reads.commit(id, batch);
        },
      },
    };
  };

  const reached = async (position: number): Promise<number> => {
    const start = performance.now();
    for (;;) {
      const live = await site.live();
      if (live !== undefined && (await site.reads.checkpoint(live)).position >= position)
        return performance.now() - start;
      await pause(1);
    }
  };

  it('is folded in a few batches, while each event alone is folded at once', async () => {
    const { reads, commits } = counted();
    const projector = site.projector({ reads, batchSize: 1_000 });
    projector.start();
    await site.see(['a']);
    await projector.waitFor('pages', 1);
    await pause(100);
    const [before, start] = [commits(), performance.now()];
    // Nobody waits, and events come in one by one.
    for (let n = 0; n < 60; n++) {
      await site.see([`l${n}`]);
      await pause(3);
    }
    await reached(61);
    expect(commits() - before).toBeLessThanOrEqual((performance.now() - start) / 40 + 2);
    expect((await site.rows()).map(({ sums }) => sums.views)).toEqual([61]);
  });

  it('is folded at once as soon as somebody waits for it', async () => {
    const projector = site.projector({ batchSize: 1_000 });
    projector.start();
    const took: number[] = [];
    for (let n = 1; n <= 20; n++) {
      await site.see(['a']);
      const start = performance.now();
      await projector.waitFor('pages', n);
      took.push(performance.now() - start);
    }
    expect(took.sort((a, b) => a - b)[10]).toBeLessThan(35);
  });

  it('is caught up with in full batches without a pause', async () => {
    await site.see(...views(200));
    const projector = site.projector({ batchSize: 1 });
    projector.start();
    // A pause after each batch would take eight seconds.
    expect(await reached(200)).toBeLessThan(6_000);
  });
});

describe('waitFor and status', () => {
  it('do not know other projections', async () => {
    await expect(site.projector().waitFor('nope', 1)).rejects.toThrow(
      new NoSuchProjection('nope', ['pages']),
    );
  });

  it('answer at once what is there, and wait for what comes', async () => {
    const projector = site.projector();
    await expect(projector.waitFor('pages', 1, 30)).rejects.toMatchObject({ position: 0 });
    await site.see(['a']);
    const waiting = projector.waitFor('pages', 1, 3_000);
    await pause(20);
    await projector.catchUp();
    await waiting;
  });

  it('tell lag and parked events', async () => {
    await site.see(['a'], ['a', 'poison'], ['a']);
    const projector = site.projector();
    await projector.catchUp();
    await site.see(['b'], ['b']);
    expect(await projector.status()).toEqual([
      {
        name: 'pages',
        version: 1,
        generation: 1,
        status: 'live',
        position: 3,
        head: 5,
        lag: 2,
        rate: null,
        etaSeconds: null,
        parked: 2,
      },
    ]);
    await projector.catchUp();
    expect(await projector.status()).toMatchObject([{ lag: 0, etaSeconds: 0, position: 5 }]);
  });
});

describe('other projections', () => {
  it('are kept from the moment on that they are set, while it runs; removed ones are left as they are', async () => {
    await site.see(['a'], ['b']);
    const projector = site.projector();
    projector.start();
    await projector.waitFor('pages', await site.events.head());
    const other = defineProjection({
      name: 'visits',
      version: 1,
      entity: { PageViewed: leadOf },
      initialState: (): number => 0,
      evolve: state => state + 1,
    });
    await projector.setProjections([other]);
    await site.see(['a']);
    await projector.waitFor('visits', await site.events.head());
    expect((await projector.status()).map(({ name }) => name)).toEqual(['visits']);
    await expect(projector.waitFor('pages', 1)).rejects.toBeInstanceOf(NoSuchProjection);
    expect((await site.reads.checkpoint((await site.live('pages'))!)).position).toBeLessThan(
      await site.events.head(),
    );
    const same = pages();
    await projector.setProjections([other, same]);
    await projector.waitFor('pages', await site.events.head());
    expect(await site.rows()).toEqual([
      { by: { seen: 1 }, sums: { leads: 1, views: 1 } },
      { by: { seen: 2 }, sums: { leads: 1, views: 2 } },
    ]);
  });
});
