import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { EventFilter } from '../port.ts';
import { findRows } from './find.ts';
import { openLog } from './schema.ts';
import { into } from './write.ts';

/** What a search can see of an event. */
interface Row {
  readonly position: number;
  readonly type: string;
  readonly lead: string | null;
  readonly actor: unknown;
  readonly occurredAt: number;
}

const rowsInto = (db: Database, rows: readonly Row[]): void => {
  const insert = db.prepare(into);
  db.transaction(() => {
    db.exec('DELETE FROM events');
    for (const { position, type, lead, actor, occurredAt } of rows) {
      const metadata = JSON.stringify({
        ...(lead !== null && { leadId: lead }),
        ...(actor !== undefined && { actor }),
      });
      insert.run(
        position,
        'lead-1',
        position,
        `id-${position}`,
        type,
        1,
        occurredAt,
        0,
        lead,
        '{}',
        null,
        metadata,
      );
    }
  })();
};

const matches = (row: Row, { types, leadId, actor, occurredFrom, occurredTo }: EventFilter): boolean =>
  (types === undefined || types.includes(row.type)) &&
  (leadId === undefined || row.lead === leadId) &&
  (actor === undefined || row.actor === actor) &&
  (occurredFrom === undefined || row.occurredAt >= occurredFrom) &&
  (occurredTo === undefined || row.occurredAt < occurredTo);

/** Positions of all that a filter finds, page by page, and how many pages it took. */
const walk = (db: Database, filter: EventFilter, limit: number, from = 0) => {
  const positions: number[] = [];
  const pages: number[] = [];
  for (let after: number | null = from; after !== null;) {
    const { rows, next } = findRows(db, filter, after, limit);
    positions.push(...rows.map(([position]) => position));
    pages.push(rows.length);
    if (next !== null) expect(next).toBeGreaterThan(after);
    after = next;
  }
  return { positions, pages };
};

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('finding events', () => {
  let db: Database;
  beforeAll(() => {
    db = openLog(join(folder.path, 'short.db'));
  });
  afterAll(() => void db.close());

  const type = fc.constantFrom('PageViewed', 'LinkClicked', 'EmailSent', 'Never');
  const lead = fc.constantFrom('l1', 'l2', 'L1', 'l1 ');
  const actor = fc.constantFrom('api', 'API', 'import:x', '', "o'neil", '%', 'null', '7');
  const time = fc.integer({ min: -6, max: 6 });

  const log = fc
    .array(
      fc.record({
        gap: fc.nat({ max: 2 }),
        type,
        lead: fc.option(lead),
        actor: fc.oneof(actor, fc.constantFrom(undefined, null, 7)),
        occurredAt: time,
      }),
      { maxLength: 40 },
    )
    .map(steps => {
      let position = 0;
      return steps.map(({ gap, ...row }): Row => ({ ...row, position: (position += gap + 1) }));
    });

  const filter: fc.Arbitrary<EventFilter> = fc.record(
    {
      types: fc.array(type, { maxLength: 4 }),
      leadId: lead,
      actor,
      occurredFrom: time,
      occurredTo: time,
    },
    { requiredKeys: [] },
  );

  it('gives in log order what a plain filter over the same rows does, in pages of any size', () => {
    fc.assert(
      fc.property(
        log,
        fc.array(filter, { minLength: 4, maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        (rows, filters, limit) => {
          rowsInto(db, rows);
          for (const each of filters) {
            const wanted = rows.filter(row => matches(row, each));
            const { positions, pages } = walk(db, each, limit);
            expect(positions).toEqual(wanted.map(({ position }) => position));
            expect(Math.max(0, ...pages)).toBeLessThanOrEqual(limit);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on after any position, also one where no event stands', () => {
    fc.assert(
      fc.property(log, filter, fc.nat({ max: 130 }), (rows, each, from) => {
        rowsInto(
          db,
          rows.map(row => ({ ...row, actor: 'api' })),
        );
        const wanted = rows.filter(row => row.position > from && matches({ ...row, actor: 'api' }, each));
        expect(walk(db, each, 3, from).positions).toEqual(wanted.map(({ position }) => position));
      }),
      { numRuns: 60 },
    );
  });

  it('says that there is more only where there is, when the last page is full', () => {
    const rows = Array.from({ length: 6 }, (_, n) => ({
      ...{ position: n + 1, lead: 'l1', actor: 'api', occurredAt: n },
      type: n % 2 === 0 ? 'EmailSent' : 'LinkClicked',
    }));
    rowsInto(db, rows);
    for (const each of [{}, { leadId: 'l1' }, { actor: 'api' }, { occurredFrom: 0 }] as const) {
      expect(walk(db, each, 3).pages).toEqual([3, 3]);
      expect(walk(db, each, 6).pages).toEqual([6]);
    }
    expect(walk(db, { types: ['EmailSent'] }, 3).pages).toEqual([3]);
    expect(walk(db, { types: ['EmailSent', 'LinkClicked'] }, 3).pages).toEqual([3, 3]);
  });

  it('finds nothing by no types at all, and each type once however often it is named', () => {
    rowsInto(db, [{ position: 1, type: 'EmailSent', lead: null, actor: 'api', occurredAt: 0 }]);
    expect(findRows(db, { types: [] }, 0, 5)).toEqual({ rows: [], next: null });
    expect(walk(db, { types: ['EmailSent', 'EmailSent'] }, 5).positions).toEqual([1]);
  });

  it('takes whatever stands in a filter for a value', () => {
    const odd = "x' OR 1 = 1; DROP TABLE events; --";
    rowsInto(db, [{ position: 1, type: 'EmailSent', lead: null, actor: 'api', occurredAt: 0 }]);
    for (const each of [{ types: [odd] }, { leadId: odd }, { actor: odd }])
      expect(walk(db, each, 5).positions).toEqual([]);
    expect(walk(db, {}, 5).positions).toEqual([1]);
  });
});

describe('finding events in a long log', () => {
  const size = 50_000;
  const rows = Array.from({ length: size }, (_, n): Row => ({
    position: n + 1,
    type: n % 3 === 0 ? 'PageViewed' : n === 30_001 ? 'OrderPlaced' : 'LinkClicked',
    lead: n % 25_000 === 7 ? 'rare' : 'usual',
    actor: n === 45_000 || n === 100 ? 'ops' : 'web',
    // Late events stand anywhere in the order of time.
    occurredAt: (n * 7_919) % size,
  }));
  let db: Database;
  beforeAll(() => {
    db = openLog(join(folder.path, 'long.db'));
    rowsInto(db, rows);
  });
  afterAll(() => void db.close());

  it.each<[EventFilter, number]>([
    [{ actor: 'ops' }, 3],
    [{ leadId: 'usual', actor: 'ops' }, 3],
    [{ leadId: 'rare' }, 1],
    [{ types: ['LinkClicked'], actor: 'ops' }, 2],
    [{ types: ['PageViewed', 'OrderPlaced'], actor: 'ops' }, 2],
    [{ types: ['OrderPlaced'] }, 1],
    [{ types: ['PageViewed', 'OrderPlaced'], occurredFrom: 27_900, occurredTo: 28_000 }, 2],
    [{ occurredFrom: 100, occurredTo: 130 }, 1],
    [{ occurredFrom: 100, occurredTo: 19_000 }, 1],
    [{ occurredFrom: 25_000, actor: 'ops' }, 3],
    [{ leadId: 'rare', types: ['LinkClicked'], occurredTo: 40_000 }, 1],
  ])('by %j gives what a plain filter does, in %d steps of bounded work', (filter, steps) => {
    const { positions, pages } = walk(db, filter, 20_000);
    expect(positions).toEqual(rows.filter(row => matches(row, filter)).map(({ position }) => position));
    expect(pages).toHaveLength(steps);
  });

  it('goes on behind a step in which nothing was found, from where all of it was looked at', () => {
    const first = findRows(db, { actor: 'nobody' }, 0, 10);
    expect(first).toEqual({ rows: [], next: 20_000 });
    const second = findRows(db, { actor: 'nobody' }, 20_000, 10);
    expect([second, findRows(db, { actor: 'nobody' }, 40_000, 10).next]).toEqual([
      { rows: [], next: 40_000 },
      null,
    ]);
  });
});
