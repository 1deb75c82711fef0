import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqliteSubject } from '../../test/support/sqlite-events.ts';
import type { EventStore } from '../event-store/port.ts';
import { createKeyedHash } from '../handling/keyed-hash.ts';
import { bulkBegin, dryBegin } from './begin.ts';
import { bulkAppend, type StreamEvent } from './bulk.ts';
import { bulkClaim, dryClaim } from './claims.ts';
import type { RawRow } from './csv.ts';
import { RowError } from './define.ts';
import { dryAppend } from './dry.ts';
import { createWindow, type Window } from './window.ts';
import type { Writing } from './write-rows.ts';

const hash = createKeyedHash('a secret of the specs');
let subject: ReturnType<typeof sqliteSubject>;
let store: EventStore;
beforeEach(() => {
  subject = sqliteSubject();
  ({ store } = subject);
});
afterEach(() => subject.dispose());

const real = (): Writing => ({
  ...{ hash, claim: bulkClaim(store), append: bulkAppend(store), begin: bulkBegin(store), store },
});
const dry = (): Writing => ({
  ...{ hash, claim: dryClaim(store), append: dryAppend(store), begin: dryBegin(store), store: null },
});

const raw = (line: number): RawRow => ({ line, columns: ['id'], cells: [`${line}`], problem: null });
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const fact = (
  n: number,
  leadId: string,
  change: { email?: string; begins?: true; stream?: string } = {},
): StreamEvent => ({
  stream: change.stream ?? `lead-${leadId}`,
  ...(change.begins === true ? { begins: true as const } : {}),
  event: {
    id: idOf(n),
    type: change.email === undefined ? 'PageViewed' : 'LeadCaptured',
    version: 1,
    occurredAt: 0,
    data: { leadId, ...(change.email === undefined ? {} : { personal: { email: change.email } }) },
    metadata: { leadId },
  },
});
const take = (window: Window, line: number, ...events: readonly StreamEvent[]): void =>
  window.take([raw(line)], 10, events);
const typesOf = async (): Promise<readonly string[]> =>
  (await store.readAll(0, 100)).map(({ stream, type }) => `${stream.split('-')[0]} ${type}`);

describe('a window', () => {
  it('writes nothing before it is flushed, and is empty afterwards', async () => {
    const window = createWindow('a.csv', real());
    take(window, 2, fact(1, 'a'), fact(2, 'a'));
    take(window, 3);
    expect(await store.head()).toBe(0);
    expect((await window.flush()).counts).toEqual({
      rows: 2,
      appended: 2,
      duplicates: 0,
      ignored: 1,
      refused: 0,
    });
    expect((await window.flush()).counts).toEqual({
      rows: 0,
      appended: 0,
      duplicates: 0,
      ignored: 0,
      refused: 0,
    });
    expect(await store.head()).toBe(2);
  });

  it('is full by the number of its facts and rows, or by their characters', () => {
    const many = createWindow('a.csv', real());
    for (let n = 0; n < 1_999; n++) take(many, n, fact(n, 'a'));
    expect(many.full()).toBe(false);
    take(many, 2_000, fact(2_000, 'a'));
    expect(many.full()).toBe(true);
    const large = createWindow('a.csv', real());
    large.take([raw(1)], 7_999_999, []);
    expect(large.full()).toBe(false);
    large.refuse([raw(2)], 1, new RowError(null, 'no'));
    expect(large.full()).toBe(true);
  });

  it('counts refused rows towards being full, so that a file of nothing else needs no more memory', () => {
    const window = createWindow('a.csv', real());
    for (let n = 0; n < 4_000; n++) window.refuse([raw(n)], 1, new RowError(null, 'no'));
    expect(window.full()).toBe(true);
  });

  it('tells refused rows in the order of their lines, whenever they turned out to be', async () => {
    await bulkClaim(store)([
      {
        leadId: 'z',
        identities: [{ kind: 'email', stream: hash.identityStream('email', 'ann@example.org') }],
        events: [],
      },
    ]);
    const window = createWindow('a.csv', real());
    window.refuse([raw(9)], 1, new RowError('at', 'is no date'));
    take(window, 2, fact(1, 'a', { email: 'ann@example.org' }));
    take(window, 5, fact(2, 'b'));
    window.refuse([raw(3)], 1, new RowError(null, 'has 4 fields'));
    const { counts, refused } = await window.flush();
    expect(counts).toEqual({ rows: 4, appended: 1, duplicates: 0, ignored: 0, refused: 3 });
    expect(
      refused.map(({ file, line, column, reason }) => [file, line, column, reason.slice(0, 17)]),
    ).toEqual([
      ['a.csv', 2, null, 'identity-conflict'],
      ['a.csv', 3, null, 'has 4 fields'],
      ['a.csv', 9, 'at', 'is no date'],
    ]);
    expect(refused.map(({ raw: { cells } }) => cells)).toEqual([['2'], ['3'], ['9']]);
  });

  it('claims before it writes the lead, and the lead before the rest', async () => {
    const window = createWindow('a.csv', real());
    take(window, 2, fact(1, 'b'));
    take(window, 3, fact(2, 'a', { email: 'ann@example.org' }), fact(3, 'a'));
    await window.flush();
    expect(await typesOf()).toEqual([
      'identity IdentityClaimed',
      'lead LeadCaptured',
      'lead PageViewed',
      'lead PageViewed',
    ]);
  });

  it('writes nothing of a row whose first fact has to begin a stream that others have begun', async () => {
    const begun = createWindow('a.csv', real());
    take(begun, 2, fact(1, 'a', { stream: 'order-1', begins: true }));
    await begun.flush();
    const window = createWindow('b.csv', real());
    take(window, 2, fact(2, 'a', { stream: 'order-1', begins: true }), fact(3, 'a'));
    take(window, 3, fact(4, 'b'));
    const { counts, refused } = await window.flush();
    expect(counts).toEqual({ rows: 2, appended: 1, duplicates: 0, ignored: 0, refused: 1 });
    expect(refused[0]?.reason).toContain('order-1 stands in the log');
    expect(await store.head()).toBe(2);
  });

  it('refuses all rows of a group together, and counts each', async () => {
    const window = createWindow('a.csv', real());
    window.refuse([raw(7), raw(4)], 1, new RowError('price', 'is no amount'));
    const { counts, refused } = await window.flush();
    expect([counts.rows, counts.refused]).toEqual([2, 2]);
    expect(refused.map(({ line, reason }) => [line, reason])).toEqual([
      [4, 'is no amount (lines 7, 4)'],
      [7, 'is no amount (lines 7, 4)'],
    ]);
  });

  it('that is flushed again after a crash in between counts what the log has as duplicates', async () => {
    const fill = (window: Window): void => {
      take(window, 2, fact(1, 'a', { email: 'ann@example.org' }));
      take(window, 3, fact(2, 'b', { stream: 'order-1', begins: true }), fact(3, 'b'));
    };
    const first = createWindow('a.csv', real());
    fill(first);
    expect((await first.flush()).counts).toMatchObject({ appended: 3, duplicates: 0 });
    const again = createWindow('a.csv', real());
    fill(again);
    expect((await again.flush()).counts).toMatchObject({ appended: 0, duplicates: 3, refused: 0 });
  });

  it('throws what the store throws, and refuses a malformed e-mail at once', async () => {
    const window = createWindow('a.csv', real());
    expect(() => take(window, 2, fact(1, 'a', { email: 'nobody' }))).toThrow(
      expect.objectContaining({ rule: 'invalid-email' }),
    );
    take(window, 3, fact(2, 'a'));
    await store.close();
    await expect(window.flush()).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });
});

describe('a window of a dry run', () => {
  it('counts as the real one does, and writes nothing', async () => {
    const fill = (window: Window): void => {
      take(window, 2, fact(1, 'a', { email: 'ann@example.org' }), fact(2, 'a'));
      take(window, 4, fact(3, 'b', { email: 'ann@example.org' }));
      take(window, 5, fact(4, 'c', { stream: 'order-1', begins: true }));
      take(window, 6, fact(5, 'c', { stream: 'order-1', begins: true }));
      take(window, 7);
    };
    const before = createWindow('a.csv', real());
    take(before, 2, fact(1, 'a', { email: 'ann@example.org' }));
    await before.flush();
    const head = await store.head();
    const [tried, written] = [createWindow('a.csv', dry()), createWindow('a.csv', real())];
    fill(tried);
    const { counts } = await tried.flush();
    expect(await store.head()).toBe(head);
    fill(written);
    const done = await written.flush();
    expect(done.counts).toEqual(counts);
    expect(counts).toEqual({ rows: 5, appended: 2, duplicates: 1, ignored: 1, refused: 2 });
  });
});
