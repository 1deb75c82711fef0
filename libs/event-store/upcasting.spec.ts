import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anEvent, collect, events } from '../../test/support/events.ts';
import { sqliteSubject } from '../../test/support/sqlite-events.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { upcasting } from './upcasting.ts';

/** Version 2 of `LinkClicked` calls its link `href`. */
const upcast = (event: RecordedEvent): RecordedEvent => {
  if (event.type !== 'LinkClicked' || event.version !== 1) return event;
  const { url, ...rest } = event.data as { readonly url: string };
  return { ...event, version: 2, data: { ...rest, href: url } };
};

describe('upcasting', () => {
  let subject: ReturnType<typeof sqliteSubject>;
  beforeEach(() => {
    subject = sqliteSubject();
  });
  afterEach(() => subject.dispose());

  it('shows the newest version by every way of reading', async () => {
    const store = upcasting(subject.store, upcast);
    await store.append('lead-1', [anEvent({ data: { url: 'x' }, metadata: { leadId: 'l1' } })], 'NO_STREAM');
    const expected = { version: 2, data: { href: 'x' }, revision: 0 };
    expect(await collect(store.readStream('lead-1'))).toMatchObject([expected]);
    expect(await store.readAll(0, 10)).toMatchObject([expected]);
    expect((await store.find({ leadId: 'l1' }, 0, 10)).events).toMatchObject([expected]);
  });

  it('finds the old events among new ones', async () => {
    const store = upcasting(subject.store, upcast);
    const versions = [2, 2, 1, 2, 1];
    await store.append(
      'lead-1',
      versions.map(version => anEvent({ version, data: version === 1 ? { url: 'x' } : { href: 'x' } })),
      'NO_STREAM',
    );
    expect((await store.readAll(0, 10)).map(event => [event.version, event.data])).toEqual(
      versions.map(() => [2, { href: 'x' }]),
    );
  });

  it('hands on what needs no change as it is', async () => {
    const page = [] as RecordedEvent[];
    const store = upcasting({ ...subject.store, readAll: () => Promise.resolve(page) }, event => event);
    expect(await store.readAll(0, 10)).toBe(page);
  });

  it('leaves the rest of the store as it is', async () => {
    const store = upcasting(subject.store, upcast);
    await store.append('lead-1', events(3), 'NO_STREAM');
    expect(await store.head()).toBe(3);
    expect((await collect(store.readStream('lead-1', 2))).map(event => event.revision)).toEqual([2]);
    expect((await store.find({}, 0, 2)).next).toBe(2);
    const rung = new Promise<void>(resolve => {
      store.onAppended(resolve);
    });
    await store.append('lead-1', events(1), 2);
    await rung;
    await store.close();
    await expect(subject.store.head()).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });
});
