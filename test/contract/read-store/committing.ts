import { describe, expect, it } from '@jest/globals';
import { CheckpointConflict, InvalidRequest, UnknownDimension } from '../../../libs/read-store/errors.ts';
import type { Batch } from '../../../libs/read-store/port.ts';
import { anEntity, aParked, commitNext, leads, rowsOf } from '../../support/reads.ts';
import { eachWith, type ReadStoreFactory } from './setup.ts';

const batch = (given: Partial<Batch>): Batch => ({
  follows: 0,
  position: 1,
  entities: [],
  cells: [],
  park: [],
  release: [],
  ...given,
});

/** Commits: all or nothing, one after another. */
export const committing = (factory: ReadStoreFactory): void => {
  const { subject, deals } = eachWith(factory);

  it('moves the checkpoint by a batch to the position', async () => {
    const { store } = subject();
    const id = await deals();
    await store.commit(id, batch({ position: 40 }));
    expect(await store.checkpoint(id)).toEqual({ position: 40, batch: 1 });
    await store.commit(id, batch({ follows: 1, position: 41 }));
    expect(await store.checkpoint(id)).toEqual({ position: 41, batch: 2 });
  });

  it('takes a batch at the same position: parked events are folded again without the log moving', async () => {
    const { store } = subject();
    const id = await deals();
    await store.commit(id, batch({ position: 40 }));
    await store.commit(id, batch({ follows: 1, position: 40, cells: [leads({})] }));
    expect(await store.checkpoint(id)).toEqual({ position: 40, batch: 2 });
  });

  it.each([-1, 1, 3])(
    'refuses batch 2 when it is said to follow %i, and names the actual one',
    async follows => {
      const { store } = subject();
      const id = await deals();
      await store.commit(id, batch({}));
      await store.commit(id, batch({ follows: 1, position: 2 }));
      const late = store.commit(
        id,
        batch({ follows, position: 3, entities: [anEntity('a')], cells: [leads({})] }),
      );
      await expect(late).rejects.toThrow(CheckpointConflict);
      await expect(late).rejects.toMatchObject({ actual: 2 });
      expect(await store.checkpoint(id)).toEqual({ position: 2, batch: 2 });
      expect(await store.load(id, ['a'])).toEqual(new Map());
      expect(await rowsOf(store, id)).toEqual([]);
    },
  );

  it('lets one of several concurrent commits of the same batch win', async () => {
    const { store, second } = subject();
    const id = await deals();
    const stores = [store, second ? await second() : store, store];
    const cells = [leads({})];
    const results = await Promise.allSettled(stores.map(each => each.commit(id, batch({ cells }))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(CheckpointConflict);
    expect(await rowsOf(store, id)).toEqual([[1]]);
  });

  it.each([9, -1, 10.5, NaN, 2 ** 53])('refuses the position %d after 10', async position => {
    const { store } = subject();
    const id = await deals();
    await store.commit(id, batch({ position: 10 }));
    await expect(store.commit(id, batch({ follows: 1, position }))).rejects.toThrow(InvalidRequest);
    expect(await store.checkpoint(id)).toEqual({ position: 10, batch: 1 });
  });

  it('replaces states, with due and findings', async () => {
    const { store } = subject();
    const id = await deals();
    const finding = { reason: 'implausible', kept: true, cell: { origin: null } };
    const before = anEntity('a', { n: 1, old: true }, { due: 5, quality: [finding] });
    const after = anEntity('a', { n: 2 });
    await commitNext(store, id, { entities: [before, anEntity('b')] });
    expect(await store.load(id, ['a', 'b'])).toEqual(new Map([before, anEntity('b')].map(e => [e.id, e])));
    await commitNext(store, id, { entities: [after] });
    expect((await store.load(id, ['a'])).get('a')).toEqual(after);
    expect((await store.findings(id)).value).toEqual([]);
    expect(await store.due(id, 10, 10)).toEqual([]);
  });

  it('lets the last of two states of one entity in a batch stand', async () => {
    const { store } = subject();
    const id = await deals();
    await commitNext(store, id, { entities: [anEntity('a', 1), anEntity('b', 1), anEntity('a', 2)] });
    expect((await store.load(id, ['a'])).get('a')!.state).toBe(2);
  });

  it('loads thousands of ids, and only those that exist, once each', async () => {
    const { store } = subject();
    const id = await deals();
    const ids = Array.from({ length: 3_000 }, (_, n) => `lead-${(n * 7919) % 3_000}`);
    await commitNext(store, id, { entities: ids.map(each => anEntity(each, { id: each })) });
    const found = await store.load(id, [...ids, 'lead-x', 'lead-1', 'lead-1']);
    expect(found.size).toBe(3_000);
    expect(
      [...found].every(([key, entity]) => key === entity.id && (entity.state as { id: string }).id === key),
    ).toBe(true);
    expect(await store.load(id, [])).toEqual(new Map());
  });

  it('keeps generations apart', async () => {
    const { store } = subject();
    const [one, two] = [await deals(), await deals()];
    await commitNext(store, one, {
      entities: [anEntity('a', 1)],
      cells: [leads({}, 1)],
      park: [aParked(1, 'x')],
    });
    expect(await store.checkpoint(two)).toEqual({ position: 0, batch: 0 });
    expect(await store.load(two, ['a'])).toEqual(new Map());
    expect(await rowsOf(store, two)).toEqual([]);
    expect(await store.parked(two)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'text'],
    ['a number', 0.1],
    ['an array', [1, [2, { three: 3 }]]],
    ['odd names', JSON.parse('{"__proto__": {"x": 1}, "$set": 1, "a.b": 2, "": 3, "constructor": 4}')],
    ['odd texts', { nul: 'a\0b', lone: '\ud800', pair: '😀', quote: `'";--`, long: 'x'.repeat(100_000) }],
    [
      'numbers at the edge',
      [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 5e-324, 1.7976931348623157e308, 4294967296],
    ],
  ])('gives back a state that is %s as it was', async (_, state) => {
    const id = await deals();
    const entity = anEntity('a', state as never);
    await commitNext(subject().store, id, { entities: [entity] });
    const found = (await (await subject().reopen()).load(id, ['a'])).get('a')!;
    expect(found).toEqual(entity);
    expect(JSON.stringify(found.state)).toBe(JSON.stringify(state));
  });

  describe('refuses, and writes nothing of the batch:', () => {
    it.each<[string, Partial<Batch>, typeof InvalidRequest | typeof UnknownDimension]>([
      ['an unknown dimension', { cells: [leads({ colour: 'red' })] }, UnknownDimension],
      ['an inherited name', { cells: [leads({ toString: 'red' })] }, UnknownDimension],
      ['an unknown measure', { cells: [{ cell: {}, add: { sales: 1 } }] }, UnknownDimension],
      ['a text for an integer', { cells: [leads({ days: '5' })] }, InvalidRequest],
      ['an integer for a text', { cells: [leads({ origin: 5 })] }, InvalidRequest],
      ['a fraction', { cells: [leads({ days: 1.5 })] }, InvalidRequest],
      ['an unsafe integer', { cells: [leads({ days: 2 ** 53 })] }, InvalidRequest],
      ['NaN in a dimension', { cells: [leads({ days: NaN })] }, InvalidRequest],
      ['an unsafe add', { cells: [leads({}, 2 ** 53)] }, InvalidRequest],
      ['an add of a fraction', { cells: [leads({}, 0.1)] }, InvalidRequest],
      ['an infinite add', { cells: [leads({}, -Infinity)] }, InvalidRequest],
      ['an add of a text', { cells: [leads({}, '1' as never)] }, InvalidRequest],
      ['an undefined dimension', { cells: [leads({ origin: undefined as never })] }, InvalidRequest],
      ['two day dimensions', { cells: [leads({ won: '2018-01-01', entered: null })] }, InvalidRequest],
      ['a day that the calendar lacks', { cells: [leads({ won: '2017-02-29' })] }, InvalidRequest],
      ['a month for a day', { cells: [leads({ won: '2017-02' })] }, InvalidRequest],
      ['a day with a time', { cells: [leads({ won: '2017-02-01T00:00' })] }, InvalidRequest],
      ['a number for a day', { cells: [leads({ won: 20170201 })] }, InvalidRequest],
      [
        'a state that is no JSON',
        { entities: [{ ...anEntity('c'), state: undefined as never }] },
        InvalidRequest,
      ],
      ['a due that is no instant', { entities: [anEntity('c', {}, { due: 1.5 })] }, InvalidRequest],
    ])('%s', async (_, given, error) => {
      const { store } = subject();
      const id = await deals();
      const good = { entities: [anEntity('a')], cells: [leads({}, 7)], park: [aParked(1, 'x')] };
      const bad = {
        ...good,
        entities: [...good.entities, ...(given.entities ?? [])],
        cells: [...good.cells, ...(given.cells ?? [])],
      };
      await expect(commitNext(store, id, bad)).rejects.toThrow(error);
      expect(await store.checkpoint(id)).toEqual({ position: 0, batch: 0 });
      expect(await store.load(id, ['a'])).toEqual(new Map());
      expect(await rowsOf(store, id)).toEqual([]);
      expect(await store.parked(id)).toEqual([]);
    });
  });
};
