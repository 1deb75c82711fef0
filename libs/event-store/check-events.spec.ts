import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { anEvent } from '../../test/support/events.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { checkEvents } from './check-events.ts';
import type { EventStore } from './port.ts';

const recorded = (changes: Partial<RecordedEvent>): RecordedEvent => ({
  ...anEvent(),
  stream: 'lead-1',
  revision: 0,
  position: 1,
  recordedAt: 0,
  ...changes,
});

/** Events of one stream, or of as many as there are names, one after the other. */
const logOf = (count: number, streams = ['lead-1']): RecordedEvent[] =>
  Array.from({ length: count }, (_, n) =>
    recorded({
      stream: streams[n % streams.length]!,
      revision: Math.floor(n / streams.length),
      position: n + 1,
    }),
  );

/** A store that holds events as they are given, sound or not. */
const holding = (log: readonly RecordedEvent[], head = log.at(-1)?.position ?? 0) => {
  const readAll = jest.fn((after: number, limit: number) =>
    Promise.resolve(log.slice(log.findLastIndex(({ position }) => position === after) + 1).slice(0, limit)),
  );
  const readStream = jest.fn(async function* (stream: string) {
    await Promise.resolve();
    yield* log.filter(event => event.stream === stream);
  });
  const store = {
    head: () => Promise.resolve(head),
    readAll,
    readStream,
  } as Partial<EventStore> as EventStore;
  return { store, readAll, readStream };
};

const findings = (log: readonly RecordedEvent[]): Promise<readonly string[]> =>
  checkEvents(holding(log).store);

describe('looking whether a log is sound', () => {
  it('finds nothing in a sound one, however its streams mix and whatever its positions leave out', async () => {
    const step = fc.record({
      stream: fc.constantFrom('lead-1', 'lead-2', 'deal-1'),
      gap: fc.nat({ max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const next = new Map<string, number>();
        let position = 0;
        const log = steps.map(({ stream, gap }) => {
          const revision = next.get(stream) ?? 0;
          next.set(stream, revision + 1);
          return recorded({ stream, revision, position: (position += gap + 1) });
        });
        expect(await findings(log)).toEqual([]);
      }),
    );
  });

  it('finds each id that its stream had before and each revision that is left out, as plain counting does', async () => {
    const step = fc.record({
      stream: fc.constantFrom('lead-1', 'lead-2'),
      further: fc.constantFrom(1, 1, 1, 2, 4),
      id: fc.constantFrom(...Array.from({ length: 30 }, () => randomUUID())),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const next = new Map<string, number>();
        const log = steps.map(({ stream, further, id }, n) => {
          const revision = (next.get(stream) ?? -1) + further;
          next.set(stream, revision);
          return recorded({ stream, revision, id, position: n + 1 });
        });
        const plain = log.flatMap((event, n) => {
          const before = log.slice(0, n).filter(({ stream }) => stream === event.stream);
          const wanted = (before.at(-1)?.revision ?? -1) + 1;
          return [
            ...(event.revision === wanted
              ? []
              : [
                  `position ${n + 1}: revision ${wanted} of ${event.stream} is missing: the next one is ${event.revision}`,
                ]),
            ...(before.some(({ id }) => id === event.id)
              ? [`position ${n + 1}: ${event.stream} has the id ${event.id} before`]
              : []),
          ];
        });
        expect(await findings(log)).toEqual(plain);
      }),
    );
  });

  it('finds positions that stand still or go back', async () => {
    const log = [5, 5, 9, 7, 12].map((position, revision) => recorded({ revision, position }));
    const { store, readAll } = holding(log);
    expect(await checkEvents(store)).toEqual([
      'position 5 comes after position 5',
      'position 7 comes after position 9',
    ]);
    expect(readAll).toHaveBeenCalledTimes(1);
  });

  it('finds what can’t be read, and says no more of it than where it stands and why', async () => {
    const odd = { ...logOf(2)[1]!, data: { secret: 'x' }, unreadable: 'its data is no JSON object' };
    expect(await findings([logOf(1)[0]!, odd])).toEqual([
      `position 2 (${odd.type} ${odd.id}) can't be read: its data is no JSON object`,
    ]);
  });

  it('lets other streams have the same id', async () => {
    const id = randomUUID();
    const log = ['lead-1', 'lead-2', 'lead'].map((stream, n) => recorded({ stream, id, position: n + 1 }));
    expect(await findings(log)).toEqual([]);
  });

  it('reads a stream again only where an id may stand twice', async () => {
    const { store, readStream } = holding(logOf(500, ['lead-1', 'lead-2', 'lead-3']));
    await checkEvents(store);
    expect(readStream).not.toHaveBeenCalled();
  });
});

describe('looking through a long log', () => {
  it.each([0, 1, 3_999, 4_000, 4_001, 8_000, 9_500])('of %d events looks at each once', async count => {
    const log = logOf(count, ['lead-1', 'lead-2', 'lead-3']);
    const told: (readonly number[])[] = [];
    const { store, readAll } = holding(log);
    expect(await checkEvents(store, { onProgress: (...at) => told.push(at) })).toEqual([]);
    expect(told.at(-1)).toEqual(count === 0 ? undefined : [count, count]);
    expect(told.map(([at]) => at)).toEqual(
      Array.from({ length: Math.ceil(count / 4_000) }, (_, n) => Math.min(count, (n + 1) * 4_000)),
    );
    expect(readAll.mock.calls.map(([after]) => after)).toEqual(told.map((_, n) => n * 4_000));
  });

  it('finds a fault behind the first page, and one that reaches over its edge', async () => {
    const log = logOf(8_100);
    log[8_050] = { ...log[8_050]!, id: log[10]!.id };
    expect(await findings(log.filter(({ position }) => position !== 4_000))).toEqual([
      'position 4001: revision 3999 of lead-1 is missing: the next one is 4000',
      `position 8051: lead-1 has the id ${log[10]!.id} before`,
    ]);
  });

  it('leaves out what came after it had begun', async () => {
    const log = logOf(10).map((event, n) => (n < 6 ? event : { ...event, revision: 99 }));
    expect(await checkEvents(holding(log, 6).store)).toEqual([]);
    expect(await checkEvents(holding(log, 7).store)).toHaveLength(1);
  });

  it('stops at as many findings as are wanted, a hundred by default', async () => {
    const log = logOf(300).map(event => ({ ...event, unreadable: 'broken' }));
    const { store } = holding(log);
    expect(await checkEvents(store)).toHaveLength(100);
    const few = await checkEvents(store, { most: 3 });
    expect(few.map(text => text.split(' ')[1])).toEqual(['1', '2', '3']);
    const two = [{ ...log[0]!, revision: 7 }, log[1]!];
    expect(await checkEvents(holding(two).store, { most: 1 })).toHaveLength(1);
  });

  it('stops between two pages when it is told to', async () => {
    const stop = new AbortController();
    const { store, readAll } = holding(logOf(9_000));
    await checkEvents(store, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(readAll).toHaveBeenCalledTimes(1);
    await checkEvents(store, { signal: AbortSignal.abort() });
    expect(readAll).toHaveBeenCalledTimes(1);
  });
});
