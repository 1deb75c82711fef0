import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSite, pages, type Site } from '../../test/support/projecting.ts';
import type { Batch } from '../read-store/port.ts';

let site: Site;
beforeEach(async () => {
  site = openSite();
  await site.see(...Array.from({ length: 13 }, (_, n) => [`l${n % 3}`] as const));
});
afterEach(() => site.close());

/** Commits something to the live generation that no event says. */
const meddle = async (change: Partial<Batch>): Promise<void> => {
  const live = (await site.live())!;
  const { position, batch } = await site.reads.checkpoint(live);
  await site.reads.commit(live, {
    follows: batch,
    position,
    entities: [],
    cells: [],
    park: [],
    release: [],
    ...change,
  });
};

const state = { seen: 4, last: Date.UTC(2018, 0, 3, 12) };
const many = [{ reason: 'many', kept: true, cell: { seen: 4 } }];

describe('verify', () => {
  it('finds nothing where all is as the log says, behind the log too', async () => {
    const projector = site.projector();
    await projector.catchUp();
    expect(await projector.verify()).toEqual([]);
    await site.see(['x']);
    expect(await projector.verify()).toEqual([]);
    expect(await site.projector({ batchSize: 1_000 }).verify()).toEqual([]);
  });

  it('finds nothing where there is nothing', async () => {
    expect(await site.projector().verify()).toEqual([]);
  });

  it('finds a state that is not what the events come to', async () => {
    const projector = site.projector();
    await projector.catchUp();
    const entities = (await site.reads.entities((await site.live())!, { limit: 10 })).value.entities;
    await meddle({ entities: [{ ...entities[1]!, state: { ...state, seen: 40 } }] });
    expect(await projector.verify()).toEqual([
      {
        projection: 'pages',
        what: 'state',
        key: 'l1',
        stored: { state: { last: expect.any(Number), seen: 40 }, due: null },
        folded: { state: entities[1]!.state, due: null },
      },
    ]);
  });

  it('finds entities that should not be, and due instants and findings that are wrong', async () => {
    const projector = site.projector();
    await projector.catchUp();
    const entities = (await site.reads.entities((await site.live())!, { limit: 10 })).value.entities;
    await meddle({
      entities: [
        { id: 'ghost', state, due: null, quality: many },
        { ...entities[0]!, due: 5 },
        { ...entities[1]!, quality: [] },
      ],
    });
    const differences = await projector.verify();
    expect(differences.map(({ what, key }) => `${what} ${key}`).toSorted()).toEqual([
      'finding ghost',
      'finding l1',
      'state ghost',
      'state l0',
    ]);
    expect(differences.find(({ key, what }) => key === 'ghost' && what === 'state')?.folded).toBeNull();
  });

  it('finds entities that are missing', async () => {
    await site
      .projector({
        reads: { ...site.reads, commit: (id, batch) => site.reads.commit(id, { ...batch, entities: [] }) },
      })
      .catchUp();
    const differences = await site.projector().verify();
    expect(
      differences.filter(({ what }) => what === 'state').map(({ key, stored }) => [key, stored]),
    ).toEqual([
      ['l0', null],
      ['l1', null],
      ['l2', null],
    ]);
  });

  it('finds a cell that is wrong by day, and in total', async () => {
    const projector = site.projector();
    await projector.catchUp();
    await meddle({ cells: [{ cell: { seen: 4, last: '2018-01-02' }, add: { views: 1 } }] });
    const differences = await projector.verify();
    expect(differences.every(({ what }) => what === 'cell')).toBe(true);
    expect(differences.map(({ key }) => JSON.parse(key) as unknown)).toEqual([
      { seen: 4 },
      { seen: 4, last: '2018-01-02' },
    ]);
  });

  it('finds values that moved from one cell to another of the same total', async () => {
    const projector = site.projector();
    await projector.catchUp();
    await meddle({
      cells: [
        { cell: { seen: 4, last: '2018-01-02' }, add: { leads: -1 } },
        { cell: { seen: 4, last: '2018-01-01' }, add: { leads: 1 } },
      ],
    });
    expect(await projector.verify()).toHaveLength(2);
  });

  it('is right while others go on writing', async () => {
    const writer = site.projector({ reads: site.otherReads() });
    writer.start();
    await writer.waitFor('pages', 13);
    const verifier = site.projector();
    const stop = new AbortController();
    const more = (async () => {
      for (let n = 0; !stop.signal.aborted; n++) await site.see([`m${n % 5}`]);
    })();
    for (let n = 0; n < 5; n++) expect(await verifier.verify()).toEqual([]);
    stop.abort();
    await more;
  });

  it('leaves out a live generation of another definition', async () => {
    await site.projector().catchUp();
    await meddle({ cells: [{ cell: {}, add: { leads: 1 } }] });
    expect(await site.projector({ projections: [pages(2)] }).verify()).toEqual([]);
  });

  it('tells its progress and stops when it is told to', async () => {
    const projector = site.projector();
    await projector.catchUp();
    const positions: number[] = [];
    await projector.verify({ onProgress: ({ position, head }) => positions.push(position, head) });
    expect(positions).toEqual([4, 13, 8, 13, 12, 13, 13, 13]);
    const stop = new AbortController();
    const run = projector.verify({ signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(run).rejects.toThrow('enough');
  });
});
