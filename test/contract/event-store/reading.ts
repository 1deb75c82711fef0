import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import { aStream, collect, events, given, idsOf } from '../../support/events.ts';
import { eachWith, type SubjectFactory } from './setup.ts';

/** Reading a stream and reading the log. */
export const reading = (factory: SubjectFactory): void => {
  const subject = eachWith(factory);

  it('finds nothing in an empty log', async () => {
    const { store } = subject();
    expect(await store.head()).toBe(0);
    expect(await store.readAll(0, 10)).toEqual([]);
    expect(await store.find({}, 0, 10)).toEqual({ events: [], next: null });
  });

  describe('a stream', () => {
    it('is empty when it does not exist', async () => {
      expect(await collect(subject().store.readStream('lead-nobody'))).toEqual([]);
    });

    it.each([0, 1, 499, 500, 501, 1_199])('is read from revision %d on', async from => {
      const { store } = subject();
      const stream = aStream();
      const list = events(1_200);
      await store.append(stream, list.slice(0, 700), 'NO_STREAM');
      await store.append(stream, list.slice(700), 699);
      expect(idsOf(await collect(store.readStream(stream, from)))).toEqual(idsOf(list.slice(from)));
    });

    it('is empty from beyond its end', async () => {
      const { store } = subject();
      const stream = aStream();
      await store.append(stream, events(3), 'NO_STREAM');
      expect(await collect(store.readStream(stream, 3))).toEqual([]);
      expect(await collect(store.readStream(stream, 1_000))).toEqual([]);
    });

    it('holds its own events only, where names begin alike', async () => {
      const { store } = subject();
      for (const stream of ['lead-1', 'lead-10', 'lead-1:x', 'Lead-1'])
        await store.append(stream, events(2), 'NO_STREAM');
      const read = await collect(store.readStream('lead-1'));
      expect(read.map(event => event.stream)).toEqual(['lead-1', 'lead-1']);
    });

    it('can be left half-read', async () => {
      const { store } = subject();
      const stream = aStream();
      await store.append(stream, events(10), 'NO_STREAM');
      for await (const event of store.readStream(stream)) if (event.revision === 3) break;
      expect((await store.append(stream, events(1), 9)).revision).toBe(10);
    });

    it('can be appended to while it is read', async () => {
      const { store } = subject();
      const stream = aStream();
      await store.append(stream, events(600), 'NO_STREAM');
      const revisions: number[] = [];
      for await (const event of store.readStream(stream)) {
        revisions.push(event.revision);
        if (event.revision === 10) await store.append(stream, events(5), 'ANY');
      }
      expect(revisions.slice(0, 600)).toEqual(Array.from({ length: 600 }, (_, n) => n));
    });
  });

  describe('the log', () => {
    const filled = async (): Promise<readonly RecordedEvent[]> => {
      const { store } = subject();
      const streams = Array.from({ length: 7 }, () => aStream());
      for (let round = 0; round < 6; round++)
        await Promise.all(streams.map(stream => store.append(stream, events(round + 1), 'ANY')));
      return store.readAll(0, 1_000);
    };

    it('gives each event once, in an order in which every stream goes on by one', async () => {
      const log = await filled();
      expect(log).toHaveLength(7 * 21);
      expect(new Set(idsOf(log)).size).toBe(log.length);
      const heads = new Map<string, number>();
      for (const [n, event] of log.entries()) {
        expect(event.position).toBeGreaterThan(log[n - 1]?.position ?? 0);
        expect(event.revision).toBe((heads.get(event.stream) ?? -1) + 1);
        heads.set(event.stream, event.revision);
      }
      expect(log.every(({ position }) => Number.isSafeInteger(position))).toBe(true);
    });

    it.each([1, 2, 10, 146, 147, 148])('comes in pages of %d without a gap or a repeat', async limit => {
      const { store } = subject();
      const log = await filled();
      const paged: RecordedEvent[] = [];
      for (;;) {
        const page = await store.readAll(paged.at(-1)?.position ?? 0, limit);
        paged.push(...page);
        if (page.length < limit) break;
      }
      expect(paged).toEqual(log);
    });

    it('gives the same events as the streams', async () => {
      const { store } = subject();
      const log = await filled();
      for (const stream of new Set(log.map(event => event.stream)))
        expect(await collect(store.readStream(stream))).toEqual(log.filter(event => event.stream === stream));
    });

    it('ends at the head', async () => {
      const { store } = subject();
      const log = await filled();
      const head = await store.head();
      expect(head).toBe(log.at(-1)!.position);
      expect(await store.readAll(head, 10)).toEqual([]);
      expect(await store.readAll(head + 1_000_000, 10)).toEqual([]);
    });

    it('gives nothing where nothing is asked for', async () => {
      await filled();
      expect(await subject().store.readAll(0, 0)).toEqual([]);
    });

    it('is the same when it is opened anew', async () => {
      const log = await filled();
      const store = await subject().reopen();
      expect(await store.readAll(0, 1_000)).toEqual(log);
      expect(await store.head()).toBe(log.at(-1)!.position);
      const { position } = await store.append(log[0]!.stream, events(1), 'STREAM_EXISTS');
      expect(position).toBeGreaterThan(log.at(-1)!.position);
    });

    it('comes whole through a long page', async () => {
      const { store } = subject();
      const list = events(6_000);
      for (let n = 0; n < 6; n++)
        await store.append(aStream(), list.slice(n * 1_000, (n + 1) * 1_000), 'NO_STREAM');
      expect((await store.readAll(0, 6_000)).map(given)).toEqual(list);
      expect(await store.readAll(0, 5_500)).toHaveLength(5_500);
    });
  });
};
