import { describe, expect, it } from '@jest/globals';
import { InvalidRequest, ReadStoreUnavailable, UnknownProjection } from '../../../libs/read-store/errors.ts';
import type { CellSchema } from '../../../libs/read-store/port.ts';
import { aGeneration, anEntity, commitNext, leads, rowsOf, schema } from '../../support/reads.ts';
import { eachWith, type ReadStoreFactory } from './setup.ts';

/** Generations: made, held, promoted and dropped. */
export const catalogue = (factory: ReadStoreFactory): void => {
  const { subject, deals } = eachWith(factory);

  it('begins empty', async () => {
    expect(await subject().store.generations()).toEqual([]);
  });

  it('makes a generation that is building and empty', async () => {
    const { store } = subject();
    const made = await store.create(aGeneration({ version: 3, fingerprint: 'berlin' }));
    expect(made).toEqual({
      ...aGeneration({ version: 3, fingerprint: 'berlin' }),
      generation: 1,
      status: 'building',
    });
    expect(await store.generations()).toEqual([made]);
    expect(await store.checkpoint(made)).toEqual({ position: 0, batch: 0 });
    expect(await store.load(made, ['a'])).toEqual(new Map());
    expect(await rowsOf(store, made)).toEqual([]);
    expect(await store.entities(made, { limit: 10 })).toEqual({
      position: 0,
      value: { entities: [], nextCursor: null },
    });
    expect(await store.findings(made)).toEqual({ position: 0, value: [] });
    expect(await store.due(made, Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
    expect(await store.parked(made)).toEqual([]);
  });

  it('keeps the schema with its parts in order', async () => {
    const odd = {
      dimensions: { zone: 'text', constructor: 'integer', first: 'day' },
      measures: ['toString', 'b'],
      indexes: ['valueOf', 'a'],
    } as const;
    await subject().store.create(aGeneration({ schema: odd }));
    const [found] = await (await subject().reopen()).generations();
    expect(Object.entries(found!.schema.dimensions)).toEqual(Object.entries(odd.dimensions));
    expect(found!.schema).toEqual(odd);
  });

  it('numbers generations per name and lists them by name and number', async () => {
    const { store } = subject();
    for (const name of ['deals', 'churn', 'deals', 'deals-2']) await store.create(aGeneration({ name }));
    const listed = (await store.generations()).map(({ name, generation }) => `${name} ${generation}`);
    expect(listed).toEqual(['churn 1', 'deals 1', 'deals 2', 'deals-2 1']);
    expect(await store.generations('deals')).toHaveLength(2);
    expect(await store.generations('none')).toEqual([]);
  });

  it('never uses a number again', async () => {
    const { store } = subject();
    const first = await deals();
    await store.drop(first);
    expect((await deals()).generation).toBe(2);
    await store.drop({ name: 'deals', generation: 2 });
    const reopened = await subject().reopen();
    expect((await reopened.create(aGeneration())).generation).toBe(3);
  });

  it('makes a live generation of a building one and drops the one before', async () => {
    const { store } = subject();
    const [first, second] = [await deals(), await deals()];
    await store.promote(first);
    await commitNext(store, first, { cells: [leads({}, 1)] });
    await commitNext(store, second, { cells: [leads({}, 2)] });
    await store.promote(second);
    expect(await store.generations()).toEqual([{ ...second, status: 'live' }]);
    await expect(store.checkpoint(first)).rejects.toThrow(UnknownProjection);
    expect(await rowsOf(store, second)).toEqual([[2]]);
  });

  it('leaves other building generations and other names alone', async () => {
    const { store } = subject();
    const other = await store.create(aGeneration({ name: 'churn' }));
    await store.promote(other);
    const [first, second, third] = [await deals(), await deals(), await deals()];
    await store.promote(first);
    await store.promote(third);
    const states = (await store.generations()).map(({ name, generation, status }) => [
      name,
      generation,
      status,
    ]);
    expect(states).toEqual([
      ['churn', 1, 'live'],
      ['deals', 2, 'building'],
      ['deals', 3, 'live'],
    ]);
    expect(await store.checkpoint(second)).toEqual({ position: 0, batch: 0 });
  });

  it('promotes once: again changes nothing', async () => {
    const { store } = subject();
    const id = await deals();
    await commitNext(store, id, { cells: [leads({})] });
    await store.promote(id);
    await store.promote(id);
    expect(await store.generations()).toEqual([{ ...id, status: 'live' }]);
    expect(await rowsOf(store, id)).toEqual([[1]]);
  });

  it('holds a building generation, which is promoted later', async () => {
    const { store } = subject();
    const id = await deals();
    await store.hold(id);
    expect((await store.generations())[0]!.status).toBe('held');
    await store.hold(id);
    await commitNext(store, id, { entities: [anEntity('a')] });
    await store.promote(id);
    expect((await store.generations())[0]!.status).toBe('live');
  });

  it('does not hold a live generation', async () => {
    const { store } = subject();
    const id = await deals();
    await store.promote(id);
    await expect(store.hold(id)).rejects.toThrow(InvalidRequest);
    expect((await store.generations())[0]!.status).toBe('live');
  });

  it('drops a generation with all that it holds; again is no error', async () => {
    const { store } = subject();
    const id = await deals();
    await commitNext(store, id, { entities: [anEntity('a')] });
    await store.drop(id);
    await store.drop(id);
    expect(await store.generations()).toEqual([]);
    await expect(store.load(id, ['a'])).rejects.toThrow(UnknownProjection);
  });

  it('answers UnknownProjection from every call on a generation that is not there', async () => {
    const { store } = subject();
    const none = { name: 'deals', generation: 7 };
    const batch = { follows: 0, position: 1, entities: [], cells: [], park: [], release: [] };
    const calls = [
      store.promote(none),
      store.hold(none),
      store.checkpoint(none),
      store.load(none, []),
      store.commit(none, batch),
      store.cells(none, { measures: [], by: [], where: {} }),
      store.entities(none, { limit: 1 }),
      store.findings(none),
      store.due(none, 0, 1),
      store.parked(none),
    ];
    for (const result of await Promise.allSettled(calls))
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'UnknownProjection' } });
    expect(await store.generations()).toEqual([]);
  });

  it.each(['', 'Deals', '../deals', 'deals/2', '1deals', 'deals.2', 'x'.repeat(61), 'deals\0'])(
    'refuses the name %j',
    async name => {
      await expect(subject().store.create(aGeneration({ name }))).rejects.toThrow(InvalidRequest);
      expect(await subject().store.generations()).toEqual([]);
    },
  );

  it.each<Partial<Record<keyof CellSchema, unknown>>>([
    { dimensions: { 'won"); DROP TABLE x; --': 'text' } },
    { dimensions: { won_day: 'day' } },
    { dimensions: { won: 'date' } },
    { dimensions: { leads: 'text' } },
    { measures: ['leads', 'leads'] },
    { measures: ['Leads'] },
    { indexes: ['-stage'] },
    { indexes: ['$where'] },
    { indexes: ['stage', 'stage'] },
  ])('refuses the schema %j', async part => {
    const given = aGeneration({ schema: { ...schema, ...part } as CellSchema });
    await expect(subject().store.create(given)).rejects.toThrow(InvalidRequest);
    expect(await subject().store.generations()).toEqual([]);
  });

  it('keeps everything when it is closed and opened', async () => {
    const id = await deals();
    await subject().store.promote(id);
    await commitNext(subject().store, id, {
      position: 9,
      entities: [anEntity('a', { n: 1 })],
      cells: [leads({}, 5)],
    });
    const store = await subject().reopen();
    expect(await store.generations()).toEqual([{ ...id, status: 'live' }]);
    expect(await store.checkpoint(id)).toEqual({ position: 9, batch: 1 });
    expect(await store.load(id, ['a'])).toEqual(new Map([['a', anEntity('a', { n: 1 })]]));
    expect(await rowsOf(store, id)).toEqual([[5]]);
  });

  it('answers nothing when it is closed', async () => {
    const id = await deals();
    await subject().store.close();
    await subject().store.close();
    await expect(subject().store.generations()).rejects.toThrow(ReadStoreUnavailable);
    await expect(subject().store.checkpoint(id)).rejects.toThrow(ReadStoreUnavailable);
  });

  describe('with two stores over the same data', () => {
    it('shows a new generation, its commits and its promotion to the other', async () => {
      const { store, second } = subject();
      if (!second) return;
      const other = await second();
      const id = await deals();
      expect(await other.generations()).toEqual([id]);
      await commitNext(other, id, { cells: [leads({}, 3)] });
      expect(await rowsOf(store, id)).toEqual([[3]]);
      await store.promote(id);
      expect((await other.generations())[0]!.status).toBe('live');
    });

    it('lets the other notice that a generation is gone, though it had it open', async () => {
      const { store, second } = subject();
      if (!second) return;
      const other = await second();
      const [before, after] = [await deals(), await deals()];
      await store.promote(before);
      await commitNext(other, before, { cells: [leads({}, 3)] });
      await store.promote(after);
      await expect(rowsOf(other, before)).rejects.toThrow(UnknownProjection);
      await expect(commitNext(other, before, {})).rejects.toThrow(UnknownProjection);
      expect(await other.generations()).toEqual([{ ...after, status: 'live' }]);
      expect(await other.checkpoint(after)).toEqual({ position: 0, batch: 0 });
    });

    it('finishes the reads that are under way when a generation is dropped', async () => {
      const { store, second } = subject();
      if (!second) return;
      const other = await second();
      const id = await deals();
      await commitNext(store, id, { entities: [anEntity('a')], cells: [leads({}, 3)] });
      const reading = Promise.allSettled([rowsOf(other, id), rowsOf(store, id)]);
      await store.drop(id);
      for (const result of await reading)
        expect(result.status === 'fulfilled' ? result.value : (result.reason as Error).name).toEqual(
          result.status === 'fulfilled' ? [[3]] : 'UnknownProjection',
        );
    });

    it('gives numbers once when both make generations', async () => {
      const { store, second } = subject();
      if (!second) return;
      const other = await second();
      const made = await Promise.all([store, other, store, other].map(each => each.create(aGeneration())));
      expect(made.map(({ generation }) => generation).sort()).toEqual([1, 2, 3, 4]);
    });
  });
};
