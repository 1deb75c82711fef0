import { describe, expect, it } from '@jest/globals';
import { WrongExpectedRevision } from '../../../libs/event-store/errors.ts';
import type { ExpectedRevision } from '../../../libs/event-store/port.ts';
import { anEvent, aStream, collect, events, given, idsOf } from '../../support/events.ts';
import { eachWith, type SubjectFactory } from './setup.ts';

/** What an append does to a stream, for each expectation. */
export const appending = (factory: SubjectFactory): void => {
  const subject = eachWith(factory);

  describe('a new stream', () => {
    it.each<ExpectedRevision>(['NO_STREAM', 'ANY'])('begins at revision 0 with %s', async expected => {
      const { store } = subject();
      const stream = aStream();
      const event = anEvent();
      const appended = await store.append(stream, [event], expected);
      const [read] = await collect(store.readStream(stream));
      expect(appended).toEqual({ revision: 0, position: read!.position, duplicates: [] });
      expect(read).toMatchObject({ stream, revision: 0 });
      expect(given(read!)).toEqual(event);
    });

    it.each<ExpectedRevision>(['STREAM_EXISTS', 0, 7])('is refused with %s', async expected => {
      const { store } = subject();
      const stream = aStream();
      const refused = store.append(stream, [anEvent()], expected);
      await expect(refused).rejects.toBeInstanceOf(WrongExpectedRevision);
      await expect(refused).rejects.toMatchObject({ stream, expected, actual: null });
      expect(await collect(store.readStream(stream))).toEqual([]);
    });

    it('takes several events in one append, in their order', async () => {
      const { store } = subject();
      const stream = aStream();
      const list = events(20);
      const appended = await store.append(stream, list, 'NO_STREAM');
      const read = await collect(store.readStream(stream));
      expect(read.map(given)).toEqual(list);
      expect(read.map(event => event.revision)).toEqual(list.map((_, n) => n));
      expect(appended).toEqual({ revision: 19, position: read.at(-1)!.position, duplicates: [] });
    });
  });

  describe('a stream with three events', () => {
    const three = async () => {
      const stream = aStream();
      const first = events(3);
      await subject().store.append(stream, first, 'NO_STREAM');
      return { stream, first };
    };

    it.each<ExpectedRevision>([2, 'ANY', 'STREAM_EXISTS'])('goes on with %s', async expected => {
      const { store } = subject();
      const { stream, first } = await three();
      const more = events(2);
      const appended = await store.append(stream, more, expected);
      const read = await collect(store.readStream(stream));
      expect(idsOf(read)).toEqual(idsOf([...first, ...more]));
      expect(appended).toEqual({ revision: 4, position: read[4]!.position, duplicates: [] });
    });

    it.each<ExpectedRevision>(['NO_STREAM', 0, 1, 3, 1_000_000])(
      'refuses new events with %s',
      async expected => {
        const { store } = subject();
        const { stream, first } = await three();
        const head = await store.head();
        const refused = store.append(stream, events(2), expected);
        await expect(refused).rejects.toBeInstanceOf(WrongExpectedRevision);
        await expect(refused).rejects.toMatchObject({ stream, expected, actual: 2 });
        expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(first));
        expect(await store.head()).toBe(head);
      },
    );

    it('tells in words where it stands and what was expected', async () => {
      const { stream } = await three();
      await expect(subject().store.append(stream, events(1), 1)).rejects.toThrow(
        `stream ${stream} is at revision 2, expected 1`,
      );
    });
  });

  describe('appends at the same time', () => {
    it('lets one of several with NO_STREAM win, whole', async () => {
      const { store } = subject();
      const stream = aStream();
      const rivals = Array.from({ length: 8 }, () => events(3));
      const outcomes = await Promise.allSettled(
        rivals.map(rival => store.append(stream, rival, 'NO_STREAM')),
      );
      const winners = rivals.filter((_, n) => outcomes[n]!.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(winners[0]!));
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongExpectedRevision);
    });

    it('lets one of several with the same revision win', async () => {
      const { store } = subject();
      const stream = aStream();
      await store.append(stream, events(1), 'NO_STREAM');
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => store.append(stream, events(1), 0)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await collect(store.readStream(stream))).toHaveLength(2);
    });

    it('keeps each append together with ANY, in one stream', async () => {
      const { store } = subject();
      const stream = aStream();
      const lists = Array.from({ length: 30 }, () => events(4));
      const appended = await Promise.all(lists.map(list => store.append(stream, list, 'ANY')));
      const read = await collect(store.readStream(stream));
      expect(read).toHaveLength(120);
      for (const [n, { revision, position }] of appended.entries()) {
        expect(idsOf(read.slice(revision - 3, revision + 1))).toEqual(idsOf(lists[n]!));
        expect(read[revision]!.position).toBe(position);
      }
    });

    it("doesn't let a refused one disturb the others", async () => {
      const { store } = subject();
      const taken = aStream();
      await store.append(taken, events(1), 'NO_STREAM');
      const streams = Array.from({ length: 20 }, () => aStream());
      const outcomes = await Promise.allSettled(
        streams.flatMap(stream => [
          store.append(stream, events(2), 'NO_STREAM'),
          store.append(taken, events(1), 'NO_STREAM'),
          store.append(stream, [anEvent({ id: 'broken' })], 'ANY'),
        ]),
      );
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
        streams.flatMap(() => [true, false, false]),
      );
      for (const stream of streams) expect(await collect(store.readStream(stream))).toHaveLength(2);
    });

    it('sees what was appended before in the same turn', async () => {
      const { store } = subject();
      const stream = aStream();
      const chain = events(5);
      const appended = await Promise.all(
        chain.map((event, n) => store.append(stream, [event], n === 0 ? 'NO_STREAM' : n - 1)),
      );
      expect(appended.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
      expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(chain));
    });
  });

  it('answers only when the events can be read', async () => {
    const { store } = subject();
    const stream = aStream();
    const { position } = await store.append(stream, [anEvent()], 'ANY');
    expect(await store.head()).toBe(position);
    expect((await store.readAll(position - 1, 1))[0]!.stream).toBe(stream);
  });

  it('takes the events as they were at the call', async () => {
    const { store } = subject();
    const stream = aStream();
    const data = { word: 'before', list: [1] };
    const list = [anEvent({ data })];
    const appending = store.append(stream, list, 'NO_STREAM');
    data.word = 'after';
    data.list.push(2);
    list.push(anEvent());
    await appending;
    const read = await collect(store.readStream(stream));
    expect(read.map(event => event.data)).toEqual([{ word: 'before', list: [1] }]);
  });

  it('records when it took the events, never backwards', async () => {
    const { store } = subject();
    const from = await store.head();
    for (let n = 0; n < 5; n++)
      await store.append(aStream(), [anEvent({ occurredAt: 1_000 * (5 - n) })], 'ANY');
    const times = (await store.readAll(from, 10)).map(event => event.recordedAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every(Number.isSafeInteger)).toBe(true);
  });
};
