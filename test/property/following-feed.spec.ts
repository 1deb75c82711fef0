import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { createFeed, createReadOn, lifecycleTypes } from '../../libs/lifecycle/index.ts';
import { testMapping } from '../../libs/lifecycle/testing.ts';
import { fates, logsUpTo } from './following/histories.ts';
import { takeInToTheEnd, type Taker } from './following/taking-in.ts';

interface Case {
  readonly log: readonly RecordedEvent[];
  /** Events that are appended together, and whether the feed has read them before the next ones come. */
  readonly chunks: readonly { readonly size: number; readonly read: boolean }[];
  /** Lifecycle events that the feed keeps. */
  readonly kept: number;
  readonly takers: readonly Taker[];
}

const types = lifecycleTypes.map(({ type }) => type);

const cases: fc.Arbitrary<Case> = fc.record({
  // Longer than the pages in which those read who are behind.
  log: logsUpTo(250),
  chunks: fc.array(fc.record({ size: fc.integer({ min: 1, max: 15 }), read: fc.boolean() }), {
    maxLength: 3,
  }),
  kept: fc.integer({ min: 1, max: 20 }),
  takers: fc.array(
    fc.record({
      types: fc.subarray(types, { minLength: 1 }),
      reads: fates,
      additions: fates,
      saves: fates,
    }),
    { minLength: 3, maxLength: 6 },
  ),
});

/** Lets all takers follow a log that grows; how many processes were killed. */
const followTogether = async ({ log, chunks, kept, takers }: Case): Promise<number> => {
  const events = openSqliteEventStore({ file: ':memory:' });
  const feed = createFeed({ events, toLifecycle: testMapping, kept });
  const quiet = feed.listen(() => undefined);
  // Its positions will follow each other.
  const all = log.flatMap((event, at) => testMapping({ ...event, position: at + 1 }));
  const source = { feed, readOn: createReadOn(events, testMapping), all, head: log.length };
  let appended = 0;

  const append = async (count: number): Promise<void> => {
    const next = log.slice(appended, appended + count);
    for (const { id, type, version, occurredAt, data, metadata } of next)
      await events.append('lead-x', [{ id, type, version, occurredAt, data, metadata }], 'ANY');
    appended += next.length;
  };
  const write = async (): Promise<void> => {
    for (const { size, read } of chunks) {
      await append(size);
      while (read && (feed.position() ?? 0) < appended) await turn();
    }
    await append(log.length);
  };

  try {
    const [killed] = await Promise.all([
      Promise.all(takers.map(taker => takeInToTheEnd(taker, source))),
      write(),
    ]);
    return killed.reduce((sum, each) => sum + each, 0);
  } finally {
    quiet();
    await feed.stop();
    await events.close();
  }
};

describe('subscribers that share what is read of the log’s end', () => {
  it('take in all that they want, in order, and after a crash only what came after their checkpoint', async () => {
    let killed = 0;
    await fc.assert(
      fc.asyncProperty(cases, async each => {
        killed += await followTogether(each);
      }),
      { numRuns: 15 },
    );
    expect(killed).toBeGreaterThan(15);
  });
});
