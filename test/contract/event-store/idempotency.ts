import { describe, expect, it } from '@jest/globals';
import { WrongExpectedRevision } from '../../../libs/event-store/errors.ts';
import type { ExpectedRevision } from '../../../libs/event-store/port.ts';
import { anEvent, aStream, collect, events, idsOf } from '../../support/events.ts';
import { eachWith, type SubjectFactory } from './setup.ts';

/** The same event ids again: written once, answered alike. */
export const idempotency = (factory: SubjectFactory): void => {
  const subject = eachWith(factory);

  describe.each<[string, ExpectedRevision]>([
    ['NO_STREAM', 'NO_STREAM'],
    ['an exact revision', 1],
  ])('with %s', (_, expected) => {
    const appendedOnce = async () => {
      const { store } = subject();
      const stream = aStream();
      if (expected !== 'NO_STREAM') await store.append(stream, events(2), 'NO_STREAM');
      const list = events(3);
      return { store, stream, list, first: await store.append(stream, list, expected) };
    };

    it('answers a repeat with the first revision and position, and names the ids', async () => {
      const { store, stream, list, first } = await appendedOnce();
      const head = await store.head();
      expect(await store.append(stream, list, expected)).toEqual({ ...first, duplicates: idsOf(list) });
      expect(await store.head()).toBe(head);
    });

    it('answers a repeat alike after the stream and the log have gone on', async () => {
      const { store, stream, list, first } = await appendedOnce();
      await store.append(stream, events(4), 'ANY');
      await store.append(aStream(), events(4), 'ANY');
      const length = (await collect(store.readStream(stream))).length;
      expect(await store.append(stream, list, expected)).toEqual({ ...first, duplicates: idsOf(list) });
      expect(await collect(store.readStream(stream))).toHaveLength(length);
    });

    it('answers a repeat alike after the store was opened anew', async () => {
      const { stream, list, first } = await appendedOnce();
      const store = await subject().reopen();
      expect(await store.append(stream, list, expected)).toEqual({ ...first, duplicates: idsOf(list) });
    });

    it('answers a beginning of what was appended', async () => {
      const { store, stream, list, first } = await appendedOnce();
      const again = await store.append(stream, list.slice(0, 2), expected);
      const read = await collect(store.readStream(stream));
      expect(again).toEqual({
        revision: first.revision - 1,
        position: read[first.revision - 1]!.position,
        duplicates: idsOf(list.slice(0, 2)),
      });
    });

    it('refuses old ids followed by new ones, and writes neither', async () => {
      const { store, stream, list, first } = await appendedOnce();
      const refused = store.append(stream, [...list, anEvent()], expected);
      await expect(refused).rejects.toMatchObject({ name: 'WrongExpectedRevision', actual: first.revision });
      expect(await collect(store.readStream(stream))).toHaveLength(first.revision + 1);
    });

    it('refuses the old ids in another order', async () => {
      const { store, stream, list } = await appendedOnce();
      await expect(store.append(stream, [...list].reverse(), expected)).rejects.toBeInstanceOf(
        WrongExpectedRevision,
      );
    });

    it('refuses some of the old ids with a hole between them', async () => {
      const { store, stream, list } = await appendedOnce();
      await expect(store.append(stream, [list[0]!, list[2]!], expected)).rejects.toBeInstanceOf(
        WrongExpectedRevision,
      );
    });

    it('writes once when the same append is under way several times', async () => {
      const { store, stream, list, first } = await appendedOnce();
      const next = events(2);
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => store.append(stream, next, first.revision)),
      );
      expect(new Set(answers.map(({ revision, position }) => `${revision} ${position}`)).size).toBe(1);
      expect(idsOf(await collect(store.readStream(stream, first.revision + 1)))).toEqual(idsOf(next));
      expect(list).toHaveLength(3);
    });
  });

  it('answers a later part of an append from its own revision', async () => {
    const { store } = subject();
    const stream = aStream();
    const list = events(4);
    const first = await store.append(stream, list, 'NO_STREAM');
    const again = await store.append(stream, list.slice(2), 1);
    expect(again).toEqual({ ...first, duplicates: idsOf(list.slice(2)) });
  });

  it('refuses old ids from another place', async () => {
    const { store } = subject();
    const stream = aStream();
    const list = events(4);
    await store.append(stream, list, 'NO_STREAM');
    for (const expected of [0, 1, 2] as const)
      await expect(store.append(stream, list.slice(0, 2), expected)).rejects.toMatchObject({ actual: 3 });
  });

  it("refuses old ids at the stream's head, where nothing else would be wrong", async () => {
    const { store } = subject();
    const stream = aStream();
    const list = events(2);
    await store.append(stream, list, 'NO_STREAM');
    await expect(store.append(stream, list, 1)).rejects.toMatchObject({
      name: 'WrongExpectedRevision',
      actual: 1,
    });
    await expect(store.append(stream, [anEvent(), list[0]!], 1)).rejects.toBeInstanceOf(
      WrongExpectedRevision,
    );
    expect(await collect(store.readStream(stream))).toHaveLength(2);
  });

  it('knows an event by its id alone, whatever else differs', async () => {
    const { store } = subject();
    const stream = aStream();
    const event = anEvent();
    await store.append(stream, [event], 'NO_STREAM');
    const other = { ...event, data: { other: true }, occurredAt: 1 };
    expect((await store.append(stream, [other], 'NO_STREAM')).duplicates).toEqual([event.id]);
    expect((await collect(store.readStream(stream)))[0]!.data).toEqual(event.data);
  });

  describe.each<ExpectedRevision>(['ANY', 'STREAM_EXISTS'])('with %s', expected => {
    it('skips and names the ids that the stream has, and writes the others in their order', async () => {
      const { store } = subject();
      const stream = aStream();
      const old = events(3);
      await store.append(stream, old, 'NO_STREAM');
      const fresh = events(2);
      const mixed = [fresh[0]!, old[2]!, fresh[1]!, old[0]!];
      const answer = await store.append(stream, mixed, expected);
      expect(answer.duplicates).toEqual([old[2]!.id, old[0]!.id]);
      expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf([...old, ...fresh]));
    });

    it('answers with the place of the last given event, new or old', async () => {
      const { store } = subject();
      const stream = aStream();
      const old = events(3);
      await store.append(stream, old, 'NO_STREAM');
      const endsOld = await store.append(stream, [anEvent(), old[1]!], expected);
      const endsNew = await store.append(stream, [old[1]!, anEvent()], expected);
      const read = await collect(store.readStream(stream));
      expect(endsOld).toMatchObject({ revision: 1, position: read[1]!.position });
      expect(endsNew).toMatchObject({ revision: 4, position: read[4]!.position });
    });

    it('writes nothing where it has them all, also after it was opened anew', async () => {
      const stream = aStream();
      const old = events(3);
      const first = await subject().store.append(stream, old, 'NO_STREAM');
      const store = await subject().reopen();
      const head = await store.head();
      expect(await store.append(stream, old, expected)).toEqual({ ...first, duplicates: idsOf(old) });
      expect(await store.head()).toBe(head);
    });
  });

  it('writes once when the same event comes several times at once with ANY', async () => {
    const { store } = subject();
    const stream = aStream();
    const event = anEvent();
    const answers = await Promise.all(Array.from({ length: 6 }, () => store.append(stream, [event], 'ANY')));
    expect(answers.map(({ revision }) => revision)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(answers.filter(({ duplicates }) => duplicates.length === 0)).toHaveLength(1);
    expect(await collect(store.readStream(stream))).toHaveLength(1);
  });

  it('takes one id in two streams for two events', async () => {
    const { store } = subject();
    const event = anEvent();
    const [one, two] = [aStream(), aStream()];
    await store.append(one, [event], 'NO_STREAM');
    expect((await store.append(two, [event], 'NO_STREAM')).duplicates).toEqual([]);
    expect(await collect(store.readStream(two))).toHaveLength(1);
  });
};
