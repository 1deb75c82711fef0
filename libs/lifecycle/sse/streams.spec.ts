import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../../event-store/port.ts';
import { openSqliteEventStore } from '../../event-store/sqlite/index.ts';
import { createFeed } from '../feed.ts';
import { createReadOn } from '../read-on.ts';
import { appendTo, testMapping, until } from '../testing.ts';
import type { Sink, Streams, Wanted } from './port.ts';

import { createStreams, type StreamsOptions } from './streams.ts';

let events: EventStore;
let append: ReturnType<typeof appendTo>;
let opened: Streams[];

beforeEach(() => {
  events = openSqliteEventStore({ file: ':memory:' });
  append = appendTo(events);
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map(streams => streams.close()));
  await events.close();
});

const open = (options: Partial<StreamsOptions> = {}, store: EventStore = events): Streams => {
  const feed = createFeed({ events: store, toLifecycle: testMapping, kept: 10 });
  const streams = createStreams({ feed, readOn: createReadOn(store, testMapping), ...options });
  opened.push(streams);
  return streams;
};

/** A client that takes so many chunks and no more until it is let. */
const aClient = (room = Infinity) => {
  const chunks: string[] = [];
  let left = room;
  let drained: (() => void) | undefined;
  const state = { ended: false, dropped: false };
  const sink: Sink = {
    write: chunk => {
      chunks.push(chunk.toString());
      return --left > 0;
    },
    onDrained: callback => (drained = callback),
    end: () => (state.ended = true),
    drop: () => (state.dropped = true),
  };
  return {
    sink,
    state,
    chunks,
    places: (): readonly number[] =>
      [...chunks.join('').matchAll(/"position":"(\d+)"/g)].map(match => Number(match[1])),
    drain: (more = Infinity) => {
      left = more;
      drained?.();
    },
  };
};

const all: Wanted = { types: null, after: 0 };

describe('streams', () => {
  it('tell a client what it missed, then what comes', async () => {
    await append('LeadCaptured', 'PageViewed', 'OrderPlaced');
    const streams = open();
    const client = aClient();
    streams.open(client.sink, all);
    await until(() => client.places().length === 2);
    await append('OrderPlaced');
    await until(() => client.places().length === 3);
    expect(client.places()).toEqual([1, 3, 4]);
    expect(client.chunks[0]).toBe('retry: 2000\n: open\n\n');
    expect(streams.status()).toEqual({ clients: 1, blocked: 0, delivered: 3 });
  });

  it('begin with what comes, where no place is given', async () => {
    await append('LeadCaptured');
    const streams = open();
    const [early, late] = [aClient(), aClient()];
    streams.open(early.sink, { ...all, after: null });
    await pause(60);
    streams.open(late.sink, { ...all, after: null });
    await append('OrderPlaced');
    await until(() => early.places().length > 0 && late.places().length > 0);
    expect([early.places(), late.places()]).toEqual([[2], [2]]);
  });

  it('hold what a client wants and nothing else, of the past and the future', async () => {
    await append('LeadCaptured', 'OrderPlaced');
    const streams = open();
    const clients = ['leadfold.lead.captured', 'leadfold.order.placed'].map(type => {
      const client = aClient();
      streams.open(client.sink, { types: new Set([type]), after: 0 });
      return client;
    });
    await until(() => clients.every(client => client.places().length === 1));
    await append('LeadCaptured', 'OrderPlaced', 'OrderPlaced');
    await until(() => clients[1]!.places().length === 3);
    expect(clients.map(client => client.places())).toEqual([
      [1, 3],
      [2, 4, 5],
    ]);
  });

  it('hand a client that does not keep up nothing more, and go on where it stood', async () => {
    const streams = open();
    // The opening and one chunk.
    const slow = aClient(2);
    const quick = aClient();
    streams.open(slow.sink, all);
    streams.open(quick.sink, all);
    for (let n = 1; n <= 30; n++) {
      await append('OrderPlaced');
      await until(() => quick.places().length === n);
    }
    expect(slow.chunks.length).toBe(2);
    expect(streams.status().blocked).toBe(1);
    slow.drain();
    await until(() => slow.places().length === 30);
    expect(slow.places()).toEqual(quick.places());
    expect(streams.status().blocked).toBe(0);
  });

  it('are cut off where a client does not keep up for too long', async () => {
    await append('OrderPlaced');
    const streams = open({ patienceMs: 60, heartbeatMs: 60 });
    const stuck = aClient(2);
    streams.open(stuck.sink, all);
    await until(() => stuck.state.dropped);
  });

  it('are kept open while there is nothing to tell, and move the client’s place', async () => {
    await append('PageViewed', 'PageViewed');
    const streams = open({ heartbeatMs: 60 });
    const client = aClient();
    streams.open(client.sink, all);
    await until(() => client.chunks.includes(': nothing new\nid: 2\n\n'));
  });

  it('end when the server does, and none begins after', async () => {
    const streams = open();
    const [one, another] = [aClient(), aClient()];
    streams.open(one.sink, all);
    await streams.close();
    streams.open(another.sink, all);
    expect([one.state.ended, another.state.ended]).toEqual([true, true]);
    expect(streams.status().clients).toBe(0);
  });

  it('forget a client that has gone, and stop reading when it was the last', async () => {
    const streams = open();
    const client = aClient();
    const gone = streams.open(client.sink, all);
    await append('OrderPlaced');
    await until(() => client.places().length === 1);
    gone();
    await append('OrderPlaced');
    await pause(60);
    expect(client.places()).toEqual([1]);
    expect(streams.status().clients).toBe(0);
  });

  it('go on when the log was away', async () => {
    await append('OrderPlaced');
    let failures = 1;
    const find: EventStore['find'] = (...given) =>
      failures-- > 0 ? Promise.reject(new Error('away')) : events.find(...given);
    const lines: string[] = [];
    const streams = open({ log: (_, message) => lines.push(message) }, { ...events, find });
    const client = aClient();
    streams.open(client.sink, all);
    await until(() => client.places().length === 1);
    expect(lines).toEqual(['the log is away; a stream waits']);
  });

  it('read the log for a few at a time, when many come back at once', async () => {
    await append(...Array.from({ length: 40 }, () => 'OrderPlaced'));
    let [now, most] = [0, 0];
    const find: EventStore['find'] = async (...given) => {
      most = Math.max(most, ++now);
      await pause(1);
      now--;
      return events.find(...given);
    };
    const streams = open({}, { ...events, find });
    const clients = Array.from({ length: 60 }, () => aClient());
    for (const client of clients) streams.open(client.sink, all);
    await until(() => clients.every(client => client.places().length === 40));
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
  });
});
