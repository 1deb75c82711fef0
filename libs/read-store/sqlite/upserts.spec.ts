import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { statementCache } from './statements.ts';
import { replace, upsert } from './upserts.ts';
import type { Stored } from './values.ts';

describe('writing many rows at once', () => {
  let db: Database.Database;
  beforeEach(() => {
    db = new Database(':memory:');
    db.exec('CREATE TABLE totals (key INTEGER PRIMARY KEY, text TEXT NOT NULL, sum INTEGER NOT NULL) STRICT');
  });
  afterEach(() => void db.close());

  const all = (): unknown => db.prepare('SELECT key, text, sum FROM totals ORDER BY key').raw().all();

  it('adds to what is there as adding one by one would, for any number of rows', () => {
    const row = fc.record({
      key: fc.nat({ max: 60 }),
      text: fc.string(),
      sum: fc.integer({ min: -9, max: 9 }),
    });
    const add = upsert(db, 'totals', 3, ['sum = sum + excluded.sum', 'text = excluded.text']);
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 70, size: 'max' }), { maxLength: 3 }), batches => {
        db.exec('DELETE FROM totals');
        const plain = new Map<number, { text: string; sum: number }>();
        for (const rows of batches) {
          add(rows.map(({ key, text, sum }): Stored[] => [key, text, sum]));
          for (const { key, text, sum } of rows)
            plain.set(key, { text, sum: (plain.get(key)?.sum ?? 0) + sum });
        }
        const sorted = [...plain].sort(([a], [b]) => a - b);
        expect(all()).toEqual(sorted.map(([key, { text, sum }]) => [key, text, sum]));
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 19, 20, 21, 39, 40, 41, 100])('writes each of %d rows once', count => {
    const rows = Array.from({ length: count }, (_, key): Stored[] => [key, `row ${key}`, key]);
    upsert(db, 'totals', 3, ['sum = sum + excluded.sum'])(rows);
    expect(all()).toEqual(rows);
  });

  it('puts rows in the place of those that were there, the last of one key, for any number of rows', () => {
    const row = fc.record({ key: fc.nat({ max: 60 }), text: fc.string(), sum: fc.integer() });
    const put = replace(db, 'totals', 3);
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 70, size: 'max' }), { maxLength: 3 }), batches => {
        db.exec('DELETE FROM totals');
        const plain = new Map<number, Stored[]>();
        for (const rows of batches) {
          put(rows.map(({ key, text, sum }): Stored[] => [key, text, sum]));
          for (const { key, text, sum } of rows) plain.set(key, [key, text, sum]);
        }
        expect(all()).toEqual([...plain.values()].sort(([a], [b]) => Number(a) - Number(b)));
      }),
      { numRuns: 60 },
    );
  });

  it('finds what was put in place by its new values in every index, and not by the old ones', () => {
    db.exec('CREATE INDEX by_text ON totals (text)');
    const put = replace(db, 'totals', 3);
    put(Array.from({ length: 50 }, (_, key): Stored[] => [key, 'old', 0]));
    put(Array.from({ length: 30 }, (_, key): Stored[] => [key, 'new', 1]));
    const count = db.prepare<[string], [number]>(
      'SELECT count(*) FROM totals INDEXED BY by_text WHERE text = ?',
    );
    expect(['old', 'new'].map(text => count.raw().get(text))).toEqual([[20], [30]]);
  });

  it('leaves rows that are there alone when there is nothing to set', () => {
    const put = upsert(db, 'totals', 3, []);
    put([[1, 'first', 1]]);
    put([
      [1, 'second', 2],
      [2, 'other', 3],
    ]);
    expect(all()).toEqual([
      [1, 'first', 1],
      [2, 'other', 3],
    ]);
  });

  it('writes nothing of a block of which one row does not fit, and throws the engine’s error', () => {
    const put = upsert(db, 'totals', 3, []);
    const rows = Array.from({ length: 20 }, (_, key): Stored[] => [key, key === 13 ? null : 'x', 0]);
    expect(() => put(rows)).toThrow('NOT NULL constraint failed: totals.text');
    expect(all()).toEqual([]);
  });

  it('refuses rows that are cut off', () => {
    const put = upsert(db, 'totals', 3, []);
    expect(() => put([[1, 'x']])).toThrow('a row has 2 values, not 3');
    expect(all()).toEqual([]);
  });
});

describe('statements that are prepared once', () => {
  it('are the same ones for the same text, and answer rows as arrays', () => {
    const db = new Database(':memory:');
    const prepared = statementCache<[number, string]>(db);
    const one = prepared('SELECT 1, ?');
    expect(one.all('a')).toEqual([[1, 'a']]);
    expect(prepared('SELECT 1, ?')).toBe(one);
    expect(prepared('SELECT 2, ?')).not.toBe(one);
    db.close();
  });

  it('are kept in a bounded number, and prepared anew after that', () => {
    const db = new Database(':memory:');
    const prepared = statementCache<[number]>(db);
    const first = prepared('SELECT 0');
    for (let n = 1; n < 200; n++) prepared(`SELECT ${n}`);
    expect(prepared('SELECT 0')).toBe(first);
    prepared('SELECT 200');
    const again = prepared('SELECT 0');
    expect(again).not.toBe(first);
    // One that somebody still holds goes on working.
    expect([again.all(), first.all()]).toEqual([[[0]], [[0]]]);
    db.close();
  });

  it('that are wrong are refused each time, and not remembered', () => {
    const db = new Database(':memory:');
    const prepared = statementCache<[number]>(db);
    expect(() => prepared('SELECT n FROM numbers')).toThrow('no such table');
    db.exec('CREATE TABLE numbers (n INTEGER)');
    expect(prepared('SELECT n FROM numbers').all()).toEqual([]);
    db.close();
  });
});
