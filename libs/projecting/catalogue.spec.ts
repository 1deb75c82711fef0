import { describe, expect, it, jest } from '@jest/globals';
import { pages } from '../../test/support/projecting.ts';
import { UnknownProjection } from '../read-store/errors.ts';
import type { Generation, GenerationStatus, ReadStore } from '../read-store/port.ts';
import { createCatalogue } from './catalogue.ts';
import type { Projection } from './define.ts';
import { surround, type Subject } from './surroundings.ts';
import { testContext } from './testing.ts';

/** The list of generations, and no more of a read store. */
const listing = () => {
  let list: readonly Generation[] = [];
  const numbers = new Map<string, number>();
  const batches = new Map<string, number>();
  const dropped: string[] = [];
  const keyOf = ({ name, generation }: { name: string; generation: number }) => `${name}.${generation}`;
  const set = (key: string, status: GenerationStatus): void => {
    list = list.map(each => (keyOf(each) === key ? { ...each, status } : each));
  };
  const reads: Partial<ReadStore> = {
    generations: name => Promise.resolve(list.filter(each => name === undefined || each.name === name)),
    create: given => {
      const generation = (numbers.get(given.name) ?? 0) + 1;
      numbers.set(given.name, generation);
      const made: Generation = { ...given, generation, status: 'building' };
      list = [...list, made];
      return Promise.resolve(made);
    },
    promote: id => {
      list = list.filter(each => each.name !== id.name || each.status !== 'live');
      set(keyOf(id), 'live');
      return Promise.resolve();
    },
    drop: id => {
      dropped.push(keyOf(id));
      list = list.filter(each => keyOf(each) !== keyOf(id));
      return Promise.resolve();
    },
    checkpoint: id => Promise.resolve({ position: 0, batch: batches.get(keyOf(id)) ?? 0 }),
  };
  return {
    reads: reads as ReadStore,
    batches,
    dropped,
    set,
    statuses: () => list.map(each => [keyOf(each), each.version, each.status]),
  };
};

const catalogueOf = (reads: ReadStore, ...projections: readonly Projection[]) => {
  const around = surround({
    ...{ events: {} as never, reads, projections, context: testContext(), clock: () => 0 },
  });
  const catalogue = createCatalogue(around);
  const kept = () =>
    catalogue
      .lanes()
      .map(({ generation, purpose }) => `${generation.name}.${generation.generation} ${purpose}`);
  return { ...catalogue, around, kept, subject: (at = 0): Subject => around.subjects[at]! };
};

/** Lets the monotonic clock stand where it is put. */
const stillClock = () => {
  let now = 1_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  return { pass: (ms: number) => void (now += ms), [Symbol.dispose]: () => jest.restoreAllMocks() };
};

describe('the catalogue', () => {
  it('makes a first generation of each projection and has it live at once', async () => {
    const { reads, statuses } = listing();
    const { sync, kept, settled } = catalogueOf(reads, pages(), { ...pages(), name: 'other' });
    await sync();
    await sync();
    expect(statuses()).toEqual([
      ['pages.1', 1, 'live'],
      ['other.1', 1, 'live'],
    ]);
    expect(kept()).toEqual(['pages.1 follow', 'other.1 follow']);
    expect(settled()).toBe(true);
  });

  it('goes on with a first generation that somebody has begun', async () => {
    const { reads, statuses, set } = listing();
    await catalogueOf(reads, pages()).sync();
    set('pages.1', 'building');
    const { sync, kept } = catalogueOf(reads, pages());
    await sync();
    expect(statuses()).toEqual([['pages.1', 1, 'live']]);
    expect(kept()).toEqual(['pages.1 follow']);
  });

  it('builds one beside the live one where the definition is another, and leaves the old one alone', async () => {
    const { reads, statuses } = listing();
    await catalogueOf(reads, pages(1)).sync();
    const { sync, kept, settled } = catalogueOf(reads, pages(2));
    await sync();
    await sync();
    expect(statuses()).toEqual([
      ['pages.1', 1, 'live'],
      ['pages.2', 2, 'building'],
    ]);
    expect(kept()).toEqual(['pages.2 build']);
    expect(settled()).toBe(false);
    await reads.promote({ name: 'pages', generation: 2 });
    await sync();
    expect([kept(), settled()]).toEqual([['pages.2 follow'], true]);
  });

  it('does not begin again what failed, until somebody asks for it', async () => {
    const { reads, statuses } = listing();
    await catalogueOf(reads, pages(1)).sync();
    const catalogue = catalogueOf(reads, pages(2));
    await catalogue.sync();
    const [lane] = catalogue.lanes();
    catalogue.giveUp(catalogue.subject());
    catalogue.release(lane!);
    await reads.drop(lane!.generation);
    await catalogue.sync();
    expect(statuses()).toEqual([['pages.1', 1, 'live']]);
    expect(catalogue.settled()).toBe(true);
    await catalogue.begin(catalogue.subject());
    expect(catalogue.kept()).toEqual(['pages.3 rebuild']);
    await catalogue.sync();
    expect([statuses().length, catalogue.settled()]).toEqual([2, false]);
  });

  it('rebuilds on with what it builds already', async () => {
    const { reads, statuses } = listing();
    await catalogueOf(reads, pages(1)).sync();
    const catalogue = catalogueOf(reads, pages(2));
    await catalogue.sync();
    const lane = await catalogue.begin(catalogue.subject());
    expect(lane).toMatchObject({ purpose: 'rebuild', generation: { generation: 2 } });
    expect(statuses()).toHaveLength(2);
    // One more that is asked for while this one runs is one of its own.
    const other = await catalogue.begin(catalogue.subject());
    expect(other.generation.generation).toBe(3);
  });

  it('builds nothing while one of the new definition is held, and follows that', async () => {
    const { reads, statuses, set } = listing();
    await catalogueOf(reads, pages(1)).sync();
    await catalogueOf(reads, pages(2)).sync();
    set('pages.2', 'held');
    const { sync, kept, settled } = catalogueOf(reads, pages(2));
    await sync();
    expect(kept()).toEqual(['pages.2 follow']);
    expect([statuses().length, settled()]).toEqual([2, true]);
  });

  it('lets go of a generation that is gone from the store', async () => {
    const { reads } = listing();
    const { sync, kept } = catalogueOf(reads, pages());
    await sync();
    await reads.drop({ name: 'pages', generation: 1 });
    await sync();
    expect(kept()).toEqual(['pages.2 follow']);
  });

  it('survives that a generation goes while it looks, and no other fault', async () => {
    const { reads } = listing();
    let fault: Error = new UnknownProjection({ name: 'pages', generation: 1 });
    const shaky: ReadStore = {
      ...reads,
      promote: id => (id.name === 'pages' ? Promise.reject(fault) : reads.promote(id)),
    };
    const { sync, kept } = catalogueOf(shaky, pages(), { ...pages(), name: 'other' });
    await sync();
    expect(kept()).toEqual(['other.1 follow']);
    fault = new Error('disk full');
    await expect(sync()).rejects.toThrow('disk full');
  });

  it('lets go of projections that are not used any more, and of nothing in the store', async () => {
    const { reads, statuses } = listing();
    const [one, other] = [pages(), { ...pages(), name: 'other' }];
    const { sync, retain, kept, around } = catalogueOf(reads, one, other);
    await sync();
    around.use([other]);
    retain();
    expect(kept()).toEqual(['other.1 follow']);
    expect(statuses()).toHaveLength(2);
    around.use([other, one]);
    await sync();
    expect(kept()).toEqual(['other.1 follow', 'pages.1 follow']);
  });
});

describe('a generation that another process builds', () => {
  it('is adopted once five seconds have gone by without a commit, and not before', async () => {
    using clock = stillClock();
    const { reads, batches } = listing();
    await catalogueOf(reads, pages(1)).sync();
    await catalogueOf(reads, pages(2)).sync();
    const { sync, kept } = catalogueOf(reads, pages(2));
    await sync();
    clock.pass(4_999);
    batches.set('pages.2', 1);
    await sync();
    clock.pass(4_999);
    await sync();
    expect(kept()).toEqual([]);
    clock.pass(1);
    await sync();
    expect(kept()).toEqual(['pages.2 build']);
  });

  it('is dropped after a minute of silence where nobody needs it, and not while it moves', async () => {
    using clock = stillClock();
    const { reads, batches, dropped } = listing();
    await catalogueOf(reads, pages(1)).sync();
    await catalogueOf(reads, pages(2)).sync();
    // To one whose definition is the live one, the other is of no use.
    const { sync } = catalogueOf(reads, pages(1));
    await sync();
    for (const batch of [1, 2]) {
      clock.pass(59_999);
      batches.set('pages.2', batch);
      await sync();
    }
    clock.pass(59_999);
    await sync();
    expect(dropped).toEqual([]);
    clock.pass(1);
    await sync();
    expect(dropped).toEqual(['pages.2']);
  });
});
