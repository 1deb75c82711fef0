import { describe, expect, it } from '@jest/globals';
import { InvalidAppend, StoreUnavailable, WrongExpectedRevision } from '../../../libs/event-store/errors.ts';
import { appendLimits, type ExpectedRevision, type StreamAppend } from '../../../libs/event-store/port.ts';
import { anEvent, aStream, collect, events, idsOf } from '../../support/events.ts';
import { eachWith, type SubjectFactory } from './setup.ts';

const to = (
  stream: string,
  expected: ExpectedRevision = 'NO_STREAM',
  list: StreamAppend['events'] = events(1),
): StreamAppend => ({ stream, expected, events: list });

/** Appends to several streams in one call: an order, and nothing more, that can be relied on. */
export const several = (factory: SubjectFactory): void => {
  const subject = eachWith(factory);

  const lengthOf = async (stream: string): Promise<number> =>
    (await collect(subject().store.readStream(stream))).length;

  it('answers each as an append of its own, with places in the order given', async () => {
    const { store } = subject();
    const old = aStream();
    await store.append(old, events(2), 'NO_STREAM');
    const appends = [to(aStream()), to(old, 1, events(3)), to(aStream(), 'ANY', events(2))];
    const answers = await store.appendEach(appends);
    expect(answers.map(({ revision, duplicates }) => [revision, duplicates])).toEqual([
      [0, []],
      [4, []],
      [1, []],
    ]);
    const written = (await store.readAll(0, 100)).slice(2);
    expect(idsOf(written)).toEqual(appends.flatMap(append => idsOf(append.events)));
    expect(answers.map(({ position }) => position)).toEqual([0, 3, 5].map(n => written[n]!.position));
  });

  it('does nothing when it is given nothing', async () => {
    const { store } = subject();
    expect(await store.appendEach([])).toEqual([]);
    expect(await store.head()).toBe(0);
  });

  it('judges each by what those before it have written', async () => {
    const { store } = subject();
    const stream = aStream();
    const [one, two] = events(2);
    const answers = await store.appendEach([
      to(stream, 'NO_STREAM', [one!]),
      to(stream, 0, [two!]),
      to(stream, 'STREAM_EXISTS', [one!]),
    ]);
    expect(answers.map(({ revision }) => revision)).toEqual([0, 1, 0]);
    expect(answers[2]!.duplicates).toEqual([one!.id]);
    expect(await lengthOf(stream)).toBe(2);
  });

  it.each([0, 1, 2])(
    'stops at the first that is refused, here the one at %d, and keeps those before it',
    async at => {
      const { store } = subject();
      const taken = aStream();
      await store.append(taken, events(1), 'NO_STREAM');
      const streams = [aStream(), aStream(), aStream()];
      const appends = streams.map(stream => to(stream));
      appends.splice(at, 0, to(taken));
      const refused = store.appendEach(appends);
      await expect(refused).rejects.toBeInstanceOf(WrongExpectedRevision);
      await expect(refused).rejects.toMatchObject({ stream: taken, expected: 'NO_STREAM', actual: 0 });
      expect(await Promise.all(streams.map(lengthOf))).toEqual(streams.map((_, n) => (n < at ? 1 : 0)));
      expect(await lengthOf(taken)).toBe(1);
    },
  );

  it('names the first of two that would be refused', async () => {
    const { store } = subject();
    const [one, two] = [aStream(), aStream()];
    const refused = store.appendEach([to(one, 3), to(two, 'STREAM_EXISTS')]);
    await expect(refused).rejects.toMatchObject({ stream: one, expected: 3, actual: null });
  });

  it('writes nothing when any of them breaks a rule, also one after a refused one', async () => {
    const { store } = subject();
    const stream = aStream();
    const invalid = [
      to('no such name', 'ANY'),
      to(stream, 'ANY', []),
      to(stream, 'ANY', [anEvent({ id: 'broken' })]),
      to(stream, 'ANY', [anEvent({ data: { text: 'x'.repeat(appendLimits.bytes) } })]),
      to(stream, -1),
    ];
    for (const one of invalid) {
      await expect(store.appendEach([to(aStream()), one])).rejects.toBeInstanceOf(InvalidAppend);
      await expect(store.appendEach([to(aStream(), 7), one])).rejects.toBeInstanceOf(InvalidAppend);
    }
    expect(await store.head()).toBe(0);
  });

  it('holds each to the limits of one append, not all together', async () => {
    const { store } = subject();
    const streams = [aStream(), aStream()];
    await store.appendEach(streams.map(stream => to(stream, 'NO_STREAM', events(appendLimits.events))));
    expect(await Promise.all(streams.map(lengthOf))).toEqual([appendLimits.events, appendLimits.events]);
    const half = { text: 'x'.repeat(appendLimits.bytes / 2) };
    await store.appendEach(streams.map(stream => to(stream, 'ANY', [anEvent({ data: half })])));
    expect(await lengthOf(streams[1]!)).toBe(appendLimits.events + 1);
  });

  describe('a repeat', () => {
    it('is answered as the first time and writes nothing', async () => {
      const { store, reopen } = subject();
      const appends = [to(aStream()), to(aStream(), 'NO_STREAM', events(3))];
      const first = await store.appendEach(appends);
      const head = await store.head();
      const again = await (await reopen()).appendEach(appends);
      expect(again).toEqual(first.map((answer, n) => ({ ...answer, duplicates: idsOf(appends[n]!.events) })));
      expect(await (await reopen()).head()).toBe(head);
    });

    it('of one that stopped goes on from there once nothing is in the way', async () => {
      const { store } = subject();
      const [one, two] = [aStream(), aStream()];
      const appends = [to(one), to(two, 0)];
      await expect(store.appendEach(appends)).rejects.toMatchObject({ stream: two, actual: null });
      await store.append(two, events(1), 'NO_STREAM');
      const answers = await store.appendEach(appends);
      expect(answers.map(({ revision, duplicates }) => [revision, duplicates])).toEqual([
        [0, idsOf(appends[0]!.events)],
        [1, []],
      ]);
    });
  });

  it('takes the events as they were at the call', async () => {
    const { store } = subject();
    const stream = aStream();
    const data = { word: 'before' };
    const appends = [to(stream, 'NO_STREAM', [anEvent({ data })])];
    const appending = store.appendEach(appends);
    data.word = 'after';
    appends.push(to(aStream()));
    expect(await appending).toHaveLength(1);
    expect((await collect(store.readStream(stream)))[0]!.data).toEqual({ word: 'before' });
  });

  it('lets calls at the same time for the same streams win whole or not at all, since each begins alike', async () => {
    const { store } = subject();
    const [claim, lead] = [aStream('identity'), () => aStream()];
    const rivals = Array.from({ length: 8 }, () => [to(claim), to(lead())]);
    const outcomes = await Promise.allSettled(rivals.map(rival => store.appendEach(rival)));
    const winners = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    const lengths = await Promise.all(rivals.map(([, own]) => lengthOf(own!.stream)));
    expect(lengths).toEqual(rivals.map((_, n) => (n === winners[0] ? 1 : 0)));
  });

  it('keeps its order beside single appends that were called before and after', async () => {
    const { store } = subject();
    const stream = aStream();
    const [before, within, after] = events(3);
    await Promise.all([
      store.append(stream, [before!], 'NO_STREAM'),
      store.appendEach([to(aStream()), to(stream, 0, [within!])]),
      store.append(stream, [after!], 1),
    ]);
    expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf([before!, within!, after!]));
  });

  it('is durable as a whole once it is answered, also for another who opens the log', async () => {
    const { store, second, reopen } = subject();
    const streams = Array.from({ length: 20 }, () => aStream());
    await store.appendEach(streams.map(stream => to(stream)));
    const reader = second === undefined ? await reopen() : await second();
    for (const stream of streams) expect(await collect(reader.readStream(stream))).toHaveLength(1);
  });

  it('is refused by a store that is closed', async () => {
    const { store } = subject();
    await store.close();
    await expect(store.appendEach([to(aStream())])).rejects.toBeInstanceOf(StoreUnavailable);
  });
};
