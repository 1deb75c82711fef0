import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { openSite, pages, views, type Site } from '../../test/support/projecting.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import { ReadStoreUnavailable } from '../read-store/errors.ts';
import { defineProjection, leadOf } from './define.ts';
import { NoSuchProjection, ProjectionBehind } from './port.ts';

let site: Site;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());
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

  it('rests after each refusal of a store that is away, whatever is appended meanwhile', async () => {
    let asked = 0;
    const projector = site.projector({
      reads: {
        ...site.reads,
        generations: () => {
          asked++;
          return Promise.reject(new ReadStoreUnavailable('away'));
        },
      },
    });
    projector.start();
    for (let n = 0; n < 40; n++) {
      await site.see(['a']);
      await pause(10);
    }
    await projector.stop();
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(10);
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
