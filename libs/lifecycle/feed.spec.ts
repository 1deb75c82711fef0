import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../event-store/port.ts';
import { openSqliteEventStore } from '../event-store/sqlite/index.ts';
import { createFeed, type Feed, type FeedOptions, type Stretch } from './feed.ts';
import { appendTo, testMapping, until } from './testing.ts';

let events: EventStore;
let append: ReturnType<typeof appendTo>;
let feeds: Feed[];

beforeEach(() => {
  events = openSqliteEventStore({ file: ':memory:' });
  append = appendTo(events);
  feeds = [];
});
afterEach(async () => {
  await Promise.all(feeds.map(feed => feed.stop()));
  await events.close();
});

const open = (options: Partial<FeedOptions> = {}): Feed => {
  const feed = createFeed({ events, toLifecycle: testMapping, ...options });
  feeds.push(feed);
  return feed;
};

const placesOf = (stretches: readonly Stretch[]): readonly number[] =>
  stretches.flatMap(stretch => stretch.events.map(({ position }) => position));

describe('a feed', () => {
  it('reads nothing until somebody listens, and begins at the log’s end then', async () => {
    await append('LeadCaptured', 'OrderPlaced');
    const feed = open();
    expect([feed.position(), feed.since(0)]).toEqual([null, null]);
    const heard: Stretch[] = [];
    feed.listen(stretch => heard.push(stretch));
    await until(() => feed.position() !== null);
    expect([feed.position(), heard]).toEqual([2, []]);
    await append('PageViewed', 'OrderPlaced');
    await until(() => feed.position() === 4);
    expect(placesOf(heard)).toEqual([4]);
    expect(heard[0]).toMatchObject({ from: 2 });
  });

  it('reads once for all who listen', async () => {
    let reads = 0;
    const readAll: EventStore['readAll'] = (after, limit) => {
      reads++;
      return events.readAll(after, limit);
    };
    const feed = open({ events: { ...events, readAll } });
    const heard = [0, 0, 0];
    heard.forEach((_, n) => feed.listen(stretch => (heard[n]! += stretch.events.length)));
    await until(() => feed.position() !== null);
    const before = reads;
    await append('OrderPlaced');
    await until(() => heard.every(count => count === 1));
    expect(reads - before).toBeLessThanOrEqual(2);
  });

  it('remembers the latest for those who are a little behind, and says when it does not', async () => {
    const feed = open({ kept: 3 });
    feed.listen(() => undefined);
    await until(() => feed.position() === 0);
    await append('OrderPlaced', 'PageViewed', 'OrderPlaced', 'OrderPlaced', 'OrderPlaced');
    await until(() => feed.position() === 5);
    expect(feed.since(0)).toBeNull();
    expect(feed.since(1)!.events.map(({ position }) => position)).toEqual([3, 4, 5]);
    expect(feed.since(4)).toMatchObject({ from: 4, to: 5 });
    expect(feed.since(5)).toEqual({ from: 5, to: 5, events: [] });
    expect(feed.since(99)).toEqual({ from: 99, to: 99, events: [] });
  });

  it('stops reading when the last listener has gone, and begins anew with the next', async () => {
    const feed = open();
    const quiet = feed.listen(() => undefined);
    await until(() => feed.position() === 0);
    quiet();
    expect(feed.position()).toBeNull();
    await append('OrderPlaced');
    const heard: Stretch[] = [];
    feed.listen(stretch => heard.push(stretch));
    await until(() => feed.position() === 1);
    await append('OrderPlaced');
    await until(() => feed.position() === 2);
    expect(placesOf(heard)).toEqual([2]);
  });

  it('goes on by itself when the log was away', async () => {
    let away = true;
    const head: EventStore['head'] = () => (away ? Promise.reject(new Error('away')) : events.head());
    const lines: string[] = [];
    const feed = open({ events: { ...events, head }, log: (_, message) => lines.push(message) });
    feed.listen(() => undefined);
    await until(() => lines.length > 0);
    away = false;
    await until(() => feed.position() === 0);
  });
});
