import { describe, expect, it } from '@jest/globals';
import {
  BACKWARDS,
  StreamNotFoundError,
  UnavailableError,
  type RecordedEvent as ClientEvent,
} from '@eventstore/db-client';
import fc from 'fast-check';
import { clientEvent } from '../../../test/support/client-events.ts';
import { plainCodec } from '../codec.ts';
import type { ReadPage } from './page.ts';
import { createLogReader, readOn } from './read.ts';
import { eventDecoder } from './stored.ts';
import { NoRecord } from './trouble.ts';

const decode = eventDecoder(plainCodec);
const placeOf = ({ position }: ClientEvent): number => Number(position?.commit);

interface AllOptions {
  readonly direction?: string;
  readonly fromPosition: string | { readonly commit: bigint };
  readonly maxCount: number;
}
interface StreamOptions {
  readonly fromRevision: bigint;
  readonly maxCount: number;
}

/** What the server does with a read: everything of the log, whoever wrote it, from a record on that must be one. */
const serverOf = (log: readonly ClientEvent[]) => {
  const asked: string[] = [];
  const readAll =
    ({ direction, fromPosition, maxCount }: AllOptions) =>
    () => {
      if (direction === BACKWARDS) {
        asked.push(`last ${maxCount}`);
        return log.slice(-maxCount).reverse();
      }
      const from = typeof fromPosition === 'string' ? 0 : Number(fromPosition.commit);
      asked.push(`${maxCount} from ${from}`);
      if (from > 0 && !log.some(event => placeOf(event) === from))
        throw new NoRecord('no record begins there');
      return log.filter(event => placeOf(event) >= from).slice(0, maxCount);
    };
  const readStream =
    (stream: string, { fromRevision, maxCount }: StreamOptions) =>
    () => {
      asked.push(`${maxCount} of ${stream} from ${fromRevision}`);
      const events = log.filter(({ streamId }) => streamId === stream);
      if (events.length === 0) throw new StreamNotFoundError(undefined, stream);
      return events.filter(({ revision }) => revision >= fromRevision).slice(0, maxCount);
    };
  const page: ReadPage = async (open, { atRecord = true } = {}) => {
    await Promise.resolve();
    const read = open({
      client: { readAll, readStream },
    } as never) as unknown as () => readonly ClientEvent[];
    try {
      return read();
    } catch (error) {
      if (error instanceof NoRecord && atRecord)
        throw new Error('a place was taken for a record', { cause: error });
      throw error;
    }
  };
  return { page, asked };
};

/** Records one after the other; those of the system stand among ours. */
const logOf = (
  records: readonly { readonly gap: number; readonly stream: string }[],
): readonly ClientEvent[] => {
  const next = new Map<string, number>();
  let at = 0;
  return records.map(({ gap, stream }) => {
    const revision = next.get(stream) ?? 0;
    next.set(stream, revision + 1);
    return clientEvent({
      at: (at += gap),
      revision: BigInt(revision),
      streamId: stream,
      type: stream.startsWith('$') ? '$metadata' : 'LinkClicked',
    });
  });
};

const isOurs = ({ type }: ClientEvent): boolean => !type.startsWith('$');

const records = fc.array(
  fc.record({
    gap: fc.integer({ min: 2, max: 9 }),
    stream: fc.constantFrom('lead-1', 'lead-2', '$scavenges', '$stats'),
  }),
  { maxLength: 50 },
);

describe('reading the log of EventStoreDB', () => {
  it('gives events of ours after any place, as many as are wanted, and none of the system', async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.nat({ max: 300 }),
        fc.integer({ min: 1, max: 60 }),
        async (list, after, limit) => {
          const log = logOf(list);
          const reader = createLogReader(serverOf(log).page);
          const wanted = log.filter(event => isOurs(event) && placeOf(event) > after).slice(0, limit);
          const read = await readOn(reader, decode, after, limit);
          expect(read.map(({ position }) => position)).toEqual(wanted.map(placeOf));
        },
      ),
    );
  });

  it('comes by pages through all of it, without a gap or a repeat', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 7 }), async (list, limit) => {
        const log = logOf(list);
        const reader = createLogReader(serverOf(log).page);
        const read: number[] = [];
        for (let after = 0; ;) {
          const page = await readOn(reader, decode, after, limit);
          read.push(...page.map(({ position }) => position));
          if (page.length < limit) break;
          after = page.at(-1)!.position;
        }
        expect(read).toEqual(log.filter(isOurs).map(placeOf));
      }),
    );
  });

  it('says of a stretch where it ends and whether the log ends there, so that the next one goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.nat({ max: 300 }),
        fc.integer({ min: 1, max: 9 }),
        async (list, from, count) => {
          const log = logOf(list);
          const reader = createLogReader(serverOf(log).page);
          const read: number[] = [];
          let [after, last] = [from, false];
          while (!last) {
            const stretch = await reader.stretch(after, count);
            expect(stretch.events.length).toBeLessThanOrEqual(count);
            expect(stretch.end).toBeGreaterThanOrEqual(after);
            if (!stretch.last) expect(stretch.end).toBeGreaterThan(after);
            read.push(...stretch.events.map(placeOf));
            [after, last] = [stretch.end, stretch.last];
          }
          expect(read).toEqual(log.filter(event => isOurs(event) && placeOf(event) > from).map(placeOf));
        },
      ),
    );
  });

  it('passes on what is no place without a record', async () => {
    const error = new UnavailableError();
    const reader = createLogReader(() => Promise.reject(error));
    await expect(reader.stretch(7, 1)).rejects.toBe(error);
    await expect(reader.head()).rejects.toBe(error);
    await expect(reader.at('lead-1', 0)).rejects.toBe(error);
    await expect(reader.pages('lead-1', 0).next()).rejects.toBe(error);
  });
});

describe('the head of the log', () => {
  it('is the last event of ours; 0 where there is none', async () => {
    await fc.assert(
      fc.asyncProperty(records, async list => {
        const log = logOf(list);
        const head = log.findLast(isOurs);
        expect(await createLogReader(serverOf(log).page).head()).toBe(head === undefined ? 0 : placeOf(head));
      }),
    );
  });

  const behind = (count: number): readonly ClientEvent[] =>
    logOf([
      { gap: 5, stream: 'lead-1' },
      ...Array.from({ length: count }, () => ({ gap: 3, stream: '$stats' })),
    ]);

  it.each<[number, readonly string[]]>([
    [0, ['last 1']],
    [31, ['last 1', 'last 32']],
    [32, ['last 1', 'last 32', 'last 1024']],
  ])('behind %d events of the system is found by reading back ever further', async (count, reads) => {
    const { page, asked } = serverOf(behind(count));
    expect(await createLogReader(page).head()).toBe(5);
    expect(asked).toEqual(reads);
  });

  it('is found from the beginning where the system wrote more than is read back', async () => {
    const { page, asked } = serverOf(behind(33_000));
    expect(await createLogReader(page).head()).toBe(5);
    expect(asked.filter(read => read.startsWith('last'))).toHaveLength(4);
    expect(asked.at(-1)).toMatch(/^8193 from \d+$/);
  });
});

describe('reading a stream of EventStoreDB', () => {
  const long = logOf(Array.from({ length: 1_203 }, () => ({ gap: 4, stream: 'lead-1' })));
  const revisions = async (log: readonly ClientEvent[], stream: string, from: number) => {
    const { page, asked } = serverOf(log);
    const pages: number[][] = [];
    for await (const each of createLogReader(page).pages(stream, from))
      pages.push(each.map(({ revision }) => Number(revision)));
    return { pages, asked };
  };

  it('comes in pages of 500 from any revision on', async () => {
    for (const from of [0, 1, 702, 703, 1_000, 1_202, 1_203, 5_000]) {
      const { pages } = await revisions(long, 'lead-1', from);
      expect(pages.flat()).toEqual(long.map((_, n) => n).slice(from));
      expect(pages.every(({ length }) => length > 0 && length <= 500)).toBe(true);
    }
    const { asked } = await revisions(long, 'lead-1', 3);
    expect(asked).toEqual([3, 503, 1_003].map(from => `500 of lead-1 from ${from}`));
  });

  it('asks once more where the last page is full, since more may stand behind', async () => {
    const { pages, asked } = await revisions(long.slice(0, 500), 'lead-1', 0);
    expect([pages.length, asked.length]).toEqual([1, 2]);
  });

  it('gives no page of a stream that is missing', async () => {
    expect((await revisions(long, 'lead-2', 0)).pages).toEqual([]);
  });

  it('finds the event at a revision, and none where there is none or another comes first', async () => {
    const reader = createLogReader(serverOf(long.slice(3)).page);
    expect((await reader.at('lead-1', 7))?.id).toBe(long[7]!.id);
    expect(await reader.at('lead-1', 1_203)).toBeNull();
    // The stream was cut off in front: what is read from revision 1 on begins at 3.
    expect(await reader.at('lead-1', 1)).toBeNull();
    expect(await reader.at('lead-2', 0)).toBeNull();
  });
});
