import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../domain/event.ts';
import type { EventStore } from './port.ts';

// Marks of a byte, so that they are the same for most ids, as those of six bytes hardly ever are.
const short = { bits: 0 };
jest.unstable_mockModule('node:crypto', () => ({
  hash: (_: string, text: string): Buffer => {
    const sum = Buffer.from(text).reduce((total, byte) => (total * 31 + byte) % 997, 7);
    return Buffer.from([0, 0, 0, 0, 0, sum % 2 ** short.bits]);
  },
}));
const { checkEvents } = await import('./check-events.ts');

/** Ids of a few streams, one event after the other. */
const logOf = (ids: readonly (readonly [string, number])[]): RecordedEvent[] => {
  const next = new Map<string, number>();
  return ids.map(([stream, id], n) => {
    const revision = next.get(stream) ?? 0;
    next.set(stream, revision + 1);
    const times = { occurredAt: 0, recordedAt: 0 };
    const text = String(id);
    return {
      ...times,
      stream,
      revision,
      id: text,
      position: n + 1,
      type: 'A',
      version: 1,
      data: {},
      metadata: {},
    };
  });
};

const storeOf = (log: readonly RecordedEvent[]): EventStore =>
  ({
    head: () => Promise.resolve(log.length),
    readAll: (after: number, limit: number) => Promise.resolve(log.slice(after, after + limit)),
    readStream: async function* (stream: string) {
      await Promise.resolve();
      yield* log.filter(event => event.stream === stream);
    },
  }) as Partial<EventStore> as EventStore;

describe('looking for ids that stand twice', () => {
  it.each([0, 2, 5])('finds them, and no others, when marks have %d bits only', async bits => {
    short.bits = bits;
    const id = fc.tuple(fc.constantFrom('lead-1', 'lead-2', 'lead-10'), fc.nat({ max: 25 }));
    await fc.assert(
      fc.asyncProperty(fc.array(id, { maxLength: 40 }), async ids => {
        const log = logOf(ids);
        const twice = log.filter((event, n) =>
          log.slice(0, n).some(({ stream, id: before }) => stream === event.stream && before === event.id),
        );
        expect(await checkEvents(storeOf(log))).toEqual(
          twice.map(
            ({ position, stream, id: same }) => `position ${position}: ${stream} has the id ${same} before`,
          ),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('finds nothing in a sound log whose marks are all one', async () => {
    short.bits = 0;
    const log = logOf(Array.from({ length: 200 }, (_, n) => [`lead-${n % 3}`, n]));
    expect(await checkEvents(storeOf(log))).toEqual([]);
  });
});
