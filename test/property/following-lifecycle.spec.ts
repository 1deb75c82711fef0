import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import { followLifecycle, type LifecycleEvent } from '../../libs/lifecycle/index.ts';
import { memoryCheckpoints, testMapping } from '../../libs/lifecycle/testing.ts';
import { fates, inTurn, logsUpTo, type Fate } from './following/histories.ts';
import { followerModel } from './following/model.ts';
import { startProcess } from './following/process.ts';

const subscriber = 'property';

interface Case {
  readonly log: readonly RecordedEvent[];
  readonly batch: number;
  /** Events that are appended while the log is read, each time. */
  readonly growth: number;
  readonly reads: readonly Fate[];
  readonly deliveries: readonly Fate[];
  readonly saves: readonly Fate[];
}

const cases = fc.record({
  log: logsUpTo(40),
  batch: fc.integer({ min: 1, max: 12 }),
  growth: fc.integer({ min: 1, max: 15 }),
  reads: fates,
  deliveries: fates,
  saves: fates,
});

/** Rings as long as somebody runs, so that nobody rests at the end. */
const ringing = () => {
  const bells = new Set<() => void>();
  let open = true;
  const ring = (): void => {
    for (const bell of bells) bell();
    if (open) setImmediate(ring);
  };
  ring();
  return {
    onAppended: (bell: () => void) => {
      bells.add(bell);
      return () => void bells.delete(bell);
    },
    close: () => void (open = false),
  };
};

/** Follows the log to its end, by as many processes as it takes; how many were killed. */
const followToTheEnd = async ({ log, batch, growth, ...given }: Case): Promise<number> => {
  const head = log.at(-1)?.position ?? 0;
  const model = followerModel(log.flatMap(testMapping), head);
  const checkpoints = memoryCheckpoints();
  const bells = ringing();
  const broken = Promise.withResolvers<never>();
  const [reads, deliveries, saves] = [inTurn(given.reads), inTurn(given.deliveries), inTurn(given.saves)];
  /** What the follower does wrong ends the case, whatever it makes of the error. */
  const checked = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      broken.reject(error);
    }
  };
  let appended = 0;
  let killed = 0;

  const live = async (): Promise<'killed' | 'at the end'> => {
    const { call, ...process } = startProcess();
    const ended = Promise.withResolvers<'at the end'>();
    const following = followLifecycle({
      subscriber,
      batch,
      owner: `process-${killed}`,
      toLifecycle: testMapping,
      onError: () => ({ action: 'retry', afterMs: 0 }),
      rests: { firstMs: 1, longestMs: 1 },
      events: {
        onAppended: bells.onAppended,
        head: () => Promise.resolve(head),
        readAll: (after, limit) =>
          call(reads(), () => {
            appended += growth;
            const found = log.slice(0, appended).filter(({ position }) => position > after);
            if (found.length === 0 && appended >= log.length) ended.resolve('at the end');
            return found.slice(0, limit);
          }),
      },
      checkpoints: {
        ...checkpoints,
        load: name =>
          call('done', async () => {
            const found = await checkpoints.load(name);
            model.knows(found ?? 0);
            return found;
          }),
        save: (name, position) =>
          call(saves(), () => {
            checked(() => model.saves(position));
            return checkpoints.save(name, position);
          }).then(() => model.knows(position)),
      },
      deliver: (events: readonly LifecycleEvent[]) =>
        call(deliveries(), inPart => {
          checked(() => model.delivers(events));
          // Destinations have partitions: a part is all of some leads.
          model.takes(inPart ? events.filter(({ leadId }) => leadId !== events[0]?.leadId) : events);
        }).then(() => model.hears(events)),
    });
    following.start();
    try {
      return await Promise.race([process.killed, ended.promise, broken.promise]);
    } finally {
      await following.stop();
    }
  };

  try {
    while ((await live()) === 'killed') {
      killed++;
      await checkpoints.release(subscriber, `process-${killed - 1}`);
    }
    model.ends();
    expect((await checkpoints.load(subscriber)) ?? 0).toBe(head);
  } finally {
    bells.close();
  }
  return killed;
};

describe('a subscriber that follows the log', () => {
  it('is told everything, in order for each lead, and again only what came after its checkpoint', async () => {
    let killed = 0;
    await fc.assert(
      fc.asyncProperty(cases, async each => {
        killed += await followToTheEnd(each);
      }),
      { numRuns: 100 },
    );
    expect(killed).toBeGreaterThan(50);
  });
});
