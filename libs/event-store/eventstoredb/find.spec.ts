import { describe, expect, it, jest } from '@jest/globals';
import type { RecordedEvent as ClientEvent } from '@eventstore/db-client';
import fc from 'fast-check';
import { clientEvent } from '../../../test/support/client-events.ts';
import type { EventMetadata, RecordedEvent } from '../../domain/event.ts';
import { plainCodec } from '../codec.ts';
import type { EventFilter, Found } from '../port.ts';
import { findOn } from './find.ts';
import type { LogReader, Stretch } from './read.ts';
import { eventDecoder } from './stored.ts';

const decode = eventDecoder(plainCodec);

interface Given {
  readonly type: string;
  readonly metadata: EventMetadata;
  readonly occurredAt: number;
}

/** The n-th event of a log whose positions have gaps, as commit positions do. */
const positionAt = (n: number): number => (n + 1) * 10;
const logOf = (list: readonly Given[]): readonly ClientEvent[] =>
  list.map(({ type, metadata, occurredAt }, n) =>
    clientEvent({
      ...{ at: positionAt(n), revision: BigInt(n), type },
      metadata: { ...metadata, $leadfold: { version: 1, occurredAt, recordedAt: 0 } } as never,
    }),
  );

/** Reads the log in stretches, none longer than a page of the server's; it notes how long each was to be. */
const reading = (log: readonly ClientEvent[], page = Infinity) => {
  const asked: number[] = [];
  const stretch = jest.fn((after: number, count: number): Promise<Stretch> => {
    asked.push(count);
    const later = log.filter(({ position }) => Number(position?.commit) > after);
    const events = later.slice(0, Math.min(count, page));
    const end = Number(events.at(-1)?.position?.commit ?? after);
    return Promise.resolve({ events, end, last: events.length === later.length });
  });
  return { reader: { stretch } as Partial<LogReader> as LogReader, asked };
};

const walk = async (reader: LogReader, filter: EventFilter, limit: number, from = 0) => {
  const events: RecordedEvent[] = [];
  let pages = 0;
  for (let after: number | null = from; after !== null; pages++) {
    const page: Found = await findOn(reader, decode, filter, after, limit);
    expect(page.events.length).toBeLessThanOrEqual(limit);
    if (page.next !== null) expect(page.next).toBeGreaterThan(after);
    events.push(...page.events);
    after = page.next;
  }
  return { events, pages };
};

describe('looking for events in EventStoreDB', () => {
  const type = fc.constantFrom('PageViewed', 'LinkClicked', 'EmailSent');
  const lead = fc.constantFrom('l1', 'l2');
  const actor = fc.constantFrom('api', 'demo');
  const time = fc.integer({ min: -4, max: 4 });
  const given: fc.Arbitrary<Given> = fc.record({
    type,
    metadata: fc.record({ leadId: lead, actor }, { requiredKeys: [] }),
    occurredAt: time,
  });
  const filter: fc.Arbitrary<EventFilter> = fc.record(
    { types: fc.array(type, { maxLength: 3 }), leadId: lead, actor, occurredFrom: time, occurredTo: time },
    { requiredKeys: [] },
  );

  it('gives what a plain filter over the log does, however long stretches and pages are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(given, { maxLength: 90 }),
        filter,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 100 }),
        async (list, wanted, limit, page) => {
          const { reader } = reading(logOf(list), page);
          const { types, leadId, actor: by, occurredFrom, occurredTo } = wanted;
          const plain = list.flatMap((each, n) => {
            const fits = [
              types?.includes(each.type) ?? true,
              leadId === undefined || each.metadata.leadId === leadId,
              by === undefined || each.metadata.actor === by,
              each.occurredAt >= (occurredFrom ?? -Infinity),
              each.occurredAt < (occurredTo ?? Infinity),
            ];
            return fits.every(Boolean) ? [positionAt(n)] : [];
          });
          const { events } = await walk(reader, wanted, limit);
          expect(events.map(({ position }) => position)).toEqual(plain);
        },
      ),
    );
  });

  const rare = (count: number, at: readonly number[]): readonly ClientEvent[] =>
    logOf(
      Array.from({ length: count }, (_, n) => ({
        ...{ metadata: {}, occurredAt: n },
        type: at.includes(n) ? 'Rare' : 'Usual',
      })),
    );

  it('says that there is more only where there is', async () => {
    const { reader } = reading(rare(30, [3, 7, 20]));
    const find = (limit: number): Promise<Found> => findOn(reader, decode, { types: ['Rare'] }, 0, limit);
    expect((await find(2)).next).toBe(positionAt(7));
    expect((await find(3)).next).toBeNull();
    expect((await findOn(reader, decode, {}, 0, 30)).next).toBeNull();
    expect((await findOn(reader, decode, {}, 0, 29)).next).toBe(positionAt(28));
  });

  it('looks at a little first, then at more and more, and at 20,000 at most', async () => {
    const log = rare(70_000, []);
    const { reader, asked } = reading(log, 8_192);
    const page = await findOn(reader, decode, { types: ['Rare'] }, 0, 10);
    expect(asked.slice(0, 3)).toEqual([64, 256, 1_024]);
    expect(page.events).toEqual([]);
    expect(page.next).toBe(positionAt(20_000 - 1));
    expect(asked.length).toBeLessThan(9);
  });

  it('looks no further than what is wanted where that stands near', async () => {
    const { reader, asked } = reading(rare(70_000, [0, 1, 2]), 8_192);
    expect((await findOn(reader, decode, { types: ['Rare'] }, 0, 2)).next).toBe(positionAt(1));
    expect(asked).toEqual([64]);
    asked.length = 0;
    await findOn(reader, decode, {}, 0, 500);
    expect(asked).toEqual([501]);
  });

  it('comes to an end where a stretch holds none of ours at all', async () => {
    let calls = 0;
    const stretch = (after: number): Promise<Stretch> => {
      calls++;
      return Promise.resolve({ events: [], end: after + 1, last: false });
    };
    const page = await findOn({ stretch } as Partial<LogReader> as LogReader, decode, {}, 7, 1);
    expect(page).toEqual({ events: [], next: 7 + calls });
    expect(calls).toBe(20_000);
  });

  it('finds nothing behind the end, and says that it is there', async () => {
    const { reader } = reading(rare(5, [2]));
    expect(await findOn(reader, decode, {}, positionAt(4), 3)).toEqual({ events: [], next: null });
  });
});
