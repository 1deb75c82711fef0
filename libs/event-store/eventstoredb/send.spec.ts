import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { UnavailableError, WrongExpectedVersionError, type EventData } from '@eventstore/db-client';
import { clientEvent } from '../../../test/support/client-events.ts';
import { anEvent, events, idsOf } from '../../../test/support/events.ts';
import type { NewEvent } from '../../domain/event.ts';
import { plainCodec } from '../codec.ts';
import { InvalidAppend, StoreUnavailable } from '../errors.ts';
import { appendLimits } from '../port.ts';
import { prepareAppend, type PreparedEvent } from '../prepare.ts';
import type { SharedLine } from './line.ts';
import { createWatch } from './patience.ts';
import type { LogReader } from './read.ts';
import { createSeen } from './seen.ts';
import { createSend, type Sending } from './send.ts';
import { Conflict } from './trouble.ts';

const prepared = (list: readonly NewEvent[]): readonly PreparedEvent[] =>
  prepareAppend('lead-1', list, 'ANY', plainCodec).events;

const answerAt = (revision: number, commit: number) => ({
  ...{ success: true, nextExpectedRevision: BigInt(revision) },
  position: { commit: BigInt(commit), prepare: BigInt(commit) },
});

type Append = (
  stream: string,
  list: readonly EventData[],
  options: { readonly expectedRevision: unknown },
) => Promise<ReturnType<typeof answerAt>>;

const setUp = () => {
  const appendToStream = jest.fn<Append>(() => Promise.resolve(answerAt(0, 500)));
  const worked = jest.fn();
  const gone = new Set<() => void>();
  const hung = jest.fn(() => Promise.resolve());
  const line: SharedLine = {
    held: () =>
      Promise.resolve({
        client: { appendToStream } as never,
        onGone: listener => {
          gone.add(listener);
          return () => gone.delete(listener);
        },
        worked,
      }),
    ...{ hung, close: () => Promise.resolve(), seen: createSeen() },
  };
  const head = jest.fn(() => Promise.resolve(100));
  const at = jest.fn<LogReader['at']>(() => Promise.resolve(null));
  const watch = createWatch(400);
  let marks = 0;
  const send = createSend({
    ...{ line, watch, reader: { head, at } as Partial<LogReader> as LogReader },
    writing: () => ({ recordedAt: 7, mark: `mark.${++marks}` }),
  });
  const since = performance.now();
  const sending = (changes: Partial<Sending> = {}): ReturnType<typeof send> =>
    send({ stream: 'lead-1', events: prepared(events(1)), after: -1, current: false, ...changes }, () =>
      watch.left(since),
    );
  return { sending, appendToStream, head, at, line, hung, worked, gone };
};

const marked = (mark: string) => clientEvent({ metadata: { $leadfold: { by: mark } } as never });

describe('sending an append to EventStoreDB', () => {
  it('gives the server the events after a revision, or to no stream', async () => {
    const { sending, appendToStream, worked, gone } = setUp();
    const list = events(3);
    await sending({ events: prepared(list) });
    await sending({ events: prepared(list), after: 41 });
    expect(
      appendToStream.mock.calls.map(([stream, , options]) => [stream, options.expectedRevision]),
    ).toEqual([
      ['lead-1', 'no_stream'],
      ['lead-1', 41n],
    ]);
    expect(appendToStream.mock.calls[0]![1].map(({ id }) => id)).toEqual(idsOf(list));
    expect([worked.mock.calls.length, gone.size]).toEqual([2, 0]);
  });

  it('answers where the last one stands', async () => {
    const { sending, appendToStream } = setUp();
    appendToStream.mockImplementation(() => Promise.resolve(answerAt(44, 900)));
    expect(await sending({ after: 43 })).toEqual({ revision: 44, position: 900, ours: true });
  });

  it('is sent again, with the same ids and mark, while the server is away', async () => {
    const { sending, appendToStream } = setUp();
    for (let n = 0; n < 3; n++)
      appendToStream.mockImplementationOnce(() => Promise.reject(new UnavailableError()));
    await sending();
    const sent = appendToStream.mock.calls.map(([, list]) => list);
    expect(sent).toHaveLength(4);
    for (const list of sent) expect(list).toEqual(sent[0]);
  });

  it('gives up in time, and then nobody knows whether it was taken', async () => {
    const { sending, appendToStream } = setUp();
    appendToStream.mockImplementation(() =>
      Promise.reject(new UnavailableError(undefined, 'connect ECONNREFUSED')),
    );
    const refused = sending();
    await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(refused).rejects.toMatchObject({
      outcomeUnknown: true,
      message: 'EventStoreDB is away: connect ECONNREFUSED',
    });
    expect(appendToStream.mock.calls.length).toBeGreaterThan(1);
  });

  it('has a fresh client tried when there is no answer at all', async () => {
    const { sending, appendToStream, hung } = setUp();
    appendToStream.mockImplementation(() => new Promise(() => undefined));
    await expect(sending()).rejects.toMatchObject({
      outcomeUnknown: true,
      message: expect.stringContaining('no answer within'),
    });
    expect(hung).toHaveBeenCalledTimes(1);
  });

  it('tells of a conflict, which is an answer of a server that is there', async () => {
    const { sending, appendToStream, hung } = setUp();
    const details = { streamName: 'lead-1', current: 3n, expected: 1n };
    appendToStream.mockImplementation(() =>
      Promise.reject(new WrongExpectedVersionError(undefined, details)),
    );
    expect(await sending({ after: 1 })).toBeInstanceOf(Conflict);
    expect([appendToStream.mock.calls.length, hung.mock.calls.length]).toEqual([1, 0]);
  });
});

describe('an append that the server answers', () => {
  it('is ours without a look where it stands behind what was seen just before', async () => {
    const { sending, line, head, at } = setUp();
    line.seen.note(499);
    expect(await sending()).toMatchObject({ ours: true });
    expect([head.mock.calls.length, at.mock.calls.length]).toEqual([0, 0]);
  });

  it('is ours without a look where the stream was read to its end before', async () => {
    const { sending, head, at } = setUp();
    at.mockImplementation(() => Promise.resolve(marked('another')));
    expect(await sending({ current: true })).toMatchObject({ ours: true });
    expect([head.mock.calls.length, at.mock.calls.length]).toEqual([0, 0]);
  });

  it('is ours where it stands behind the log’s head as it was', async () => {
    const { sending, head, at } = setUp();
    head.mockImplementation(() => Promise.resolve(499));
    expect(await sending()).toMatchObject({ ours: true });
    expect(at).not.toHaveBeenCalled();
  });

  it.each([
    ['ours by its mark', 'mark.1', true],
    ['a repeat by the mark of another', 'other.1', false],
  ])('is, where it stands before the head, %s', async (_, mark, ours) => {
    const { sending, head, at } = setUp();
    head.mockImplementation(() => Promise.resolve(500));
    at.mockImplementation(() => Promise.resolve(marked(mark)));
    expect(await sending({ after: 6 })).toMatchObject({ ours });
    expect(at.mock.calls.map(([stream, revision]) => [stream, revision])).toEqual([['lead-1', 7]]);
  });

  it('is looked at itself where the head can’t be learnt', async () => {
    const { sending, head, at } = setUp();
    head.mockImplementation(() => Promise.reject(new StoreUnavailable('away')));
    at.mockImplementation(() => Promise.resolve(marked('other.1')));
    expect(await sending()).toMatchObject({ ours: false });
  });

  it('counts as ours where nothing of it can be learnt: it is written', async () => {
    const { sending, head, at } = setUp();
    head.mockImplementation(() => Promise.reject(new StoreUnavailable('away')));
    at.mockImplementation(() => Promise.reject(new StoreUnavailable('away')));
    expect(await sending()).toMatchObject({ ours: true, position: 500 });
    at.mockImplementation(() => Promise.resolve(null));
    expect(await sending()).toMatchObject({ ours: true });
    at.mockImplementation(() => Promise.reject(new TypeError('bug')));
    await expect(sending()).rejects.toThrow('bug');
  });

  it('shows how far the log reaches, unless it is a repeat', async () => {
    const { sending, line, head, at } = setUp();
    head.mockImplementation(() => Promise.resolve(500));
    at.mockImplementation(() => Promise.resolve(marked('other.1')));
    await sending();
    expect(line.seen.within(60_000)).toBeNull();
    // What is sent in one turn shares what it learns of the head.
    await turn();
    head.mockImplementation(() => Promise.resolve(100));
    await sending();
    expect(line.seen.within(60_000)).toBe(500);
  });

  it('asks for the head once for all that are sent in one turn', async () => {
    const { sending, head } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => sending()));
    expect(head).toHaveBeenCalledTimes(1);
    await sending();
    expect(head.mock.calls.length).toBeLessThanOrEqual(2);
  });
});

describe('the size of an append', () => {
  /** That many events which together have as many bytes as an append may have. */
  const full = (count: number, type: string): readonly PreparedEvent[] => {
    const least = Buffer.byteLength('{"text":""}{}');
    const each = Math.floor(appendLimits.bytes / count) - least;
    return prepared(events(count, () => ({ type, data: { text: 'x'.repeat(each) }, metadata: {} })));
  };

  it('is refused before it is sent where the server would refuse what is added to it', async () => {
    const { sending, appendToStream } = setUp();
    const refused = sending({ events: full(1_000, 'LinkClicked') });
    await expect(refused).rejects.toBeInstanceOf(InvalidAppend);
    await expect(refused).rejects.toMatchObject({ rule: 'too-many-bytes' });
    await expect(refused).rejects.toThrow(
      /^with what EventStoreDB counts besides, the append has \d+ bytes; it takes 1048576$/,
    );
    expect(appendToStream).not.toHaveBeenCalled();
  });

  it('is what the data, the metadata as sent and the types’ names come to', async () => {
    const { sending, appendToStream } = setUp();
    const counted = (list: readonly PreparedEvent[], sent: readonly EventData[]): number =>
      list.reduce(
        (sum, { data, type }, n) =>
          sum + Buffer.byteLength(data) + (sent[n]!.metadata as Uint8Array).length + 2 * type.length,
        0,
      );
    let [fits, most] = [0, 0];
    for (let count = 300; count < 700; count += 40) {
      const list = full(count, 'T'.repeat(20));
      const told = await sending({ events: list }).catch((error: unknown) => error);
      if (told instanceof InvalidAppend) {
        expect(Number(/has (\d+) bytes/.exec(told.message)?.[1])).toBeGreaterThan(1_048_576);
        continue;
      }
      fits++;
      most = Math.max(most, counted(list, appendToStream.mock.calls.at(-1)![1]));
    }
    expect(fits).toBeGreaterThan(0);
    expect(fits).toBeLessThan(10);
    expect(most).toBeLessThanOrEqual(1_048_576);
  });

  it('is no matter where a few events have little in them', async () => {
    const { sending } = setUp();
    expect(await sending({ events: prepared([anEvent(), anEvent()]) })).toMatchObject({ ours: true });
  });
});
