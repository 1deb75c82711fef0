import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { StoreUnavailable } from '../../../libs/event-store/errors.ts';
import { anEvent, aStream, collect, events, idsOf } from '../../support/events.ts';
import { eachWith, type SubjectFactory } from './setup.ts';

/** How long a bell may take, ms. */
const patience = 2_000;

const counter = () => {
  let rings = 0;
  let heard: (() => void) | undefined;
  return {
    ring: () => {
      rings++;
      heard?.();
    },
    rings: () => rings,
    /** Resolves with true at the next ring, with false when none comes. */
    next: () =>
      Promise.race([
        new Promise<boolean>(resolve => {
          heard = () => resolve(true);
        }),
        pause(patience, false, { ref: false }),
      ]),
  };
};

/** The doorbell, several stores over one log, and the end. */
export const lifecycle = (factory: SubjectFactory): void => {
  const subject = eachWith(factory);

  describe('the doorbell', () => {
    it('rings after an append', async () => {
      const { store } = subject();
      const bell = counter();
      store.onAppended(bell.ring);
      const heard = bell.next();
      await store.append(aStream(), [anEvent()], 'ANY');
      expect(await heard).toBe(true);
    });

    it('lets a listener that it rings find the events', async () => {
      const { store } = subject();
      const found = new Promise<number>(resolve => {
        store.onAppended(
          () => void store.readAll(0, 10).then(list => (list.length > 0 ? resolve(list.length) : undefined)),
        );
      });
      await store.append(aStream(), events(3), 'ANY');
      expect(await found).toBe(3);
    });

    it('rings all who listen, and none who has left', async () => {
      const { store } = subject();
      const [one, two, gone] = [counter(), counter(), counter()];
      store.onAppended(one.ring);
      store.onAppended(two.ring);
      store.onAppended(gone.ring)();
      const heard = Promise.all([one.next(), two.next()]);
      await store.append(aStream(), [anEvent()], 'ANY');
      expect(await heard).toEqual([true, true]);
      expect(gone.rings()).toBe(0);
    });

    it('counts a function that listens twice as two', async () => {
      const { store } = subject();
      const bell = counter();
      const leave = store.onAppended(bell.ring);
      store.onAppended(bell.ring);
      leave();
      leave();
      const heard = bell.next();
      await store.append(aStream(), [anEvent()], 'ANY');
      expect(await heard).toBe(true);
    });

    it('rings for what another process appended', async () => {
      const { store, second } = subject();
      if (second === undefined) return;
      const other = await second();
      const bell = counter();
      store.onAppended(bell.ring);
      const heard = bell.next();
      await other.append(aStream(), [anEvent()], 'ANY');
      expect(await heard).toBe(true);
    });
  });

  describe('two stores over one log', () => {
    it('see each other’s events', async () => {
      const { store, second } = subject();
      if (second === undefined) return;
      const other = await second();
      const stream = aStream();
      const list = events(3);
      await store.append(stream, [list[0]!], 'NO_STREAM');
      await other.append(stream, [list[1]!], 0);
      await store.append(stream, [list[2]!], 1);
      expect(idsOf(await collect(other.readStream(stream)))).toEqual(idsOf(list));
      expect(await other.readAll(0, 10)).toEqual(await store.readAll(0, 10));
      expect(await other.head()).toBe(await store.head());
    });

    it('hold to revisions and ids together', async () => {
      const { store, second } = subject();
      if (second === undefined) return;
      const other = await second();
      const stream = aStream();
      const list = events(2);
      const first = await store.append(stream, list, 'NO_STREAM');
      expect(await other.append(stream, list, 'NO_STREAM')).toEqual({ ...first, duplicates: idsOf(list) });
      await expect(other.append(stream, events(1), 'NO_STREAM')).rejects.toMatchObject({ actual: 1 });
      expect((await other.append(stream, [list[0]!, anEvent()], 'ANY')).duplicates).toEqual([list[0]!.id]);
    });

    it('append at once without losing or doubling anything', async () => {
      const { store, second } = subject();
      if (second === undefined) return;
      const other = await second();
      const streams = Array.from({ length: 5 }, () => aStream());
      const shared = events(50);
      const write = async (each: typeof store): Promise<void> => {
        for (const [n, event] of shared.entries())
          await each.append(streams[n % 5]!, [event, anEvent()], 'ANY');
      };
      await Promise.all([write(store), write(other)]);
      const log = await store.readAll(0, 1_000);
      expect(log).toHaveLength(150);
      expect(new Set(idsOf(log)).size).toBe(150);
      for (const stream of streams) {
        const revisions = (await collect(store.readStream(stream))).map(event => event.revision);
        expect(revisions).toEqual(revisions.map((_, n) => n));
      }
    });
  });

  describe('closing', () => {
    it('finishes the appends under way', async () => {
      const { store, reopen } = subject();
      const stream = aStream();
      const list = events(50);
      const under = list.map(event => store.append(stream, [event], 'ANY'));
      await Promise.all([store.close(), ...under]);
      const again = await reopen();
      expect(idsOf(await collect(again.readStream(stream)))).toEqual(idsOf(list));
    });

    it('takes no more appends, and says that nothing was written', async () => {
      const { store, reopen } = subject();
      await store.append('lead-1', [anEvent()], 'ANY');
      const closing = store.close();
      const refused = store.append('lead-1', [anEvent()], 'ANY');
      await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(refused).rejects.toMatchObject({ outcomeUnknown: false });
      await closing;
      await expect(store.append('lead-1', [anEvent()], 'ANY')).rejects.toBeInstanceOf(StoreUnavailable);
      expect(await collect((await reopen()).readStream('lead-1'))).toHaveLength(1);
    });

    it('reads no more', async () => {
      const { store } = subject();
      await store.close();
      await expect(store.readAll(0, 1)).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.find({}, 0, 1)).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(collect(store.readStream('lead-1'))).rejects.toBeInstanceOf(StoreUnavailable);
    });

    it('may be asked for twice', async () => {
      const { store } = subject();
      await Promise.all([store.close(), store.close()]);
      await store.close();
    });
  });
};
