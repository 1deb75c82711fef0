import { afterAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { ReadStoreUnavailable, UnknownProjection } from '../../libs/read-store/errors.ts';
import type { ReadStore } from '../../libs/read-store/port.ts';
import { visits } from '../property/projecting/arbitraries.ts';
import { liveOf, snapshot } from '../property/projecting.ts';
import { protocolCase } from '../support/mongo-protocol.ts';
import { temporaryDatabase } from '../support/mongo-reads.ts';
import { dyingAt, mongoWorker, type BeforeWrite, type MongoWorker } from '../support/mongo-worker.ts';

type Begin = (before?: BeforeWrite, patience?: number) => MongoWorker;

/** Workers over a database of their own. */
const using = async <T>(work: (begin: Begin) => Promise<T>): Promise<T> => {
  const database = temporaryDatabase();
  const stores: ReadStore[] = [];
  try {
    return await work((before, patience) => {
      const worker = mongoWorker(database.url, before, patience);
      stores.push(worker.store);
      return worker;
    });
  } finally {
    for (const store of stores) await store.close();
    await database.remove();
  }
};

/** A connection may be lost to those that live too: they try again, as a server's projecting does. */
const lasting = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let left = 20; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ReadStoreUnavailable) || left === 0) throw error;
      await pause(100);
    }
  }
};

const site = await protocolCase();
/** The writes of a worker that nothing happens to, each in a command of its own. */
const total = await using(async begin => {
  const worker = begin();
  await site.projector(worker.store).catchUp();
  return worker.writes();
});
const places = Array.from({ length: total }, (_, place) => place);

describe(`a batch that is committed to MongoDB, between each two of ${total} writes`, () => {
  afterAll(() => site.close());

  /** What a reader sees is what the log says up to some commit: never a part of one. */
  const prefixSeen = async (reads: ReadStore): Promise<number | null> => {
    for (;;) {
      if ((await reads.generations(visits.name)).every(({ status }) => status !== 'live')) return null;
      try {
        const live = await liveOf(reads, visits.name);
        const before = await reads.checkpoint(live);
        const seen = await snapshot(reads, live);
        // It takes several answers, between which a living worker may commit, or swap the generation.
        if ((await reads.checkpoint(live)).batch !== before.batch) continue;
        expect(seen).toEqual(site.prefixes.get(before.position));
        return before.position;
      } catch (error) {
        if (!(error instanceof UnknownProjection)) throw error;
      }
    }
  };

  const seesAPrefix = (reads: ReadStore): Promise<number | null> => lasting(() => prefixSeen(reads));

  /** A living worker does all that is to be done. */
  const catchesUp = (reads: ReadStore): Promise<void> => lasting(() => site.projector(reads).catchUp());

  const isComplete = async (reads: ReadStore): Promise<void> => {
    expect(await seesAPrefix(reads)).toBe(site.end);
    expect(await lasting(() => site.projector(reads).verify())).toEqual([]);
  };

  /** A death is no error here. */
  const untilDeath = (work: Promise<void>): Promise<boolean> =>
    work.then(
      () => false,
      () => true,
    );

  it.each(places)(
    'is whole or not there when its worker dies before write %d, and finished by the next',
    async place => {
      await using(async begin => {
        const first = begin(dyingAt(place));
        expect(await untilDeath(site.projector(first.store).catchUp())).toBe(true);
        const reader = begin().store;
        await seesAPrefix(reader);
        await catchesUp(begin().store);
        await isComplete(reader);
      });
    },
  );

  it.each(places)('comes out right when one of two racing workers dies before write %d', async place => {
    await using(async begin => {
      const [dying, living, reader] = [begin(dyingAt(place)), begin(), begin().store];
      const racing = catchesUp(living.store);
      await untilDeath(site.projector(dying.store).catchUp());
      await seesAPrefix(reader);
      await racing;
      // The other may have made a generation live after the last look of this one.
      await catchesUp(living.store);
      await isComplete(reader);
    });
  });

  it.each(places)(
    'is not harmed by a worker that sleeps before write %d until others are done',
    async place => {
      await using(async begin => {
        const asleep = Promise.withResolvers<undefined>();
        const wake = Promise.withResolvers<undefined>();
        const sleeper = begin(async at => {
          if (at !== place) return;
          asleep.resolve(undefined);
          await wake.promise;
        });
        const slow = untilDeath(site.projector(sleeper.store).catchUp());
        await asleep.promise;
        const reader = begin().store;
        await catchesUp(begin().store);
        await isComplete(reader);
        wake.resolve(undefined);
        await slow;
        await isComplete(reader);
      });
    },
  );
});
