import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { openSite, pages, type Site } from '../../test/support/projecting.ts';
import type { Batch, Generation, ReadStore } from '../read-store/port.ts';
import { RebuildFailed } from './port.ts';
import { testContext } from './testing.ts';

let site: Site;
beforeEach(async () => {
  site = openSite();
  await site.see(...Array.from({ length: 10 }, (_, n) => [`l${n % 3}`] as const));
});
afterEach(() => site.close());

const listed = async (): Promise<readonly string[]> =>
  (await site.reads.generations('pages')).map(
    ({ generation, version, status }) => `${generation} v${version} ${status}`,
  );

/** Changes what is committed to generations from the second on. */
const tampering = (reads: ReadStore, change: (batch: Batch) => Batch): ReadStore => ({
  ...reads,
  commit: (id, batch) => reads.commit(id, id.generation > 1 ? change(batch) : batch),
});

describe('a definition of another version', () => {
  it('is built beside the live one, which stays readable, and takes its place', async () => {
    await site.projector().catchUp();
    const before = await site.rows();
    const seen: string[] = [];
    const next = site.projector({
      projections: [pages(2, 10)],
      reads: {
        ...site.reads,
        commit: async (id, batch) => {
          seen.push(`${(await site.live())?.generation}: ${JSON.stringify(await site.rows())}`);
          await site.reads.commit(id, batch);
        },
      },
    });
    await next.catchUp();
    expect(new Set(seen)).toEqual(new Set([`1: ${JSON.stringify(before)}`]));
    expect(await listed()).toEqual(['2 v2 live']);
    expect((await site.rows()).map(({ sums }) => sums.leads)).toEqual([20, 10]);
    expect(await next.verify()).toEqual([]);
  });

  it('is built in the background by one that follows the log', async () => {
    await site.projector().catchUp();
    const next = site.projector({ projections: [pages(2, 10)] });
    next.start();
    while ((await listed()).join() !== '2 v2 live') await pause(10);
    await site.see(['x']);
    await next.waitFor('pages', 11);
    expect(await next.verify()).toEqual([]);
  });

  it('is a change of time zone, workspace or shape too', async () => {
    await site.projector().catchUp();
    await site.projector({ context: testContext({ zone: 'Asia/Tokyo' }) }).catchUp();
    expect(await listed()).toEqual(['2 v1 live']);
    await site.projector({ projections: [{ ...pages(), measures: ['leads', 'views', 'more'] }] }).catchUp();
    expect(await listed()).toEqual(['3 v1 live']);
    await site.projector({ projections: [{ ...pages(), description: 'in other words' }] }).catchUp();
    // Back to UTC and two measures; the description decides no number.
    expect(await listed()).toEqual(['4 v1 live']);
  });

  it('goes on with what an ended process has begun', async () => {
    await site.projector().catchUp();
    const commits: string[] = [];
    let left = 2;
    const dying = {
      ...site.reads,
      commit: (id: Generation, batch: Batch) =>
        left-- > 0 ? site.reads.commit(id, batch) : Promise.reject(new Error('killed')),
    };
    await expect(site.projector({ projections: [pages(2)], reads: dying }).catchUp()).rejects.toThrow(
      'killed',
    );
    expect(await listed()).toEqual(['1 v1 live', '2 v2 building']);
    const counting = {
      ...site.reads,
      commit: (id: Generation, batch: Batch) => {
        if (batch.position > 0) commits.push(`${id.generation}@${batch.position}`);
        return site.reads.commit(id, batch);
      },
    };
    await site.projector({ projections: [pages(2)], reads: counting }).catchUp();
    expect(commits).toEqual(['2@10']);
    expect(await listed()).toEqual(['2 v2 live']);
  }, 20_000);
});

describe('rebuild', () => {
  it('makes a new generation of the same numbers', async () => {
    const projector = site.projector();
    await projector.catchUp();
    const before = await site.rows();
    const progress: number[] = [];
    await projector.rebuild('pages', { onProgress: ({ position }) => progress.push(position) });
    expect(await listed()).toEqual(['2 v1 live']);
    expect(await site.rows()).toEqual(before);
    expect(progress).toEqual(expect.arrayContaining([4, 8, 10]));
    await site.see(['x']);
    await projector.catchUp();
    expect((await site.live())?.generation).toBe(2);
    expect(await projector.verify()).toEqual([]);
  });

  it('mends a read model that was tampered with', async () => {
    const broken = {
      ...site.reads,
      commit: (id: Generation, batch: Batch) => site.reads.commit(id, { ...batch, cells: [] }),
    };
    await site.projector({ reads: broken }).catchUp();
    const projector = site.projector();
    expect((await projector.verify()).length).toBeGreaterThan(0);
    await projector.rebuild('pages');
    expect(await projector.verify()).toEqual([]);
  });

  it.each<[string, (batch: Batch) => Batch]>([
    ['the cells are not what the states add up to', batch => ({ ...batch, cells: batch.cells.slice(1) })],
    [
      'a state is not what the events come to',
      batch => ({
        ...batch,
        cells: batch.entities.map(() => ({
          cell: { seen: 9, last: '2018-01-01' },
          add: { leads: 1, views: 9 },
        })),
        entities: batch.entities.map(entity => ({
          ...entity,
          state: { seen: 9, last: Date.UTC(2018, 0, 1) },
        })),
      }),
    ],
  ])('fails where %s, and the live one stays', async (_, change) => {
    const projector = site.projector({ reads: tampering(site.reads, change), batchSize: 100 });
    await projector.catchUp();
    const before = await site.rows();
    await expect(projector.rebuild('pages')).rejects.toThrow(RebuildFailed);
    expect(await listed()).toEqual(['1 v1 live']);
    expect(await site.rows()).toEqual(before);
  });

  it('drops what it has begun when it is aborted', async () => {
    const projector = site.projector();
    await projector.catchUp();
    const stop = new AbortController();
    const run = projector.rebuild('pages', {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    expect(await listed()).toEqual(['1 v1 live']);
  });

  it('drops what others began long ago and left, and nothing else', async () => {
    const projector = site.projector();
    await projector.catchUp();
    const { name, version, fingerprint, schema } = (await site.live())!;
    for (const age of [3_600_000, 1_000])
      await site.reads.create({ name, version, fingerprint, schema, createdAt: Date.now() - age });
    await projector.rebuild('pages');
    expect(await listed()).toEqual(['3 v1 building', '4 v1 live']);
  });

  it('leaves others alone and follows what comes in meanwhile', async () => {
    const projector = site.projector();
    projector.start();
    await projector.waitFor('pages', 10);
    const rebuilding = projector.rebuild('pages');
    for (let n = 0; n < 10; n++) await site.see([`l${n}`]);
    await rebuilding;
    await projector.waitFor('pages', 20);
    expect(await projector.verify()).toEqual([]);
    expect(await listed()).toEqual(['2 v1 live']);
  });

  it('checks samples also where no index of leads helps', async () => {
    const byUrl = {
      ...pages(),
      entity: { PageViewed: (event: { data: unknown }) => (event.data as { leadId: string }).leadId },
    };
    const projector = site.projector({ projections: [byUrl] });
    await projector.catchUp();
    await projector.rebuild('pages');
    expect(await listed()).toEqual(['2 v1 live']);
  });
});

describe('a held generation', () => {
  it('of a new version keeps it from taking effect, follows the log, and shows what would differ', async () => {
    await site.projector().catchUp();
    const next = site.projector({ projections: [pages(2, 10)] });
    await next.rebuild('pages', { hold: true });
    await next.catchUp();
    await site.see(['x']);
    await next.catchUp();
    expect(await listed()).toEqual(['1 v1 live', '2 v2 held']);
    expect((await next.status()).map(({ status, position }) => [status, position])).toEqual([
      ['live', 10],
      ['held', 11],
    ]);
    expect(await next.diff('pages')).toEqual(
      expect.arrayContaining([
        { cell: { seen: 3 }, live: { leads: 2, views: 6 }, held: { leads: 20, views: 6 } },
        { cell: { seen: 1 }, live: {}, held: { leads: 10, views: 1 } },
      ]),
    );
    await next.approve('pages');
    expect(await listed()).toEqual(['2 v2 live']);
    expect(await next.verify()).toEqual([]);
  });

  it('of the present definition differs in nothing, and becomes live when it is approved', async () => {
    const projector = site.projector();
    await projector.catchUp();
    await projector.rebuild('pages', { hold: true });
    await site.see(['l0'], ['x']);
    await projector.catchUp();
    expect(await projector.diff('pages')).toEqual([]);
    expect((await projector.status()).map(({ status, lag }) => [status, lag])).toEqual([
      ['live', 0],
      ['held', 0],
    ]);
    await projector.approve('pages');
    expect(await listed()).toEqual(['2 v1 live']);
    expect(await projector.verify()).toEqual([]);
  });

  it('shows cells that differ, by cell and measure', async () => {
    const broken = tampering(site.reads, batch => batch);
    const projector = site.projector({ reads: broken });
    await projector.catchUp();
    await projector.rebuild('pages', { hold: true });
    const held = (await site.reads.generations('pages')).at(-1)!;
    const { position, batch } = await site.reads.checkpoint(held);
    await site.reads.commit(held, {
      follows: batch,
      position,
      entities: [],
      cells: [{ cell: { seen: 3, last: '2018-01-02' }, add: { leads: 5 } }],
      park: [],
      release: [],
    });
    const differences = await site.projector().diff('pages');
    expect(differences).toEqual(
      expect.arrayContaining([
        { cell: { seen: 3 }, live: { leads: 2, views: 6 }, held: { leads: 7, views: 6 } },
      ]),
    );
    await projector.discard('pages');
    expect(await listed()).toEqual(['1 v1 live']);
  });

  it('is replaced by the next one', async () => {
    const projector = site.projector();
    await projector.catchUp();
    await projector.rebuild('pages', { hold: true });
    await projector.rebuild('pages', { hold: true });
    expect(await listed()).toEqual(['1 v1 live', '3 v1 held']);
  });

  it('that is not there can be neither compared, approved nor discarded', async () => {
    const projector = site.projector();
    for (const ask of [projector.diff, projector.approve, projector.discard])
      await expect(ask('pages')).rejects.toMatchObject({ rule: 'nothing-held' });
  });

  it('of another definition cannot be approved', async () => {
    await site.projector().catchUp();
    await site.projector({ projections: [pages(2)] }).rebuild('pages', { hold: true });
    await expect(site.projector().approve('pages')).rejects.toMatchObject({ rule: 'nothing-held' });
  });
});
