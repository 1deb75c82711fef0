import { describe, expect, it } from '@jest/globals';
import { pages } from '../../test/support/projecting.ts';
import { CheckpointConflict, ReadStoreUnavailable, UnknownProjection } from '../read-store/errors.ts';
import type { Batch, Entity, Generation, ParkedEvent, ReadStore } from '../read-store/port.ts';
import { schemaOf } from './contribution.ts';
import { deliver } from './delivery.ts';
import { numberEntities } from './entity-numbers.ts';
import { createFolder } from './fold.ts';
import { createLane, FoldAgain } from './lane.ts';
import type { Page, Subject, Surroundings } from './surroundings.ts';
import { recorded, testContext } from './testing.ts';

const generation: Generation = {
  ...{ name: 'pages', generation: 1, version: 1, fingerprint: 'x', status: 'live', createdAt: 0 },
  schema: schemaOf(pages()),
};

/** A read store that keeps what is committed, and lets commits fail or wait as it is told. */
const store = () => {
  const entities = new Map<string, Entity>();
  const state = {
    ...{ position: 0, batch: 0 },
    commits: [] as Batch[],
    /** Ids that were asked for, call by call. */
    loads: [] as (readonly string[])[],
    parked: [] as ParkedEvent[],
    before: (): Promise<void> => Promise.resolve(),
  };
  const reads: Partial<ReadStore> = {
    checkpoint: () => Promise.resolve({ position: state.position, batch: state.batch }),
    parked: () => Promise.resolve(state.parked),
    load: (_, ids) => {
      state.loads.push(ids);
      const found = ids.flatMap(id => entities.get(id) ?? []);
      return Promise.resolve(new Map(found.map(each => [each.id, each])));
    },
    commit: async (id, batch) => {
      await state.before();
      if (batch.follows !== state.batch) throw new CheckpointConflict(id, batch.follows, state.batch);
      state.commits.push(batch);
      state.batch++;
      state.position = batch.position;
      for (const each of batch.entities) entities.set(each.id, each);
      state.parked = [...state.parked.filter(({ entity }) => !batch.release.includes(entity)), ...batch.park];
    },
  };
  return { state, entities, reads: reads as ReadStore };
};

const subjectOf = (skipped: readonly string[] = []): Subject => ({
  ...{ name: 'pages', version: 1, fingerprint: 'x', schema: schemaOf(pages()) },
  folder: createFolder(pages(), testContext()),
  skipped: new Set(skipped),
});

const laneOver = (reads: ReadStore, subject = subjectOf(), remembered = 1_000) =>
  createLane(
    { reads, remembered, numbers: numberEntities() } as unknown as Surroundings,
    subject,
    generation,
    'follow',
  );

/** Page views after a position: `a`, or `a:url`. */
const page = (after: number, ...views: readonly string[]): Page => {
  const events = views.map((view, at) => {
    const [leadId = '', url] = view.split(':');
    const data = { leadId, touchpointId: 't', ...(url !== undefined && { url }) };
    return recorded({ type: 'PageViewed', data, occurredAt: 0 }, after + at + 1);
  });
  const deliveries = deliver(events, () => true, undefined);
  return { deliveries, end: after + events.length, count: events.length, full: true, skips: [] };
};

const seen = (entity: Entity | undefined): number | undefined =>
  (entity?.state as { readonly seen: number } | undefined)?.seen;

/** A gate that somebody opens. */
const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>(resolve => (open = resolve));
  return { opened, open };
};

describe('a lane', () => {
  it('commits the pages that it took as one batch, an entity once', async () => {
    const { state, entities, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    await lane.take(page(0, 'a', 'b'));
    await lane.take(page(2, 'a', 'a'));
    expect([lane.position(), lane.reached(), state.commits]).toEqual([0, 4, []]);
    await lane.finish();
    expect([lane.position(), lane.reached()]).toEqual([4, 4]);
    expect(state.commits.map(({ position, follows }) => [position, follows])).toEqual([[4, 0]]);
    expect(state.commits[0]!.entities.map(({ id }) => id).sort()).toEqual(['a', 'b']);
    expect([seen(entities.get('a')), seen(entities.get('b'))]).toEqual([3, 1]);
  });

  it('commits nothing where it took nothing', async () => {
    const { state, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    await lane.finish();
    expect(state.commits).toEqual([]);
  });

  it('moves past events that change nothing', async () => {
    const { state, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    await lane.take({ ...page(0), end: 9, count: 9 });
    await lane.finish();
    expect(state.commits).toMatchObject([{ position: 9, entities: [], cells: [], park: [] }]);
  });

  it('takes pages while a commit is under way, and begins the next one only after it', async () => {
    const { state, entities, reads } = store();
    const { opened, open } = gate();
    const lane = laneOver(reads);
    await lane.load();
    await lane.take(page(0, 'a'));
    state.before = () => opened;
    await lane.commit();
    await lane.take(page(1, 'a'));
    expect([lane.position(), lane.reached(), state.commits.length]).toEqual([0, 2, 0]);
    const finishing = lane.finish();
    open();
    await finishing;
    expect(state.commits.map(({ follows, position }) => [follows, position])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(seen(entities.get('a'))).toBe(2);
    // What was counted before is retracted, by the second commit.
    expect(state.commits[1]!.cells).toHaveLength(2);
  });

  it('asks the store for nothing that it has put there itself', async () => {
    const { state, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    for (let at = 0; at < 4; at++) {
      await lane.take(page(2 * at, 'a', `new-${at}`));
      await lane.finish();
    }
    expect(state.loads).toEqual([]);
  });

  it('asks for each entity once where others have been before it', async () => {
    const { state, entities, reads } = store();
    const first = laneOver(reads);
    await first.load();
    await first.take(page(0, 'a', 'b'));
    await first.finish();
    const lane = laneOver(reads);
    await lane.load();
    await lane.take(page(2, 'a', 'c', 'a'));
    await lane.take(page(5, 'c', 'b'));
    await lane.finish();
    expect(state.loads).toEqual([['a', 'c'], ['b']]);
    expect(['a', 'b', 'c'].map(id => seen(entities.get(id)))).toEqual([3, 2, 2]);
  });

  it('asks again for those that it has forgotten', async () => {
    const { state, entities, reads } = store();
    const lane = laneOver(reads, subjectOf(), 2);
    await lane.load();
    for (const [at, leads] of [['a'], ['b'], ['c'], ['d'], ['a']].entries()) {
      await lane.take(page(at, ...leads));
      await lane.finish();
    }
    expect(state.loads).toEqual([['a']]);
    expect(seen(entities.get('a'))).toBe(2);
  });

  it('leaves out events by decision, and knows which it left out', async () => {
    const [first, second] = page(0, 'a', 'a').deliveries.map(({ event }) => event.id);
    const { entities, reads } = store();
    const lane = laneOver(reads, subjectOf([first!, 'elsewhere']));
    await lane.load();
    await lane.take(page(0, 'a', 'a'));
    await lane.finish();
    expect(seen(entities.get('a'))).toBe(1);
    expect([first!, second!, 'elsewhere'].map(lane.leftOut)).toEqual([true, false, false]);
  });

  it('queues behind what is parked in the store and what it parks itself, until that is released', async () => {
    const { state, entities, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    await lane.take(page(0, 'a:poison', 'b', 'a'));
    await lane.finish();
    await lane.take(page(3, 'a', 'b'));
    await lane.finish();
    expect(state.parked.map(({ position, error }) => [position, error])).toEqual([
      [1, 'Error: this page cannot be read'],
      [3, null],
      [4, null],
    ]);
    const after = laneOver(reads);
    await after.load();
    expect([...after.parked()]).toEqual(['a']);
    await after.amend({ entities: [], cells: [], park: [], release: ['a'] });
    expect([...after.parked(), ...state.parked]).toEqual([]);
    await after.take(page(5, 'a'));
    await after.finish();
    expect(['a', 'b'].map(id => seen(entities.get(id)))).toEqual([1, 2]);
  });

  it('amends at the position where it is, after what it took', async () => {
    const { state, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    await lane.take(page(0, 'a'));
    const amended = { id: 'a', state: { seen: 7, last: 0 }, due: null, quality: [] };
    await lane.amend({ entities: [amended], cells: [], park: [], release: [] });
    expect(state.commits.map(({ position }) => position)).toEqual([1, 1]);
    await lane.take(page(1, 'a'));
    await lane.finish();
    expect(state.commits[2]!.entities).toMatchObject([{ id: 'a', state: { seen: 8 } }]);
    expect(state.loads).toEqual([]);
  });
});

describe('a lane whose commit fails', () => {
  it.each([
    ['another worker was faster', new CheckpointConflict(generation, 0, 1)],
    ['the store is away', new ReadStoreUnavailable('away')],
    ['the generation is gone', new UnknownProjection(generation)],
  ])('because %s tells so, and goes on from the checkpoint when it is loaded', async (_, error) => {
    const { state, entities, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    await lane.take(page(0, 'a'));
    state.before = () => Promise.reject(error);
    await expect(lane.finish()).rejects.toBe(error);
    state.before = () => Promise.resolve();
    await expect(lane.take(page(1, 'a'))).rejects.toThrow(FoldAgain);
    await lane.load();
    expect([lane.position(), lane.reached()]).toEqual([0, 0]);
    await lane.take(page(0, 'a', 'a'));
    await lane.finish();
    expect(seen(entities.get('a'))).toBe(2);
  });

  it('tells whoever takes the next page of it, and forgets what was taken meanwhile', async () => {
    const { state, entities, reads } = store();
    const { opened, open } = gate();
    const lane = laneOver(reads);
    await lane.load();
    await lane.take(page(0, 'a'));
    const away = new ReadStoreUnavailable('away');
    state.before = () => opened.then(() => Promise.reject(away));
    await lane.commit();
    await lane.take(page(1, 'a'));
    open();
    await expect(lane.finish()).rejects.toBe(away);
    state.before = () => Promise.resolve();
    await lane.load();
    expect(lane.reached()).toBe(0);
    await lane.finish();
    expect(entities.size).toBe(0);
  });

  it('though it was written, does not count what it holds twice', async () => {
    const { state, entities, reads } = store();
    const unheard: ReadStore = {
      ...reads,
      commit: async (id, batch) => {
        await reads.commit(id, batch);
        throw new ReadStoreUnavailable('the answer is lost');
      },
    };
    const lane = laneOver(unheard);
    await lane.load();
    await lane.take(page(0, 'a'));
    await expect(lane.finish()).rejects.toThrow('the answer is lost');
    await lane.load();
    expect([lane.position(), state.loads]).toEqual([1, []]);
    await lane.take(page(1, 'a'));
    await expect(lane.finish()).rejects.toThrow('the answer is lost');
    expect(seen(entities.get('a'))).toBe(2);
  });

  it('for a state that cannot be written looks at each event from then on, and fails if that does not help', async () => {
    const { state, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    const refused = new TypeError('no JSON');
    state.before = () => Promise.reject(refused);
    await lane.take(page(0, 'a'));
    // Once it is nobody's business: the same events are read again.
    await lane.finish();
    await expect(lane.take(page(1, 'a'))).rejects.toThrow(FoldAgain);
    await lane.load();
    await lane.take(page(0, 'a'));
    await expect(lane.finish()).rejects.toBe(refused);
  });

  it('has the rate of what was committed, and of nothing else', async () => {
    const { state, reads } = store();
    const lane = laneOver(reads);
    await lane.load();
    state.before = () => Promise.reject(new ReadStoreUnavailable('away'));
    for (let times = 0; times < 3; times++) {
      await lane.take(page(0, 'a'));
      await lane.finish().catch(() => undefined);
      await lane.load();
    }
    expect(lane.meter.rate()).toBeNull();
  });
});
