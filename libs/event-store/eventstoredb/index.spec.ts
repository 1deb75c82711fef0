import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, binaryEvent, jsonEvent } from '@eventstore/db-client';
import { startEsdb, type RunningEsdb } from '../../../test/servers/esdb/start.ts';
import { unhurried } from '../../../test/support/esdb-events.ts';
import { anEvent, aStream, collect, events, idsOf } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { InvalidAppend } from '../errors.ts';
import { appendLimits, type EventStore } from '../port.ts';
import { openEventStoreDb, type EventStoreDbOptions } from './index.ts';

const folder = temporaryFolder();
let server: RunningEsdb;
let bare: EventStoreDBClient;
const opened: EventStore[] = [];
const open = (options: Partial<EventStoreDbOptions> = {}): EventStore => {
  const store = openEventStoreDb({ address: server.url, answerMs: unhurried, ...options });
  opened.push(store);
  return store;
};

beforeAll(async () => {
  server = await startEsdb({ dir: folder.path, args: ['--no-sync'] });
  bare = EventStoreDBClient.connectionString(server.url);
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
afterAll(async () => {
  await bare.dispose();
  await server.stop();
  folder.remove();
});

describe('the log in EventStoreDB', () => {
  it('holds what others need to read an event, and keeps personal data apart', async () => {
    const store = open({ clock: () => 1_700_000_000_000 });
    const stream = aStream();
    const event = anEvent({ data: { leadId: 'l1', personal: { email: 'ann@example.org' } }, version: 2 });
    await store.append(stream, [event], 'NO_STREAM');
    for await (const { event: there } of bare.readStream(stream)) {
      expect(there).toMatchObject({ id: event.id, type: event.type, isJson: true, data: { leadId: 'l1' } });
      expect(there?.metadata).toEqual({
        ...event.metadata,
        $leadfold: {
          ...{ version: 2, occurredAt: event.occurredAt, recordedAt: 1_700_000_000_000 },
          ...{ personal: '{"email":"ann@example.org"}', by: expect.any(String) },
        },
      });
    }
  });

  it('decodes personal data by the codec that it is given', async () => {
    const codec = {
      encode: (value: unknown, leadId: string | null) => `${leadId} ${JSON.stringify(value)}`,
      decode: (text: string) => JSON.parse(text.slice(text.indexOf(' '))) as never,
    };
    const store = open({ codec });
    const stream = aStream();
    await store.append(stream, [anEvent({ data: { personal: { name: 'Ann' } } })], 'ANY');
    const [event] = await collect(store.readStream(stream));
    expect(event!.data).toEqual({ personal: { name: 'Ann' } });
  });

  it('shows events that others wrote as far as they can be read, and none of the system', async () => {
    const store = open();
    const before = await store.head();
    const stream = aStream();
    await bare.appendToStream(stream, [
      jsonEvent({ type: 'Ours', data: { n: 1 } }),
      binaryEvent({ type: 'Binary', data: Buffer.from('nothing') }),
      jsonEvent({ type: '$system', data: {} }),
      jsonEvent({ type: 'Odd', data: { n: 2 }, metadata: Buffer.from('{"half') }),
    ]);
    const read = await store.readAll(before, 100);
    expect(read.map(({ type, version, unreadable }) => [type, version, unreadable])).toEqual([
      ['Ours', 1, undefined],
      ['Binary', 1, 'its data is no JSON object'],
      ['Odd', 1, 'its metadata is no JSON object'],
    ]);
    expect(read[0]).toMatchObject({ data: { n: 1 }, metadata: {}, stream, revision: 0 });
    expect(read[0]!.occurredAt).toBe(read[0]!.recordedAt);
    expect(Math.abs(Date.now() - read[0]!.recordedAt)).toBeLessThan(60_000);
  });

  it('has its head at the last event that is not of the system, and pages past any number of those', async () => {
    const store = open();
    const { position } = await store.append(aStream(), events(1), 'ANY');
    await bare.appendToStream(
      aStream(),
      Array.from({ length: 300 }, () => jsonEvent({ type: '$noise', data: {} })),
    );
    expect(await store.head()).toBe(position);
    const later = events(3);
    await store.append(aStream(), later, 'ANY');
    expect(idsOf(await store.readAll(position, 2))).toEqual(idsOf(later.slice(0, 2)));
    expect((await store.find({}, position, 2)).events.map(({ id }) => id)).toEqual(idsOf(later.slice(0, 2)));
  });

  it('can be read from any position, also where no event stands', async () => {
    const store = open();
    const start = await store.head();
    await store.append(aStream(), events(30), 'ANY');
    const log = await store.readAll(start, 100);
    for (const n of [0, 1, 15, 29])
      for (const off of [-1, 1, 7])
        expect(idsOf(await store.readAll(log[n]!.position + off, 3))).toEqual(
          idsOf(log.filter(({ position }) => position > log[n]!.position + off).slice(0, 3)),
        );
    const early = await store.readAll(1, 5);
    expect(early).toEqual(await store.readAll(0, 5));
    expect(await store.readAll(early[2]!.position - 3, 2)).toEqual(early.slice(2, 4));
  });

  it('is looked through by find in bounded stretches', async () => {
    const store = open();
    const start = await store.head();
    for (let n = 0; n < 25; n++) await store.append(aStream(), events(1_000), 'NO_STREAM');
    await store.append(aStream(), [anEvent({ type: 'Rare' })], 'ANY');
    const first = await store.find({ types: ['Rare'] }, start, 10);
    expect(first.events).toEqual([]);
    expect(first.next).toBeGreaterThan(start);
    const second = await store.find({ types: ['Rare'] }, first.next!, 10);
    expect([second.events.length, second.next]).toEqual([1, null]);
  });

  it('refuses before it sends what the server would not take with what it adds', async () => {
    const store = open();
    const stream = aStream();
    const text = 'x'.repeat(Math.floor(appendLimits.bytes / 1_000) - '{"text":""}{}'.length);
    const full = events(1_000, () => ({ data: { text }, metadata: {} }));
    const refused = store.append(stream, full, 'NO_STREAM');
    await expect(refused).rejects.toBeInstanceOf(InvalidAppend);
    await expect(refused).rejects.toMatchObject({ rule: 'too-many-bytes' });
    expect(await collect(store.readStream(stream))).toEqual([]);
    // The same bytes in fewer events fit.
    await store.append(
      stream,
      events(100, () => ({ data: { text: text.repeat(9) }, metadata: {} })),
      'NO_STREAM',
    );
  });

  it('goes on in a stream that was deleted, and refuses one that was ended', async () => {
    const store = open();
    const [soft, hard] = [aStream(), aStream()];
    for (const stream of [soft, hard])
      await bare.appendToStream(stream, [jsonEvent({ type: 'A', data: {} })]);
    await bare.deleteStream(soft);
    await bare.tombstoneStream(hard);
    expect(await collect(store.readStream(soft))).toEqual([]);
    expect(await collect(store.readStream(hard))).toEqual([]);
    expect((await store.append(soft, events(1), 'ANY')).revision).toBe(1);
    await expect(store.append(hard, events(1), 'ANY')).rejects.toMatchObject({
      name: 'StoreUnavailable',
      outcomeUnknown: false,
    });
  });

  it('tells a repeat from a first time although another wrote it since the stream was last read', async () => {
    const [one, other] = [open(), open()];
    const stream = aStream();
    await one.append(stream, events(2), 'NO_STREAM');
    await collect(other.readStream(stream));
    const list = events(2);
    const first = await one.append(stream, list, 1);
    expect(await other.append(stream, list, 1)).toEqual({ ...first, duplicates: idsOf(list) });
    const more = events(1);
    const second = await one.append(stream, more, 'ANY');
    expect(await other.append(stream, more, 'ANY')).toEqual({ ...second, duplicates: idsOf(more) });
  });

  it('takes 300 appends at once, though fewer are under way', async () => {
    const store = open();
    const before = await store.head();
    await Promise.all(Array.from({ length: 300 }, () => store.append(aStream(), events(1), 'ANY')));
    expect(await store.readAll(before, 1_000)).toHaveLength(300);
  });

  it('is found by several addresses, and by the other scheme', async () => {
    const { port } = server;
    for (const address of [
      `esdb://127.0.0.1:1,127.0.0.1:${port}?tls=false`,
      `kurrentdb://127.0.0.1:${port}?tls=false`,
    ]) {
      const store = open({ address });
      const stream = `lead-${randomUUID()}`;
      await store.append(stream, events(1), 'NO_STREAM');
      expect(await collect(store.readStream(stream))).toHaveLength(1);
      await store.close();
    }
  });
});
