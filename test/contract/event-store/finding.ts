import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import type { EventFilter, EventStore } from '../../../libs/event-store/port.ts';
import { anEvent, aStream, collect, idsOf } from '../../support/events.ts';
import { eachWith, type SubjectFactory } from './setup.ts';

const types = ['PageViewed', 'LinkClicked', 'EmailSent', 'OrderPlaced'];
const actors = ['api', 'import:olist', undefined];

const matches = (event: RecordedEvent, filter: EventFilter): boolean =>
  (filter.types?.includes(event.type) ?? true) &&
  (filter.leadId === undefined || event.metadata.leadId === filter.leadId) &&
  (filter.actor === undefined || event.metadata.actor === filter.actor) &&
  (filter.occurredFrom === undefined || event.occurredAt >= filter.occurredFrom) &&
  (filter.occurredTo === undefined || event.occurredAt < filter.occurredTo);

/** Follows `next` to the end, as a reader does. */
const findAll = async (store: EventStore, filter: EventFilter, limit: number): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  let after = 0;
  for (;;) {
    const page = await store.find(filter, after, limit);
    expect(page.events.length).toBeLessThanOrEqual(limit);
    found.push(...page.events);
    if (page.next === null) return found;
    expect(page.next).toBeGreaterThan(after);
    after = page.next;
  }
};

/** Looking for events by what they are about. */
export const finding = (factory: SubjectFactory): void => {
  const subject = eachWith(factory);

  const filled = async (): Promise<EventStore> => {
    const { store } = subject();
    const list = Array.from({ length: 240 }, (_, n) => {
      const leadId = n % 5 === 4 ? undefined : `l${n % 5}`;
      const actor = actors[n % 3];
      return anEvent({
        type: types[(n * 7) % 4]!,
        // Not in log order.
        occurredAt: 1_000 * ((n * 37) % 240),
        data: { n },
        metadata: { ...(leadId === undefined ? {} : { leadId }), ...(actor === undefined ? {} : { actor }) },
      });
    });
    for (let n = 0; n < 240; n += 40) await store.append(aStream(), list.slice(n, n + 40), 'NO_STREAM');
    return store;
  };

  it.each<EventFilter>([
    {},
    { types: ['LinkClicked'] },
    { types: ['LinkClicked', 'OrderPlaced'] },
    { types: ['OrderPlaced', 'LinkClicked', 'OrderPlaced', 'NeverHappened'] },
    { types: ['NeverHappened'] },
    { types: [] },
    { leadId: 'l2' },
    { leadId: 'l' },
    { actor: 'import:olist' },
    { actor: 'nobody' },
    { occurredFrom: 100_000 },
    { occurredTo: 100_000 },
    { occurredFrom: 50_000, occurredTo: 60_000 },
    { occurredFrom: 60_000, occurredTo: 50_000 },
    { leadId: 'l1', types: ['PageViewed', 'EmailSent'], actor: 'api' },
    { types: ['EmailSent'], actor: 'api', occurredFrom: 20_000, occurredTo: 220_000 },
    { leadId: 'l3', occurredFrom: 10_000 },
    { actor: 'api', occurredTo: 30_000 },
  ])('finds by %j exactly what matches, in log order, whatever the page', async filter => {
    const store = await filled();
    const expected = (await store.readAll(0, 1_000)).filter(event => matches(event, filter));
    for (const limit of [1, 7, 1_000]) expect(await findAll(store, filter, limit)).toEqual(expected);
  });

  it('looks only after the position', async () => {
    const store = await filled();
    const log = await store.readAll(0, 1_000);
    const filter = { types: ['LinkClicked', 'EmailSent'] };
    const after = log[100]!.position;
    const { events } = await store.find(filter, after, 1_000);
    expect(idsOf(events)).toEqual(idsOf(log.slice(101).filter(event => matches(event, filter))));
  });

  it('finds nothing where nothing is asked for, and goes on from there', async () => {
    const store = await filled();
    expect(await store.find({}, 0, 0)).toEqual({ events: [], next: 0 });
  });

  it('ends with null at the end of the log', async () => {
    const store = await filled();
    expect((await store.find({ leadId: 'l1' }, 0, 1_000)).next).toBeNull();
    expect((await store.find({}, await store.head(), 10)).next).toBeNull();
  });

  it('finds each of a lead’s events whichever stream they stand in', async () => {
    const { store } = subject();
    const metadata = { leadId: 'x1' };
    await store.append(aStream('lead'), [anEvent({ metadata })], 'ANY');
    await store.append(
      aStream('opportunity'),
      [anEvent({ metadata, data: { personal: { name: 'A' } } })],
      'ANY',
    );
    await store.append(aStream('lead'), [anEvent({ metadata: {}, data: { leadId: 'x1' } })], 'ANY');
    const { events } = await store.find({ leadId: 'x1' }, 0, 10);
    expect(events).toHaveLength(2);
    expect(events[1]!.data).toEqual({ personal: { name: 'A' } });
    for (const event of events) expect(await collect(store.readStream(event.stream))).toEqual([event]);
  });

  describe('a reader that follows', () => {
    it('goes on where it was when more has come', async () => {
      const { store } = subject();
      await store.append('lead-1', [anEvent({ type: 'EmailSent' })], 'ANY');
      const first = await store.find({ types: ['EmailSent'] }, 0, 10);
      await store.append('lead-1', [anEvent({ type: 'EmailSent' })], 'ANY');
      const then = await store.find({ types: ['EmailSent'] }, first.events[0]!.position, 10);
      expect(then.events.map(event => event.revision)).toEqual([1]);
    });
  });
};
