import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mended, openSite, pages, type Site } from '../../test/support/projecting.ts';
import { defineProjection } from './define.ts';
import type { Projector } from './port.ts';

let site: Site;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

const total = async (): Promise<number> =>
  (await site.rows()).reduce((sum, { sums }) => sum + (sums.views ?? 0), 0);

/** One poisoned event of `a` at position 2, two that wait behind it; `b` is well. */
const poisoned = async (change: Parameters<Site['projector']>[0] = {}): Promise<Projector> => {
  await site.see(['a'], ['a', 'poison'], ['b'], ['a'], ['b'], ['a']);
  const projector = site.projector(change);
  await projector.catchUp();
  return projector;
};

const idAt = (position: number): string => `00000000-0000-7000-8000-${String(position).padStart(12, '0')}`;

describe('a poison event', () => {
  it.each([1, 2, 3, 100])('parks its entity and nothing else, in batches of %d', async batchSize => {
    const projector = await poisoned({ batchSize });
    expect(
      (await projector.parked()).map(({ position, entity, error }) => [position, entity, error]),
    ).toEqual([
      [2, 'a', 'Error: this page cannot be read'],
      [4, 'a', null],
      [6, 'a', null],
    ]);
    expect(await total()).toBe(3);
    expect(await projector.verify()).toEqual([]);
  });

  it('stays parked for a new worker', async () => {
    await poisoned();
    await site.see(['a']);
    const projector = site.projector();
    await projector.catchUp();
    expect(await projector.parked('pages')).toHaveLength(4);
  });

  it('keeps the event as it was read', async () => {
    const projector = await poisoned();
    const [first] = await projector.parked();
    expect(first).toMatchObject({
      eventId: idAt(2),
      type: 'PageViewed',
      raw: { data: { url: 'poison' }, stream: 'lead-a' },
    });
  });
});

describe('retry', () => {
  it('folds what is mended, in order', async () => {
    const projector = await poisoned();
    expect(await projector.retry('pages')).toEqual({ released: 0, parked: 3 });
    mended.add('poison');
    expect(await projector.retry('pages')).toEqual({ released: 3, parked: 0 });
    expect(await total()).toBe(6);
    expect(await projector.verify()).toEqual([]);
    await site.see(['a']);
    await projector.catchUp();
    expect(await total()).toBe(7);
    expect(await projector.retry('pages')).toEqual({ released: 0, parked: 0 });
  });

  it('stops at the next event that fails', async () => {
    await site.see(['a', 'poison'], ['a', 'worse'], ['a']);
    const evolve = (state: unknown, event: { data: unknown }) => {
      const { url } = event.data as { url?: string };
      if (url !== undefined && !mended.has(url)) throw new Error(url);
      return { seen: (state as { seen: number }).seen + 1, last: 0 };
    };
    const projector = site.projector({ projections: [{ ...pages(), evolve: evolve }] });
    await projector.catchUp();
    mended.add('poison');
    expect(await projector.retry('pages')).toEqual({ released: 1, parked: 2 });
    expect((await projector.parked()).map(({ error }) => error)).toEqual(['Error: worse', null]);
    expect(await projector.verify()).toEqual([]);
  });

  it('beside a running worker of another process leaves it right', async () => {
    await site.see(['a', 'poison'], ['a']);
    const running = site.projector({ reads: site.otherReads() });
    running.start();
    await running.waitFor('pages', 2);
    mended.add('poison');
    await site.projector().retry('pages');
    await site.see(['a'], ['b']);
    await running.waitFor('pages', 4);
    expect(await total()).toBe(4);
    expect(await running.verify()).toEqual([]);
  });

  it('puts an event of unknown entity where it belongs, also when later ones are folded', async () => {
    await site.see(['a'], ['a', 'poison'], ['a']);
    // The state tells the order.
    const orders = defineProjection({
      name: 'pages',
      version: 1,
      entity: {
        PageViewed: ({ data }) => {
          if (data.url === 'poison' && !mended.has('poison')) throw new Error('whose?');
          return data.leadId;
        },
      },
      initialState: () => ({ seen: [] as readonly string[] }),
      evolve: ({ seen }, { data }) => ({ seen: [...seen, data.url ?? '-'] }),
      dimensions: { seen: 'integer' },
      measures: ['leads', 'views'],
      contributes: ({ seen }) => [{ cell: { seen: seen.length }, add: { leads: 1, views: seen.length } }],
    });
    const projector = site.projector({ projections: [orders] });
    await projector.catchUp();
    expect(await projector.parked()).toMatchObject([{ entity: `!${idAt(2)}`, error: 'Error: whose?' }]);
    expect(await total()).toBe(2);
    mended.add('poison');
    expect(await projector.retry('pages')).toEqual({ released: 1, parked: 0 });
    const stored = await site.reads.load((await site.live())!, ['a']);
    expect(stored.get('a')?.state).toEqual({ seen: ['-', 'poison', '-'] });
    expect(await projector.verify()).toEqual([]);
  });

  it('parks again under the entity that it turns out to be', async () => {
    await site.see(['a'], ['a', 'poison'], ['a']);
    const projection = (known: boolean) => ({
      ...pages(),
      entity: {
        PageViewed: ({ data }: { data: unknown }) => {
          const { url, leadId } = data as { url?: string; leadId: string };
          if (url === 'poison' && !known) throw new Error('whose?');
          return leadId;
        },
      },
    });
    await site.projector({ projections: [projection(false)] }).catchUp();
    const projector = site.projector({ projections: [projection(true)] });
    expect(await projector.retry('pages')).toEqual({ released: 0, parked: 2 });
    expect((await projector.parked()).map(({ entity, position }) => [entity, position])).toEqual([
      ['a', 2],
      ['a', 3],
    ]);
    expect(await projector.verify()).toEqual([]);
  });
});

describe('skip', () => {
  it('leaves the event out for good: live, rebuilt and verified', async () => {
    const projector = await poisoned();
    await projector.skip(idAt(2), 'a test of ours', 'api:ops');
    expect(await projector.parked()).toEqual([]);
    expect(await total()).toBe(5);
    expect(await projector.verify()).toEqual([]);
    await projector.catchUp();
    await projector.rebuild('pages');
    expect(await total()).toBe(5);
    // Also when it could be read by now, and by somebody who has not seen the decision being made.
    mended.add('poison');
    const later = site.projector();
    await later.rebuild('pages');
    expect(await total()).toBe(5);
    expect(await later.verify()).toEqual([]);
  });

  it('writes the decision to the log once, its reason as personal data', async () => {
    const projector = await poisoned();
    await projector.skip(idAt(2), 'asked for by Ann', 'api:ops');
    await expect(projector.skip(idAt(2), 'again', 'api:ops')).rejects.toMatchObject({ rule: 'not-parked' });
    const decisions = [];
    for await (const event of site.events.readStream('projection-pages')) decisions.push(event);
    expect(decisions).toMatchObject([
      {
        type: 'ProjectionEventSkipped',
        data: { projection: 'pages', eventId: idAt(2), personal: { why: 'asked for by Ann' } },
        metadata: { actor: 'api:ops' },
      },
    ]);
  });

  it('takes one that waits behind another too', async () => {
    const projector = await poisoned();
    await projector.skip(idAt(4), 'not wanted', 'api');
    expect((await projector.parked()).map(({ position }) => position)).toEqual([2, 6]);
    mended.add('poison');
    await projector.retry('pages');
    expect(await total()).toBe(5);
    expect(await projector.verify()).toEqual([]);
  });

  it('refuses events that are folded or unknown', async () => {
    const projector = await poisoned();
    for (const id of [idAt(1), idAt(99)])
      await expect(projector.skip(id, 'why', 'api')).rejects.toMatchObject({
        rule: 'not-parked',
        fields: { eventId: id },
      });
    expect(await total()).toBe(3);
  });

  it('is heeded by workers of other processes, whether they have parked the event or folded it', async () => {
    const here = await poisoned();
    await here.rebuild('pages', { hold: true });
    // One that can read the event and has folded it into a held generation of its own.
    mended.add('poison');
    const able = site.projector({ reads: site.otherReads() });
    await able.catchUp();
    await able.rebuild('pages', { hold: true });
    mended.clear();
    expect((await here.parked()).length).toBe(3);
    await here.skip(idAt(2), 'why', 'api');
    await able.catchUp();
    await here.approve('pages');
    expect(await total()).toBe(5);
    expect(await here.verify()).toEqual([]);
  });

  it('of the only event of an entity leaves nothing that counts', async () => {
    await site.see(['b'], ['a', 'poison']);
    const projector = site.projector();
    await projector.catchUp();
    mended.add('poison');
    await projector.rebuild('pages', { hold: true });
    mended.clear();
    await projector.skip(idAt(2), 'why', 'api');
    await projector.catchUp();
    await projector.approve('pages');
    expect(await total()).toBe(1);
    expect(await projector.verify()).toEqual([]);
  });
});
