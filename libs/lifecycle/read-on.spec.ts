import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventStore, Found } from '../event-store/port.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { createReadOn } from './read-on.ts';
import { recordedAt, testMapping } from './testing.ts';

const kinds = ['OrderPlaced', 'LeadCaptured', 'LeadStageChanged', 'PageViewed', 'IdentityClaimed'] as const;
const eventOf = (type: string, position: number): RecordedEvent =>
  recordedAt(position, type, {
    leadId: 'l1',
    ...(type === 'LeadStageChanged' ? { stage: 'mql', from: 'lead' } : {}),
  });

/** A log in memory that finds so many events at once, as the port has it. */
const logOf = (types: readonly string[], most = 100): Pick<EventStore, 'find' | 'head'> => {
  const all = types.map((type, n) => eventOf(type, n + 1));
  return {
    head: () => Promise.resolve(all.length),
    find: (filter, after, limit) => {
      const matching = all.filter(({ position, type }) => position > after && filter.types?.includes(type));
      const events = matching.slice(0, Math.min(limit, most));
      const next = matching.length > events.length ? events.at(-1)!.position : null;
      return Promise.resolve({ events, next } as Found);
    },
  };
};

const wanted = fc.option(
  fc.uniqueArray(
    fc.constantFrom('leadfold.order.placed', 'leadfold.lead.captured', 'leadfold.lead.qualified'),
  ),
);

describe('reading on', () => {
  it('page by page gives each event that is wanted once and in order, and ends at the log’s end', async () => {
    const run = fc.asyncProperty(
      fc.array(fc.constantFrom(...kinds), { maxLength: 40 }),
      wanted,
      fc.nat(20),
      fc.integer({ min: 1, max: 7 }),
      async (types, names, after, most) => {
        const only = names === null ? null : new Set<string>(names);
        const readOn = createReadOn(logOf(types, most), testMapping);
        const found: string[] = [];
        let at = after;
        for (let pages = 0; at < types.length; pages++) {
          expect(pages).toBeLessThanOrEqual(types.length);
          const page = await readOn(at, only);
          expect(page.to).toBeGreaterThan(at);
          found.push(...page.events.map(({ cloudEvent }) => cloudEvent.id));
          at = page.to;
        }
        const plain = types
          .map((type, n) => eventOf(type, n + 1))
          .filter(({ position }) => position > after)
          .flatMap(testMapping)
          .filter(({ cloudEvent: { type } }) => only === null || only.has(type))
          .map(({ cloudEvent }) => cloudEvent.id);
        expect(found).toEqual(plain);
      },
    );
    await fc.assert(run, { numRuns: 200 });
  });

  it('stays where it is at the log’s end, and beyond it', async () => {
    const readOn = createReadOn(logOf(['OrderPlaced']), testMapping);
    expect(await readOn(1, null)).toEqual({ events: [], to: 1 });
    expect(await readOn(9, null)).toEqual({ events: [], to: 9 });
  });

  it('goes at least as far as what was found, though the head was older', async () => {
    const log = { ...logOf(['OrderPlaced', 'OrderPlaced']), head: () => Promise.resolve(1) };
    expect((await createReadOn(log, testMapping)(0, null)).to).toBe(2);
  });

  it('asks the log for the types that tell of what is wanted, and for no others', async () => {
    const asked: unknown[] = [];
    const log = logOf([]);
    const readOn = createReadOn(
      { ...log, find: (filter, ...rest) => (asked.push(filter.types), log.find(filter, ...rest)) },
      testMapping,
    );
    await readOn(0, new Set(['leadfold.lead.qualified', 'leadfold.order.placed', 'leadfold.no.such']));
    expect(asked).toEqual([['LeadStageChanged', 'OrderPlaced']]);
  });
});

describe('many who read on', () => {
  /** A log whose answers wait until they are let go. */
  const slow = () => {
    const waiting: (() => void)[] = [];
    const log = logOf(['OrderPlaced']);
    const state = { under: 0, most: 0, waiting };
    return {
      state,
      log: {
        ...log,
        head: async () => {
          state.most = Math.max(state.most, ++state.under);
          await new Promise<void>(resolve => waiting.push(resolve));
          state.under--;
          return log.head();
        },
      },
    };
  };
  const settle = () => new Promise(resolve => setImmediate(resolve));

  it('are served eight at a time, in the order in which they came', async () => {
    const { state, log } = slow();
    const readOn = createReadOn(log, testMapping);
    const ended: number[] = [];
    const all = Array.from({ length: 20 }, (_, n) => readOn(0, null).then(() => ended.push(n)));
    while (ended.length < 20) {
      await settle();
      state.waiting.shift()?.();
    }
    await Promise.all(all);
    expect(state.most).toBe(8);
    expect(ended).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('get their turn though reading fails for others', async () => {
    let calls = 0;
    const log = logOf(['OrderPlaced']);
    const readOn = createReadOn(
      { ...log, head: () => (++calls % 2 === 0 ? log.head() : Promise.reject(new Error('away'))) },
      testMapping,
    );
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => readOn(0, null)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(
      (await Promise.allSettled([readOn(0, null), readOn(0, null)])).map(({ status }) => status),
    ).toEqual(['rejected', 'fulfilled']);
  });
});
