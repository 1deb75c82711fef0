import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CheckpointStore } from '../../libs/lifecycle/port.ts';

/** Stores over the same place, as several processes have them, and a clock that the test sets. */
export interface CheckpointSubject {
  readonly store: CheckpointStore;
  readonly second: () => Promise<CheckpointStore>;
  readonly dispose: () => Promise<void>;
}

/** What every adapter of the port promises. @param open over a new, empty place, by the clock (epoch ms) */
export const checkpointStoreContract = (
  adapter: string,
  open: (clock: () => number) => Promise<CheckpointSubject>,
): void => {
  describe(`checkpoints: ${adapter}`, () => {
    let now: number;
    let subject: CheckpointSubject;
    let store: CheckpointStore;

    beforeEach(async () => {
      now = Date.UTC(2026, 0, 1);
      subject = await open(() => now);
      store = subject.store;
    });
    afterEach(() => subject.dispose());

    it('know nothing of one that never saved', async () => {
      expect(await store.load('kafka')).toBeNull();
      await store.hold('kafka', 'a', 1_000);
      expect(await store.load('kafka')).toBeNull();
    });

    it('are each subscriber’s own, whatever its name', async () => {
      await store.save('kafka', 7);
      await store.save('webhook-a.$b', 9);
      expect([await store.load('kafka'), await store.load('webhook-a.$b')]).toEqual([7, 9]);
    });

    it('hold positions far beyond 32 bits', async () => {
      await store.save('kafka', Number.MAX_SAFE_INTEGER);
      expect(await store.load('kafka')).toBe(Number.MAX_SAFE_INTEGER);
    });

    it('never move backwards', async () => {
      await store.save('kafka', 7);
      await store.save('kafka', 3);
      expect(await store.load('kafka')).toBe(7);
      await store.save('kafka', 8);
      expect(await store.load('kafka')).toBe(8);
    });

    it('are seen by other processes at once', async () => {
      const other = await subject.second();
      await store.save('kafka', 7);
      expect(await other.load('kafka')).toBe(7);
      for (const [n, at] of [8, 11, 10, 9].entries()) await (n % 2 === 0 ? store : other).save('kafka', at);
      expect(await store.load('kafka')).toBe(11);
    });

    it('give a lease to one owner, who may prolong it', async () => {
      const other = await subject.second();
      expect(await store.hold('kafka', 'a', 1_000)).toBe(true);
      expect(await other.hold('kafka', 'b', 1_000)).toBe(false);
      expect(await other.hold('webhooks', 'b', 1_000)).toBe(true);
      now += 900;
      expect(await store.hold('kafka', 'a', 1_000)).toBe(true);
      now += 900;
      expect(await other.hold('kafka', 'b', 1_000)).toBe(false);
      now += 100;
      expect(await other.hold('kafka', 'b', 1_000)).toBe(true);
      expect(await store.hold('kafka', 'a', 1_000)).toBe(false);
    });

    it('take a lease back from its owner only', async () => {
      await store.hold('kafka', 'a', 1_000);
      await store.release('kafka', 'b');
      expect(await store.hold('kafka', 'b', 1_000)).toBe(false);
      await store.release('kafka', 'a');
      expect(await store.hold('kafka', 'b', 1_000)).toBe(true);
    });

    it('give a lease to one of many that ask at once', async () => {
      const other = await subject.second();
      const owners = Array.from({ length: 12 }, (_, n) => `owner-${n}`);
      const held = await Promise.all(
        owners.map((owner, n) => (n % 2 === 0 ? store : other).hold('kafka', owner, 1_000)),
      );
      expect(held.filter(Boolean)).toHaveLength(1);
    });

    it('keep the position whoever holds the lease', async () => {
      await store.save('kafka', 7);
      await store.hold('kafka', 'a', 1_000);
      await store.save('kafka', 8);
      await store.release('kafka', 'a');
      expect(await store.load('kafka')).toBe(8);
    });
  });
};
