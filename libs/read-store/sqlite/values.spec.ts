import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Coordinate } from '../deltas.ts';
import type { DimensionValue } from '../port.ts';
import {
  fromBucket,
  fromColumn,
  fromIndex,
  matches,
  toBucket,
  toColumn,
  toIndex,
  type Stored,
} from './values.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', '0', '1', 'null', 'NULL', 'a\0b', '\u0001', '\ud83d', '\ude00', '\uffee', '😀'),
);
const integer = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, 1, -1, 2 ** 53 - 1, 1 - 2 ** 53));
const number = fc
  .oneof(integer, fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map(n => (n === 0 ? 0 : n));
const missing = fc.constantFrom(null, undefined);
const kinds = ['text', 'integer'] as const;
const of = { text, integer };

/** SQLite's own word on values, in a column as those of the read models' tables. */
describe('values as SQLite holds them', () => {
  let db: Database.Database;
  beforeAll(() => {
    db = new Database(':memory:');
    db.exec('CREATE TABLE held (place INTEGER PRIMARY KEY, value ANY NOT NULL) STRICT');
  });
  afterAll(() => void db.close());

  const hold = (values: readonly Stored[]): void => {
    db.exec('DELETE FROM held');
    const insert = db.prepare('INSERT INTO held VALUES (?, ?)');
    db.transaction(() => values.forEach((value, place) => insert.run(place, value)))();
  };
  const placesOf = (sql: string, ...values: readonly Stored[]): unknown[] =>
    db
      .prepare(`SELECT place FROM held ${sql}`)
      .pluck()
      .all(...values);
  const heldAll = (): Stored[] =>
    db.prepare<[], Stored>('SELECT value FROM held ORDER BY place').pluck().all();

  describe.each(kinds)('of a dimension of type %s', type => {
    /** Numbers in the order in which texts come. */
    const numbering = () => {
      const texts: string[] = [];
      const find = (given: string): number | undefined => texts.indexOf(given) + 1 || undefined;
      return {
        add: (given: string) => find(given) ?? texts.push(given),
        find,
        textOf: (n: number) => texts[n - 1]!,
      };
    };
    const coordinate: fc.Arbitrary<Coordinate> = fc.oneof(of[type], missing);

    it('come back as they were; what was left out comes back as null', () => {
      fc.assert(
        fc.property(fc.array(coordinate), values => {
          const { add, textOf } = numbering();
          hold(values.map(value => toColumn(type, value, add)));
          expect(heldAll().map(stored => fromColumn(type, stored, textOf))).toEqual(
            values.map(value => value ?? null),
          );
        }),
      );
    });

    it('are the same in a primary key where they are the same, what is left out and null apart', () => {
      fc.assert(
        fc.property(fc.array(coordinate, { maxLength: 12 }), values => {
          const { add } = numbering();
          hold(values.map(value => toColumn(type, value, add)));
          const count = db.prepare('SELECT count(DISTINCT value) FROM held').pluck().get();
          expect(count).toBe(new Set(values.map(value => (value === -0 ? 0 : value))).size);
        }),
      );
    });

    it('are found by the wishes that a plain comparison fulfils', () => {
      const wish: fc.Arbitrary<DimensionValue> = fc.oneof(text, integer, fc.constant(null));
      fc.assert(
        fc.property(fc.array(coordinate, { maxLength: 12 }), wish, (values, wanted) => {
          const { add, find } = numbering();
          hold(values.map(value => toColumn(type, value, add)));
          const stored = matches(type, wanted, find);
          const found = placesOf(
            `WHERE value IN (${stored.map(() => '?').join()}) ORDER BY place`,
            ...stored,
          );
          const plain = [...values.keys()].filter(at => (values[at] ?? null) === wanted);
          expect(found).toEqual(plain);
        }),
        { numRuns: 200 },
      );
    });
  });

  describe('of an index', () => {
    const value: fc.Arbitrary<DimensionValue> = fc.oneof(text, number, fc.constant(null));
    const rank = (each: DimensionValue): number => (each === null ? 0 : typeof each === 'number' ? 1 : 2);
    const bytes = (each: DimensionValue): Buffer => Buffer.from(String(each));
    const compare = (a: DimensionValue, b: DimensionValue): number => {
      if (rank(a) !== rank(b)) return rank(a) - rank(b);
      return typeof a === 'number' ? Math.sign(a - Number(b)) : Buffer.compare(bytes(a), bytes(b));
    };

    it('come back as they were', () => {
      fc.assert(
        fc.property(fc.array(value), values => {
          hold(values.map(toIndex));
          expect(heldAll().map(fromIndex)).toEqual(values);
        }),
      );
    });

    it('sort null first, then numbers, then text by code point, in either direction', () => {
      const wellFormed = value.filter(
        each => typeof each !== 'string' || (each.isWellFormed() && !/[\0\u0001]/.test(each)),
      );
      fc.assert(
        fc.property(fc.array(wellFormed, { maxLength: 20 }), values => {
          hold(values.map(toIndex));
          const plain = [...values.keys()].sort((a, b) => compare(values[a]!, values[b]!) || a - b);
          expect(placesOf('ORDER BY value, place')).toEqual(plain);
          expect(placesOf('ORDER BY value DESC, place DESC')).toEqual(plain.toReversed());
        }),
      );
    });

    it('are never taken for another one, however alike', () => {
      const alike: readonly DimensionValue[] = [
        null,
        0,
        1,
        '',
        '0',
        '1',
        'null',
        -1,
        '-1',
        1e300,
        '-Infinity',
      ];
      hold(alike.map(toIndex));
      for (const [at, each] of alike.entries())
        expect(placesOf('WHERE value = ?', toIndex(each))).toEqual([at]);
    });
  });
});

describe('buckets of days', () => {
  const day = fc
    .date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map(date => date.toISOString().slice(0, 10));

  it('come back at their grain, and keep their order as numbers', () => {
    const lengths = { year: 4, month: 7, day: 10 } as const;
    fc.assert(
      fc.property(day, day, fc.constantFrom('year', 'month', 'day'), (one, other, grain) => {
        const [a, b] = [one.slice(0, lengths[grain]), other.slice(0, lengths[grain])];
        expect(fromBucket(toBucket(a), grain)).toBe(a);
        expect(Math.sign(toBucket(a) - toBucket(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('become those of a coarser grain by a whole division, as the query does it', () => {
    fc.assert(
      fc.property(day, each => {
        const stored = toBucket(each);
        expect(fromBucket(Math.floor(stored / 100), 'month')).toBe(each.slice(0, 7));
        expect(fromBucket(Math.floor(stored / 10_000), 'year')).toBe(each.slice(0, 4));
      }),
    );
  });

  it('are zero where there is none', () => {
    expect(toBucket('')).toBe(0);
  });
});
