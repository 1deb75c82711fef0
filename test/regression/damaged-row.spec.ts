import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { damageRow } from '../support/sqlite-events.ts';
import { openSite, type Site } from '../support/projecting.ts';
import { by, commandsOver } from '../property/handling-fixture.ts';
import { defineProjection } from '../../libs/projecting/define.ts';

// A row whose JSON was broken stopped every read model at its page.

let site: Site;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

const total = async (): Promise<number> =>
  (await site.rows()).reduce((sum, { sums }) => sum + (sums.views ?? 0), 0);

const text = '{"leadId":"a","touchpointId":"t"}';
const parts = ['data', 'metadata'] as const;

describe('an event whose text is broken', () => {
  it.each(parts.flatMap(part => [1, 2, 100].map(size => [part, size] as const)))(
    'in its %s, in batches of %d, parks its lead and nothing else',
    async (part, batchSize) => {
      await site.see(['a'], ['a'], ['b'], ['a'], ['b']);
      damageRow(site.file, 'lead-a', 1, part);
      const projector = site.projector({ batchSize });
      await projector.catchUp();
      const parked = await projector.parked();
      expect(parked.map(({ position, entity, error }) => [position, entity, error])).toEqual([
        [2, 'a', `UnreadableEvent: its ${part} is no JSON object`],
        [4, 'a', null],
      ]);
      expect(await total()).toBe(3);
      expect(await projector.verify()).toEqual([]);
    },
  );

  it('is read again from the log by retry, once somebody has restored it', async () => {
    await site.see(['a'], ['a'], ['b'], ['a']);
    damageRow(site.file, 'lead-a', 1, 'data');
    const projector = site.projector();
    await projector.catchUp();
    expect(await projector.retry('pages')).toEqual({ released: 0, parked: 2 });
    damageRow(site.file, 'lead-a', 1, 'data', text);
    expect(await projector.retry('pages')).toEqual({ released: 2, parked: 0 });
    expect(await total()).toBe(4);
    expect(await projector.verify()).toEqual([]);
  });

  it('can be left out for good', async () => {
    await site.see(['a'], ['a'], ['b'], ['a']);
    damageRow(site.file, 'lead-a', 1, 'data');
    const projector = site.projector();
    await projector.catchUp();
    const [first] = await projector.parked();
    await projector.skip(first!.eventId, 'the disk lost it', 'test');
    expect(await projector.parked()).toEqual([]);
    expect(await total()).toBe(3);
    await projector.rebuild('pages');
    expect(await total()).toBe(3);
    expect(await projector.verify()).toEqual([]);
  });

  it('waits by itself where its entity can’t be told, and finds it when it is restored', async () => {
    const byPage = defineProjection({
      name: 'pages',
      version: 1,
      entity: { PageViewed: ({ data }) => data.url ?? null },
      initialState: () => ({ seen: 0 }),
      evolve: ({ seen }) => ({ seen: seen + 1 }),
      dimensions: { seen: 'integer' },
      measures: ['leads', 'views'],
      contributes: ({ seen }) => [{ cell: { seen }, add: { leads: 1, views: seen } }],
    });
    const whose = { ...byPage, entity: { PageViewed: (event: { data: unknown }) => urlOf(event) } };
    await site.see(['a', 'x'], ['b', 'x'], ['a', 'x']);
    damageRow(site.file, 'lead-b', 0, 'data');
    const projector = site.projector({ projections: [whose] });
    await projector.catchUp();
    expect(await projector.parked()).toMatchObject([{ position: 2, entity: expect.stringMatching(/^!/) }]);
    expect(await total()).toBe(2);
    damageRow(site.file, 'lead-b', 0, 'data', '{"leadId":"b","touchpointId":"t","url":"x"}');
    expect(await projector.retry('pages')).toEqual({ released: 1, parked: 0 });
    expect(await total()).toBe(3);
    expect(await projector.verify()).toEqual([]);
  });
});

describe('a command about a stream whose text is broken', () => {
  it('is refused, says where, and writes nothing; others go on', async () => {
    const commands = commandsOver(site.events);
    for (const id of ['a', 'b']) await commands.captureLead({ id }, by('captureLead'));
    damageRow(site.file, 'lead-a', 0, 'data');
    const head = await site.events.head();
    const change = (id: string) => commands.changeStage({ id, stage: 'mql' }, by('changeStage'));
    await expect(change('a')).rejects.toMatchObject({
      name: 'UnreadableEvent',
      stream: 'lead-a',
      revision: 0,
    });
    expect(await site.events.head()).toBe(head);
    expect(await change('b')).toMatchObject({ revision: 1 });
  });

  it('appends facts, for which nothing is decided', async () => {
    const commands = commandsOver(site.events);
    await commands.captureLead({ id: 'a' }, by('captureLead'));
    damageRow(site.file, 'lead-a', 0, 'metadata');
    const touch = { id: 't1', type: 'PageViewed', leadId: 'a' };
    const [result] = await commands.recordTouchpoints([touch], by('recordTouchpoints'));
    expect(result).toMatchObject({ outcome: 'appended', revision: 1 });
  });
});

const urlOf = ({ data }: { readonly data: unknown }): string => {
  const { url } = data as { readonly url?: string };
  if (url === undefined) throw new TypeError('a page view without a page');
  return url;
};
