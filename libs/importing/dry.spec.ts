import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openLog } from '../../test/property/handling-fixture.ts';
import { bulkAppend, type StreamEvent, type Taken } from './bulk.ts';
import { dryAppend } from './dry.ts';

/** Ids as imports make them; those that differ in few bits are many. */
const idOf = (n: number): string =>
  `0000000${n % 2}-0000-8000-8000-${(n * 65_537).toString(16).padStart(12, '0')}`;

/** A stream's facts have ids of their own, as those of rows do. */
const fact = fc
  .record({ stream: fc.constantFrom('lead-a', 'lead-b', 'order-1'), n: fc.nat(5) })
  .map(({ stream, n }): StreamEvent => ({
    stream,
    event: {
      ...{ type: 'PageViewed', version: 1, occurredAt: 0, data: {}, metadata: {} },
      id: idOf(n * 3 + ['lead-a', 'lead-b', 'order-1'].indexOf(stream)),
    },
  }));
/** Within a file, ids are unique. */
const windows = fc.array(fc.uniqueArray(fact, { maxLength: 8, selector: ({ event }) => event.id }), {
  maxLength: 4,
});

describe('a dry append', () => {
  it('counts window by window what the real one then writes, over a log with anything in it', async () => {
    await fc.assert(
      fc.asyncProperty(windows, windows, async (earlier, given) => {
        const log = openLog();
        try {
          for (const window of earlier) await bulkAppend(log.events)(window);
          const before = await log.all();
          const tried: Taken[] = [];
          const dry = dryAppend(log.events);
          for (const window of given) tried.push(await dry(window));
          expect(await log.all()).toEqual(before);
          const done: Taken[] = [];
          for (const window of given) done.push(await bulkAppend(log.events)(window));
          expect(tried).toEqual(done);
          const known = new Set(before.map(({ id }) => id));
          const added = new Set(given.flat().map(({ event }) => event.id)).difference(known);
          expect(tried.reduce((sum, { appended }) => sum + appended, 0)).toBe(added.size);
        } finally {
          await log.close();
        }
      }),
      { numRuns: 30 },
    );
  });
});
