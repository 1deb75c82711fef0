import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { anEvent, collect, events, idsOf } from '../../../test/support/events.ts';
import { sqliteSubject } from '../../../test/support/sqlite-events.ts';
import type { Json } from '../../domain/event.ts';
import type { PersonalCodec } from '../codec.ts';
import type { EventFilter } from '../port.ts';

describe('the SQLite event store', () => {
  let subject: ReturnType<typeof sqliteSubject>;
  const codec = {
    encode: jest.fn<PersonalCodec['encode']>((personal, leadId) =>
      Buffer.from(JSON.stringify([leadId, personal])).toString('base64'),
    ),
    decode: jest.fn<PersonalCodec['decode']>((text, leadId) => {
      const [owner, personal] = JSON.parse(Buffer.from(text, 'base64').toString()) as [string | null, Json];
      if (owner !== leadId) throw new Error('the key of another lead');
      return personal;
    }),
  };

  beforeEach(() => {
    jest.clearAllMocks();
    subject = sqliteSubject({ codec });
  });
  afterEach(() => subject.dispose());

  const rows = (sql: string): unknown[] => {
    const db = new Database(subject.file, { readonly: true });
    const found = db.prepare(sql).all();
    db.close();
    return found;
  };

  describe('personal data', () => {
    it('passes through the codec of its lead on the way in and out, by every way of reading', async () => {
      const { store } = subject;
      const data = { origin: 'social', personal: { email: 'a@example.com' } };
      await store.append('lead-1', [anEvent({ data, metadata: { leadId: 'l7' } })], 'ANY');
      await store.append('identity-1', [anEvent({ data, metadata: {} })], 'ANY');
      expect(codec.encode.mock.calls).toEqual([
        [data.personal, 'l7'],
        [data.personal, null],
      ]);
      const read = [
        ...(await collect(store.readStream('lead-1'))),
        ...(await store.readAll(0, 10)),
        ...(await store.find({ leadId: 'l7' }, 0, 10)).events,
      ];
      expect(read.map(event => event.data)).toEqual([data, data, data, data]);
    });

    it('stands nowhere in the file but as the codec wrote it', async () => {
      const data = { personal: { email: 'nobody@example.com' }, leadId: 'l1' };
      await subject.store.append('lead-1', [anEvent({ data })], 'ANY');
      const [row] = rows('SELECT * FROM events') as [Record<string, unknown>];
      expect(JSON.stringify(row)).not.toContain('nobody');
      expect(row.data).toBe('{"leadId":"l1"}');
    });

    it('that there is none of does not meet the codec', async () => {
      await subject.store.append('lead-1', [anEvent()], 'ANY');
      await subject.store.readAll(0, 10);
      expect(codec.encode).not.toHaveBeenCalled();
      expect(codec.decode).not.toHaveBeenCalled();
    });
  });

  it('gives positions without a gap, also after refusals', async () => {
    const { store } = subject;
    await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        store.append(`lead-${n % 7}`, events(2), n % 3 === 0 ? 'NO_STREAM' : 'ANY'),
      ),
    );
    const log = await store.readAll(0, 1_000);
    expect(log.map(event => event.position)).toEqual(log.map((_, n) => n + 1));
  });

  describe('a long log', () => {
    const size = 45_000;
    const { store, dispose } = sqliteSubject();
    afterAll(dispose);

    beforeAll(async () => {
      const append = (n: number): Promise<unknown> =>
        store.append(
          `lead-${n}`,
          events(500, index => {
            const place = n * 500 + index;
            return {
              type: place === 41_000 ? 'OrderPlaced' : place % 2 === 0 ? 'PageViewed' : 'LinkClicked',
              occurredAt: place,
              metadata: {
                leadId: place % 20_000 === 0 ? 'rare' : 'usual',
                actor: place === 44_000 ? 'ops' : 'web',
              },
            };
          }),
          'NO_STREAM',
        );
      await Promise.all(Array.from({ length: size / 500 }, (_, n) => append(n)));
    });

    it.each<[EventFilter, number, number]>([
      [{ types: ['OrderPlaced'] }, 1, 1],
      [{ types: ['OrderPlaced', 'NeverHappened'] }, 1, 1],
      [{ leadId: 'rare' }, 3, 1],
      [{ occurredFrom: 30_000, occurredTo: 30_010 }, 10, 1],
      [{ leadId: 'usual', actor: 'ops' }, 1, 3],
      [{ actor: 'ops' }, 1, 3],
      [{ types: ['PageViewed', 'LinkClicked', 'OrderPlaced'], actor: 'ops' }, 1, 5],
      [{ occurredFrom: 10_000, actor: 'ops' }, 1, 3],
    ])('is looked through by %j in bounded steps', async (filter, matches, steps) => {
      const found = [];
      let calls = 0;
      for (let after: number | null = 0; after !== null; calls++) {
        const page: Awaited<ReturnType<typeof store.find>> = await store.find(filter, after, 100);
        found.push(...page.events);
        after = page.next;
      }
      expect(found).toHaveLength(matches);
      expect(calls).toBeLessThanOrEqual(steps);
      expect(calls).toBeGreaterThanOrEqual(Math.min(steps, 2));
    });

    it('lets others work while it is read', async () => {
      let turns = 0;
      const timer = setInterval(() => turns++, 0);
      const log = await store.readAll(0, size);
      clearInterval(timer);
      expect(new Set(idsOf(log)).size).toBe(size);
      expect(turns).toBeGreaterThan(2);
    });
  });

  it('keeps no process alive by listening', () => {
    const before = process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
    subject.store.onAppended(() => undefined);
    const after = process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
    expect(after).toBe(before);
  });
});
