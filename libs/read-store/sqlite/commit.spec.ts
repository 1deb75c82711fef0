import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { anEntity, aParked, schema as whole } from '../../../test/support/reads.ts';
import { CheckpointConflict, InvalidRequest } from '../errors.ts';
import type { Batch, CellDelta, CellSchema, Checkpoint } from '../port.ts';
import { totalsOf } from '../summaries.ts';
import { grains } from './cells.ts';
import { committer } from './commit.ts';
import { connect } from './connection.ts';
import { preparer } from './prepared.ts';
import { makeTables } from './tables.ts';
import { openWords, type Words } from './words.ts';

const schema: CellSchema = { ...whole, summaries: [['origin'], []] };
const totals = totalsOf(schema);
const prepare = preparer(totals[0].shape);
const id = { name: 'deals', generation: 3 };

const batchOf = (changes: Partial<Batch>): Batch => ({
  ...{ follows: 0, position: 1, entities: [], cells: [], park: [], release: [] },
  ...changes,
});

describe('committing to a generation’s file', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let db: Database;
  let commit: (changes?: Partial<Batch>) => void;
  let words: Words;

  const checkpoint = (): Checkpoint =>
    db.prepare<[], Checkpoint>('SELECT position, batch FROM checkpoint').get() ?? { position: -1, batch: -1 };
  const rows = (sql: string): unknown[] => db.prepare(sql).raw().all();
  const all = (): unknown => [
    checkpoint(),
    ...['entities', 'cells', 'cells1', 'cells2', 'words', 'parked'].map(table =>
      rows(`SELECT * FROM ${table}`),
    ),
  ];

  beforeEach(() => {
    folder = temporaryFolder();
    db = connect(join(folder.path, 'deals.3.sqlite'), 'NORMAL');
    makeTables(db, totals);
    words = openWords(db);
    const write = committer(db, id, totals, checkpoint, words);
    commit = (changes = {}) => {
      const now = checkpoint();
      write(prepare(batchOf({ follows: now.batch, position: now.position + 1, ...changes })));
    };
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  const delta: fc.Arbitrary<CellDelta> = fc
    .record({
      origin: fc.constantFrom('web', 'mail', null),
      days: fc.constantFrom(0, 7, null),
      on: fc.constantFrom('won', 'entered'),
      day: fc.constantFrom('2015-12-31', '2016-01-01', '2016-01-02', '2016-02-01', null, undefined),
      leads: fc.integer({ min: -3, max: 3 }),
      value: fc.integer({ min: -3, max: 3 }),
    })
    .map(({ origin, days, on, day, leads, value }) => ({
      cell: { origin, days, ...(day !== undefined && { [on]: day }) },
      add: { leads, value },
    }));

  /** The totals that a table must hold by its dimensions, adding contribution by contribution to each bucket that it is in. */
  const plainTotals = (deltas: readonly CellDelta[], by: readonly string[], finest: 'day' | 'month') => {
    const sums = new Map<string, number[]>();
    for (const { cell, add } of deltas) {
      const on = ['won', 'entered'].findIndex(name => name in cell);
      const day = on < 0 ? undefined : cell[['won', 'entered'][on]!];
      const text = typeof day === 'string' ? day.replaceAll('-', '') : '';
      const buckets: [number, string][] = [[grains.all, '0']];
      if (day === null) buckets.push([grains.none, '0']);
      if (text !== '') {
        buckets.push([grains.year, text.slice(0, 4)], [grains.month, text.slice(0, 6)]);
        if (finest === 'day') buckets.push([grains.day, text]);
      }
      for (const [grain, bucket] of buckets) {
        const key = JSON.stringify([on, grain, Number(bucket), ...by.map(name => cell[name] ?? null)]);
        const [leads = 0, value = 0] = sums.get(key) ?? [];
        sums.set(key, [leads + (add.leads ?? 0), value + (add.value ?? 0)]);
      }
    }
    return sums;
  };
  /** The rows of a table that aren't all zero, as they were meant. */
  const heldTotals = (table: string, by: readonly ('text' | 'integer')[]) => {
    const none = { text: -1, integer: 'null' } as const;
    const meant = {
      text: (stored: unknown) => words.textOf(Number(stored)),
      integer: (stored: unknown) => stored,
    };
    const held = rows(`SELECT * FROM ${table}`) as (string | number)[][];
    return new Map(
      held.map(row => {
        const plain = by.map((type, at) => (row[3 + at] === none[type] ? null : meant[type](row[3 + at])));
        return [JSON.stringify([...row.slice(0, 3), ...plain]), row.slice(3 + by.length).map(Number)];
      }),
    );
  };
  const withoutZeros = (sums: ReadonlyMap<string, readonly number[]>) =>
    new Map([...sums].filter(([, [leads, value]]) => leads !== 0 || value !== 0).sort());

  it('adds to every bucket that a contribution is in, in each table by its own dimensions', () => {
    fc.assert(
      fc.property(fc.array(fc.array(delta, { maxLength: 15 }), { maxLength: 4 }), batches => {
        for (const table of ['cells', 'cells1', 'cells2']) db.exec(`DELETE FROM ${table}`);
        for (const cells of batches) commit({ cells });
        const deltas = batches.flat();
        expect(withoutZeros(heldTotals('cells', ['text', 'integer']))).toEqual(
          withoutZeros(plainTotals(deltas, ['origin', 'days'], 'day')),
        );
        expect(withoutZeros(heldTotals('cells1', ['text']))).toEqual(
          withoutZeros(plainTotals(deltas, ['origin'], 'month')),
        );
        expect(withoutZeros(heldTotals('cells2', []))).toEqual(
          withoutZeros(plainTotals(deltas, [], 'month')),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('releases before it parks, so that an entity can be parked anew in the same batch', () => {
    commit({ park: [aParked(1, 'a'), aParked(2, 'b'), aParked(3, 'a')] });
    commit({ release: ['a', 'nobody'], park: [aParked(3, 'a', { error: 'still broken' })] });
    expect(rows('SELECT position, entity, error FROM parked ORDER BY position')).toEqual([
      [2, 'b', null],
      [3, 'a', 'still broken'],
    ]);
  });

  it('puts an entity in the place of the one before, with all that it has', () => {
    const finding = { reason: 'odd', kept: true, cell: {} };
    commit({
      entities: [
        anEntity('a', { stage: 'lead', score: 1 }, { due: 5, quality: [finding] }),
        anEntity('b', { stage: 'mql' }),
      ],
    });
    commit({ entities: [anEntity('a', { score: 'high' })] });
    expect(rows('SELECT id, state, due, quality, i0, i1 FROM entities ORDER BY id')).toEqual([
      ['a', '{"score":"high"}', null, null, -Infinity, 'high'],
      ['b', '{"stage":"mql"}', null, null, 'mql', -Infinity],
    ]);
  });

  it('moves the checkpoint by one batch to the position given, which may stay', () => {
    commit({ position: 10 });
    commit({ position: 10 });
    commit({ position: 4_000 });
    expect(checkpoint()).toEqual({ position: 4_000, batch: 3 });
  });

  describe('that is refused changes nothing', () => {
    const full = {
      entities: [anEntity('a', { stage: 'lead' })],
      cells: [{ cell: { origin: 'web' }, add: { leads: 1 } }],
      park: [aParked(5, 'p')],
      release: ['q'],
    };
    beforeEach(() => commit({ ...full, position: 7, park: [aParked(1, 'q')] }));

    it.each([0, 2, -1])('when it follows batch %d and not the last one', follows => {
      const before = all();
      expect(() => commit({ ...full, follows })).toThrow(CheckpointConflict);
      expect(() => commit({ ...full, follows })).toThrow(`deals generation 3 is at batch 1, not ${follows}`);
      expect(all()).toEqual(before);
    });

    it('when it would go back in the log', () => {
      const before = all();
      expect(() => commit({ ...full, position: 6 })).toThrow(InvalidRequest);
      expect(() => commit({ ...full, position: 6 })).toThrow("deals is at position 7 and can't go back to 6");
      expect(all()).toEqual(before);
    });

    it('when the disk is full, and is taken when there is room again', () => {
      const before = all();
      const large = Array.from({ length: 50 }, (_, n) => anEntity(`large-${n}`, { text: 'x'.repeat(4_000) }));
      const pages = Number(db.pragma('page_count', { simple: true }));
      db.pragma(`max_page_count = ${pages + 3}`);
      expect(() => commit({ ...full, entities: large })).toThrow(
        expect.objectContaining({ code: 'SQLITE_FULL' }),
      );
      expect([all(), db.inTransaction]).toEqual([before, false]);
      db.pragma(`max_page_count = ${pages + 1_000}`);
      commit({ ...full, entities: large });
      expect(rows('SELECT count(*) FROM entities')).toEqual([[51]]);
      expect(checkpoint()).toEqual({ position: 8, batch: 2 });
    });

    it('and the texts of its dimensions have no numbers then', () => {
      const cells = ['web', 'mail', 'print'].map(origin => ({ cell: { origin }, add: { leads: 1 } }));
      const most = { cell: { origin: 'mail' }, add: { value: Number.MAX_SAFE_INTEGER } };
      for (let n = 0; n < 1_024; n++) commit({ cells: [most] });
      expect(() => commit({ cells: [...cells, most] })).toThrow(/cannot store REAL value/);
      expect(['web', 'mail', 'print'].map(words.find)).toEqual([1, 2, undefined]);
      commit({ cells: [{ cell: { origin: 'other' }, add: { leads: 1 } }] });
      expect([words.find('print'), words.find('other')]).toEqual([undefined, 3]);
    });

    it('when a total would leave what a column holds', () => {
      const most = { cell: { origin: 'web' }, add: { value: Number.MAX_SAFE_INTEGER } };
      // Each commit keeps to safe integers; the column holds a thousand of them, and no more.
      for (let n = 0; n < 1_024; n++) commit({ cells: [most] });
      const before = all();
      expect(() => commit({ ...full, cells: [most] })).toThrow(/cannot store REAL value in INTEGER column/);
      expect(all()).toEqual(before);
    });
  });
});
