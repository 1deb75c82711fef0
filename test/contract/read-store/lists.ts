import { expect, it } from '@jest/globals';
import { anEntity, aParked, commitNext } from '../../support/reads.ts';
import { eachWith, type ReadStoreFactory } from './setup.ts';

/** Findings, what is due, and parked events. */
export const lists = (factory: ReadStoreFactory): void => {
  const { subject, deals } = eachWith(factory);

  it('lists the entities with findings by id, with the position', async () => {
    const { store } = subject();
    const id = await deals();
    const finding = (reason: string) => ({ reason, kept: true, cell: { origin: 'web', days: 3, won: null } });
    const odd = anEntity('b', { n: 1 }, { quality: [finding('late'), finding('implausible')] });
    const odder = anEntity('a', { n: 2 }, { quality: [{ ...finding('late'), kept: false }], due: 8 });
    await commitNext(store, id, { position: 12, entities: [odd, anEntity('c'), odder] });
    expect(await store.findings(id)).toEqual({ position: 12, value: [odder, odd] });
    await commitNext(store, id, { entities: [anEntity('a', { n: 2 })] });
    expect(await store.findings(id)).toEqual({ position: 13, value: [odd] });
  });

  it('lists what is due at the instant or before, earliest first, ties by id', async () => {
    const { store } = subject();
    const id = await deals();
    const due = (key: string, instant: number | null) => anEntity(key, {}, { due: instant });
    const entities = [
      due('e', 20),
      due('d', 10),
      due('c', 10),
      due('b', -5),
      due('a', null),
      due('f', 8.64e15),
    ];
    await commitNext(store, id, { entities });
    const ids = async (before: number, limit = 10) =>
      (await store.due(id, before, limit)).map(entity => entity.id);
    expect(await ids(-6)).toEqual([]);
    expect(await ids(9)).toEqual(['b']);
    expect(await ids(10)).toEqual(['b', 'c', 'd']);
    expect(await ids(19.5)).toEqual(['b', 'c', 'd']);
    expect(await ids(Infinity)).toEqual(['b', 'c', 'd', 'e', 'f']);
    expect(await ids(Infinity, 2)).toEqual(['b', 'c']);
    await commitNext(store, id, { entities: [due('b', 30), due('c', null)] });
    expect(await ids(30)).toEqual(['d', 'e', 'b']);
    expect(await store.due(id, 10, 1)).toEqual([due('d', 10)]);
  });

  it('lists parked events in log order, of one entity or of all', async () => {
    const { store } = subject();
    const id = await deals();
    const first = aParked(12, 'b', {
      error: 'amount is missing',
      raw: { id: 'x', data: { odd: [null, '\0'] } },
    });
    const [second, third] = [aParked(3, 'a', { error: 'boom' }), aParked(100, 'b')];
    await commitNext(store, id, { park: [first, third] });
    await commitNext(store, id, { park: [second] });
    expect(await store.parked(id)).toEqual([second, first, third]);
    expect(await store.parked(id, 'b')).toEqual([first, third]);
    expect(await store.parked(id, 'none')).toEqual([]);
    expect(await (await subject().reopen()).parked(id)).toEqual([second, first, third]);
  });

  it('releases before it parks: what is still wrong is parked again', async () => {
    const { store } = subject();
    const id = await deals();
    const parked = [aParked(1, 'a', { error: 'boom' }), aParked(2, 'a'), aParked(3, 'b', { error: 'boom' })];
    await commitNext(store, id, { park: parked });
    const again = aParked(2, 'a', { error: 'boom again' });
    await commitNext(store, id, { release: ['a', 'none'], park: [again] });
    expect(await store.parked(id)).toEqual([again, parked[2]]);
    await commitNext(store, id, { release: ['a', 'b'] });
    expect(await store.parked(id)).toEqual([]);
  });

  it('holds an event once per entity', async () => {
    const { store } = subject();
    const id = await deals();
    await commitNext(store, id, { park: [aParked(1, 'a'), aParked(1, 'b')] });
    await commitNext(store, id, { park: [aParked(1, 'a', { error: 'now known' })] });
    expect(await store.parked(id)).toEqual([aParked(1, 'a', { error: 'now known' }), aParked(1, 'b')]);
  });

  it('parks and releases by odd entity ids, with odd errors', async () => {
    const { store } = subject();
    const id = await deals();
    const odd = ['', 'a\0', 'a', '\ud800', '\udbff', `'--`, '😀'];
    await commitNext(store, id, {
      park: odd.map((entity, at) => aParked(at + 1, entity, { error: `no ${entity}` })),
    });
    for (const [at, entity] of odd.entries())
      expect(await store.parked(id, entity)).toEqual([aParked(at + 1, entity, { error: `no ${entity}` })]);
    await commitNext(store, id, { release: ['a', '\ud800'] });
    expect((await store.parked(id)).map(({ entity }) => entity)).toEqual(['', 'a\0', '\udbff', `'--`, '😀']);
  });

  it('keeps parked events when others are committed', async () => {
    const { store } = subject();
    const id = await deals();
    await commitNext(store, id, { park: [aParked(1, 'a')] });
    await commitNext(store, id, { entities: [anEntity('a')] });
    expect(await store.parked(id)).toHaveLength(1);
  });
};
