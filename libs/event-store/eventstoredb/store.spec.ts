import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as actual from '@eventstore/db-client';
import { clientEvent } from '../../../test/support/client-events.ts';
import { aStream, collect, events, idsOf } from '../../../test/support/events.ts';
import { InvalidAppend, StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { EventStore } from '../port.ts';

type ClientEvent = actual.RecordedEvent;

/** A log in memory, behind the calls of the client. */
const log: ClientEvent[] = [];
const streamOf = (stream: string): ClientEvent[] => log.filter(({ streamId }) => streamId === stream);
/** What an append waits for before it is taken. */
let gate: () => Promise<void> = () => Promise.resolve();
let [underWay, mostUnderWay] = [0, 0];

const give = (list: () => readonly ClientEvent[]): EventEmitter => {
  const reading = Object.assign(new EventEmitter(), { cancel: () => Promise.resolve() });
  setImmediate(() => {
    try {
      for (const event of list()) reading.emit('data', { event });
      reading.emit('end');
    } catch (error) {
      reading.emit('error', error);
    }
  });
  return reading;
};

const client = {
  appendToStream: async (
    stream: string,
    list: readonly actual.EventData[],
    { expectedRevision }: { readonly expectedRevision: unknown },
  ) => {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    try {
      await gate();
      const head = streamOf(stream).length - 1;
      const expected = expectedRevision === actual.NO_STREAM ? -1 : Number(expectedRevision);
      if (head !== expected)
        throw new actual.WrongExpectedVersionError(undefined, {
          streamName: stream,
          current: BigInt(head),
          expected: BigInt(expected),
        });
      for (const { id, type, data, metadata } of list)
        log.push(
          clientEvent({
            ...{
              id,
              type,
              streamId: stream,
              revision: BigInt(streamOf(stream).length),
              at: (log.length + 1) * 10,
            },
            data: data as never,
            metadata: JSON.parse(Buffer.from(metadata as Uint8Array).toString()) as never,
          }),
        );
      const { position, revision } = log.at(-1)!;
      return { nextExpectedRevision: revision, position };
    } finally {
      underWay--;
    }
  },
  readStream: (
    stream: string,
    { fromRevision, maxCount }: { readonly fromRevision: bigint; readonly maxCount: number },
  ) =>
    give(() => {
      if (streamOf(stream).length === 0) throw new actual.StreamNotFoundError(undefined, stream);
      return streamOf(stream).slice(Number(fromRevision)).slice(0, maxCount);
    }),
  readAll: ({
    direction,
    fromPosition,
    maxCount,
  }: {
    readonly direction?: string;
    readonly fromPosition: { readonly commit?: bigint };
    readonly maxCount: number;
  }) =>
    give(() =>
      direction === actual.BACKWARDS
        ? log.slice(-maxCount).reverse()
        : log.filter(({ position }) => position!.commit >= (fromPosition.commit ?? 0n)).slice(0, maxCount),
    ),
  subscribeToAll: () => Object.assign(new EventEmitter(), { unsubscribe: () => Promise.resolve() }),
  dispose: jest.fn(() => Promise.resolve()),
};
jest.unstable_mockModule('@eventstore/db-client', () => ({
  ...actual,
  EventStoreDBClient: { connectionString: () => client },
}));
const { openEventStoreDb } = await import('./index.ts');

describe('the event store over a client of EventStoreDB', () => {
  let store: EventStore;
  let now: number;
  beforeEach(() => {
    log.length = 0;
    [now, underWay, mostUnderWay] = [1_000, 0, 0];
    gate = () => Promise.resolve();
    client.dispose.mockClear();
    store = openEventStoreDb({ address: 'esdb://localhost:2113?tls=false', clock: () => now });
  });
  afterEach(() => store.close());

  const gated = () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    gate = () => promise;
    return () => resolve(undefined);
  };

  it('reads back what it appended, by every way of reading', async () => {
    const list = events(3);
    const stream = aStream();
    expect(await store.append(stream, list, 'NO_STREAM')).toEqual({
      revision: 2,
      position: 30,
      duplicates: [],
    });
    const read = await collect(store.readStream(stream));
    expect(idsOf(read)).toEqual(idsOf(list));
    expect(await store.readAll(0, 10)).toEqual(read);
    expect(await store.find({}, 0, 10)).toEqual({ events: read, next: null });
    expect(await store.head()).toBe(30);
  });

  it('records events at its clock, and never before an earlier one of this process', async () => {
    for (const time of [1_000, 700, 1_200, 1_199]) {
      now = time;
      await store.append(aStream(), events(1), 'ANY');
    }
    expect((await store.readAll(0, 10)).map(({ recordedAt }) => recordedAt)).toEqual([
      1_000, 1_000, 1_200, 1_200,
    ]);
  });

  it('marks each append with another mark, also those of another store', async () => {
    const other = openEventStoreDb({ address: 'esdb://localhost:2113?tls=false' });
    for (const each of [store, other, store, other]) await each.append(aStream(), events(2), 'ANY');
    const marks = log.map(
      ({ metadata }) => (metadata as { readonly $leadfold: { readonly by?: string } }).$leadfold.by,
    );
    expect(marks.filter((_, n) => n % 2 === 1)).toEqual([undefined, undefined, undefined, undefined]);
    expect(new Set(marks.filter((_, n) => n % 2 === 0)).size).toBe(4);
    await other.close();
  });

  it('has two hundred appends under way at most, and takes all', async () => {
    const open = gated();
    const all = Array.from({ length: 450 }, () => store.append(aStream(), events(1), 'ANY'));
    for (let n = 0; n < 20; n++) await turn();
    expect(underWay).toBe(200);
    open();
    await Promise.all(all);
    expect([mostUnderWay, log.length]).toEqual([200, 450]);
  });

  it('sends appends to one stream one after the other, in the order of the calls', async () => {
    const stream = aStream();
    const all = await Promise.all(Array.from({ length: 20 }, () => store.append(stream, events(1), 'ANY')));
    expect(all.map(({ revision }) => revision)).toEqual(all.map((_, n) => n));
    expect(mostUnderWay).toBe(1);
  });

  describe('appending to several streams', () => {
    const [a, b, c] = ['lead-a', 'lead-b', 'lead-c'] as const;

    it('goes in order, and answers for each', async () => {
      const appended = await store.appendEach([
        { stream: a, events: events(2), expected: 'NO_STREAM' },
        { stream: b, events: events(1), expected: 'ANY' },
        { stream: a, events: events(1), expected: 1 },
      ]);
      expect(appended.map(({ revision, position }) => [revision, position])).toEqual([
        [1, 20],
        [0, 30],
        [2, 40],
      ]);
      expect(await store.appendEach([])).toEqual([]);
    });

    it('stops at the first that is refused, and keeps those before', async () => {
      const refused = store.appendEach([
        { stream: a, events: events(1), expected: 'NO_STREAM' },
        { stream: b, events: events(1), expected: 4 },
        { stream: c, events: events(1), expected: 'NO_STREAM' },
      ]);
      await expect(refused).rejects.toEqual(new WrongExpectedRevision(b, 4, null));
      expect(log.map(({ streamId }) => streamId)).toEqual([a]);
    });

    it('sends nothing where one breaks a rule, wherever it stands', async () => {
      const refused = store.appendEach([
        { stream: a, events: events(1), expected: 'NO_STREAM' },
        { stream: 'no name', events: events(1), expected: 'ANY' },
      ]);
      await expect(refused).rejects.toBeInstanceOf(InvalidAppend);
      expect(log).toEqual([]);
    });

    it('says how far it came when the server goes away between two, and that nobody knows of the rest', async () => {
      store = openEventStoreDb({ address: 'esdb://localhost:2113?tls=false', answerMs: 60 });
      let calls = 0;
      gate = () =>
        ++calls > 1 ? Promise.reject(new actual.UnavailableError(undefined, 'gone')) : Promise.resolve();
      const refused = store.appendEach(
        [a, b, c].map(stream => ({ stream, events: events(1), expected: 'ANY' as const })),
      );
      await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(refused).rejects.toMatchObject({
        message: 'after 1 of 3 appends: EventStoreDB is away: gone',
        outcomeUnknown: true,
      });
      expect(log.map(({ streamId }) => streamId)).toEqual([a]);
    });
  });

  describe('its doorbell', () => {
    it('rings for what was written, and not for a repeat or a refusal', async () => {
      const ring = jest.fn();
      store.onAppended(ring);
      const [stream, list] = [aStream(), events(2)];
      await store.append(stream, list, 'NO_STREAM');
      for (let n = 0; n < 3; n++) await turn();
      expect(ring).toHaveBeenCalledTimes(1);
      await store.append(stream, list, 'NO_STREAM');
      await store.append(stream, events(1), 'NO_STREAM').catch(() => undefined);
      for (let n = 0; n < 3; n++) await turn();
      expect(ring).toHaveBeenCalledTimes(1);
      await store.append(stream, [...list, ...events(1)], 'ANY');
      for (let n = 0; n < 3; n++) await turn();
      expect(ring).toHaveBeenCalledTimes(2);
    });
  });

  describe('closing', () => {
    it('waits for what is under way, and refuses everything since', async () => {
      const open = gated();
      const appending = store.append(aStream(), events(1), 'ANY');
      await turn();
      const order: string[] = [];
      const closing = store.close().then(() => order.push('closed'));
      const late: readonly (() => Promise<unknown>)[] = [
        () => store.append(aStream(), events(1), 'ANY'),
        () => store.appendEach([]),
        () => store.readAll(0, 1),
        () => store.find({}, 0, 1),
        () => store.head(),
        () => collect(store.readStream('lead-1')),
      ];
      for (const call of late)
        await expect(call()).rejects.toThrow(new StoreUnavailable('the event store is closed'));
      expect([order, client.dispose.mock.calls.length]).toEqual([[], 0]);
      open();
      expect(await appending).toMatchObject({ revision: 0 });
      await closing;
      expect(log).toHaveLength(1);
      expect(store.close()).toBe(store.close());
    });

    it('makes no client where none was asked for', async () => {
      await store.close();
      expect(client.dispose).not.toHaveBeenCalled();
    });
  });

  it('asks nothing of the server for no events at all', async () => {
    const { readAll } = client;
    client.readAll = jest.fn(readAll);
    expect(await store.readAll(5, 0)).toEqual([]);
    expect(await store.find({}, 5, 0)).toEqual({ events: [], next: 5 });
    expect(client.readAll).not.toHaveBeenCalled();
    client.readAll = readAll;
  });
});
