import { describe, expect, it, jest } from '@jest/globals';
import type { RecordedEvent as ClientEvent } from '@eventstore/db-client';
import fc from 'fast-check';
import { logModel } from '../../../test/property/event-store/model.ts';
import { clientEvent } from '../../../test/support/client-events.ts';
import { anEvent, events, idsOf } from '../../../test/support/events.ts';
import type { NewEvent } from '../../domain/event.ts';
import { plainCodec } from '../codec.ts';
import { StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { Appended, ExpectedRevision } from '../port.ts';
import { prepareAppend } from '../prepare.ts';
import { createTakeAppend } from './append.ts';
import { createMemory } from './known.ts';
import type { LogReader } from './read.ts';
import type { Send } from './send.ts';
import { positionOf } from './stored.ts';
import { Conflict } from './trouble.ts';

const left = (): number => 1_000;

/** A server that keeps the promises of EventStoreDB, which are fewer than the port's. */
const serverOf = () => {
  const log: ClientEvent[] = [];
  const streamOf = (stream: string): ClientEvent[] => log.filter(({ streamId }) => streamId === stream);
  const write = (stream: string, ids: readonly string[]): ClientEvent[] => {
    for (const id of ids)
      log.push(
        clientEvent({
          id,
          streamId: stream,
          revision: BigInt(streamOf(stream).length),
          at: (log.length + 1) * 10,
        }),
      );
    return streamOf(stream);
  };
  /** Runs before each answer: what others do meanwhile. */
  let meanwhile: () => void = () => undefined;
  const send = jest.fn<Send>(async ({ stream, events: list, after }) => {
    await Promise.resolve();
    meanwhile();
    const ids = idsOf(list as readonly Pick<NewEvent, 'id'>[] as readonly NewEvent[]);
    const there = streamOf(stream);
    const ours = after === there.length - 1;
    const repeated = there.slice(after + 1, after + 1 + ids.length).map(({ id }) => id);
    // A repeat from the same place is answered like the first time; it does not say that it was one.
    if (!ours && repeated.join() !== ids.join()) return new Conflict('');
    const now = ours ? write(stream, ids) : there;
    const last = now[after + ids.length]!;
    return { revision: after + ids.length, position: positionOf(last), ours };
  });
  const pages = jest.fn(async function* (stream: string, from: number) {
    await Promise.resolve();
    meanwhile();
    const rest = streamOf(stream).slice(from);
    for (let at = 0; at < rest.length; at += 2) yield rest.slice(at, at + 2);
  });
  const at = jest.fn((stream: string, revision: number) =>
    Promise.resolve(streamOf(stream)[revision] ?? null),
  );
  const reader = { pages, at } as Partial<LogReader> as LogReader;
  return {
    ...{ log, write, send, pages, at, reader },
    setMeanwhile: (work: () => void): void => {
      meanwhile = work;
    },
  };
};

const setUp = (remembered = 1_000) => {
  const server = serverOf();
  const memory = createMemory(remembered);
  const take = createTakeAppend({ memory, reader: server.reader, send: server.send });
  const append = (stream: string, list: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> =>
    take(prepareAppend(stream, list, expected, plainCodec), left);
  return { ...server, append };
};

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('an append to EventStoreDB', () => {
  const asked = fc.record({
    stream: fc.constantFrom('lead-1', 'lead-2'),
    ids: fc.uniqueArray(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 }),
    expected: fc.oneof(
      fc.constantFrom<ExpectedRevision>('NO_STREAM', 'STREAM_EXISTS', 'ANY'),
      fc.nat({ max: 6 }),
    ),
  });
  /** What another process appends, where it is not refused, just before the server's next answers. */
  const others = fc.array(fc.option(asked, { nil: undefined }), { maxLength: 3 });

  it('is taken or refused, and answered, as in a plain list of events, whatever others do meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(asked, others), { maxLength: 12 }),
        fc.constantFrom(1, 3, 1_000),
        async (calls, remembered) => {
          const { append, log, write, setMeanwhile } = setUp(remembered);
          const model = logModel();
          for (const [{ stream, ids, expected }, queue] of calls) {
            const rest = [...queue];
            setMeanwhile(() => {
              const other = rest.shift();
              if (other === undefined) return;
              const before = model.log.length;
              model.append(
                other.stream,
                other.ids.map(n => anEvent({ id: idOf(n) })),
                other.expected,
              );
              const written = model.log.slice(before).map(({ event }) => event.id);
              write(other.stream, written);
            });
            const list = ids.map(n => anEvent({ id: idOf(n) }));
            const got = await append(stream, list, expected).catch((error: unknown) => error);
            const outcome = model.append(stream, list, expected);
            if (outcome.kind === 'wrong-revision') {
              expect(got).toEqual(new WrongExpectedRevision(stream, expected, outcome.actual));
              continue;
            }
            const there = log.find(
              event => event.streamId === stream && Number(event.revision) === outcome.answer.revision,
            );
            expect(got).toEqual({ ...outcome.answer, position: positionOf(there!) });
          }
          expect(log.map(({ streamId, id }) => [streamId, id])).toEqual(
            model.log.map(({ stream, event }) => [stream, event.id]),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('that begins a stream, or goes on where the last one ended, takes one call', async () => {
    const { append, send, pages, at } = setUp();
    await append('lead-1', events(3), 'NO_STREAM');
    await append('lead-1', events(2), 2);
    await append('lead-1', events(2), 'ANY');
    expect([send.mock.calls.length, pages.mock.calls.length, at.mock.calls.length]).toEqual([3, 0, 0]);
    expect(send.mock.calls.map(([{ after }]) => after)).toEqual([-1, 2, 4]);
  });

  it('to a stream that is not known reads it first, and only once', async () => {
    const { append, write, pages } = setUp();
    write('lead-1', [idOf(1), idOf(2), idOf(3)]);
    await append('lead-1', events(1), 'ANY');
    await append('lead-1', events(1), 'ANY');
    expect(pages.mock.calls.map(([stream, from]) => [stream, from])).toEqual([['lead-1', 0]]);
  });

  it('reads on from where the stream is known when another has written since', async () => {
    const { append, write, pages } = setUp();
    await append('lead-1', events(4), 'NO_STREAM');
    write('lead-1', [idOf(1)]);
    expect(await append('lead-1', events(1), 'ANY')).toMatchObject({ revision: 5 });
    expect(pages.mock.calls.map(([, from]) => from)).toEqual([4]);
  });

  it('that is repeated is answered without sending, and looks up the place that no answer told', async () => {
    const { append, send, at } = setUp();
    const list = events(3);
    const first = await append('lead-1', list, 'NO_STREAM');
    expect(await append('lead-1', list, 'NO_STREAM')).toEqual({ ...first, duplicates: idsOf(list) });
    expect(at).not.toHaveBeenCalled();
    expect(await append('lead-1', list.slice(0, 2), 'ANY')).toEqual({
      ...{ revision: 1, position: 20 },
      duplicates: idsOf(list.slice(0, 2)),
    });
    expect([send.mock.calls.length, at.mock.calls.length]).toEqual([1, 1]);
  });

  it('sends only what is missing, and answers with the place of the last one given', async () => {
    const { append, send } = setUp();
    const [a, b, c] = events(3) as [NewEvent, NewEvent, NewEvent];
    await append('lead-1', [a, c], 'NO_STREAM');
    expect(await append('lead-1', [b, c], 'ANY')).toEqual({ revision: 1, position: 20, duplicates: [c.id] });
    expect(send.mock.calls.at(-1)![0].events.map(({ id }) => id)).toEqual([b.id]);
  });

  it('is not refused by what was known: it looks again before', async () => {
    const { append, write, pages } = setUp();
    await append('lead-1', events(1), 'NO_STREAM');
    write('lead-1', [idOf(1), idOf(2)]);
    expect(await append('lead-1', events(1), 2)).toMatchObject({ revision: 3 });
    await expect(append('lead-1', events(1), 9)).rejects.toMatchObject({ actual: 3, expected: 9 });
    expect(pages).toHaveBeenCalledTimes(2);
  });

  it('tells that it is written when only its place can’t be learnt', async () => {
    const { append, at } = setUp();
    const [a, b] = events(2) as [NewEvent, NewEvent];
    await append('lead-1', [a, ...events(1)], 'NO_STREAM');
    at.mockImplementation(() => Promise.reject(new StoreUnavailable('EventStoreDB is away: gone')));
    const refused = append('lead-1', [b, a], 'ANY');
    await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(refused).rejects.toMatchObject({
      outcomeUnknown: true,
      message: 'EventStoreDB is away: gone',
    });
  });

  it('passes on what sending and reading throw', async () => {
    const { append, send, pages, write } = setUp();
    send.mockImplementationOnce(() => Promise.reject(new StoreUnavailable('away', true)));
    await expect(append('lead-1', events(1), 'NO_STREAM')).rejects.toMatchObject({ outcomeUnknown: true });
    write('lead-2', [idOf(1)]);
    pages.mockImplementationOnce(async function* () {
      yield await Promise.reject(new StoreUnavailable('away', false));
    });
    await expect(append('lead-2', events(1), 'ANY')).rejects.toMatchObject({ outcomeUnknown: false });
    expect(await append('lead-2', events(1), 'ANY')).toMatchObject({ revision: 1 });
  });
});
