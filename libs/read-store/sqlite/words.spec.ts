import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { totalsOf } from '../summaries.ts';
import { makeTables } from './tables.ts';
import { openWords, type Words } from './words.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('', '0', 'a\0b', '\u0001', '\ud83d', '\ude00', 'null', 'é', 'e\u0301', 'A', 'a', 'a '),
);

describe('the numbers of texts', () => {
  let db: Database.Database;
  let words: Words;
  beforeEach(() => {
    db = new Database(':memory:');
    makeTables(db, totalsOf({ dimensions: { origin: 'text' }, measures: ['leads'], indexes: [] }));
    words = openWords(db);
  });
  afterEach(() => void db.close());

  it('are one for each text, from 1, and lead back to it, also for whoever opens the file later', () => {
    fc.assert(
      fc.property(fc.array(text), given => {
        db.exec('DELETE FROM words');
        words.forget();
        const numbers = given.map(words.add);
        expect(new Set(numbers)).toEqual(new Set(Array.from(new Set(given), (_, at) => at + 1)));
        for (const each of [words, openWords(db)]) {
          expect(numbers.map(each.textOf)).toEqual(given);
          expect(given.map(each.find)).toEqual(numbers);
          expect(given.map(each.add)).toEqual(numbers);
        }
      }),
    );
  });

  it('are not made by looking for them', () => {
    expect([words.find('web'), words.find('web')]).toEqual([undefined, undefined]);
    expect(words.add('web')).toBe(1);
    expect(words.find('web')).toBe(1);
  });

  it('that are missing are no empty texts', () => {
    words.add('web');
    expect(() => words.textOf(2)).toThrow('the read model is damaged: its text 2 is missing');
  });

  it('are found that another has made since', () => {
    expect(words.find('web')).toBeUndefined();
    const other = openWords(db);
    other.add('mail');
    other.add('web');
    expect([words.find('web'), words.textOf(1), words.add('mail')]).toEqual([2, 'mail', 1]);
  });

  it('are free again after a transaction that was rolled back, once they are forgotten', () => {
    words.add('web');
    const failing = db.transaction(() => {
      words.add('mail');
      throw new Error('no room');
    });
    expect(failing).toThrow('no room');
    words.forget();
    expect(words.find('mail')).toBeUndefined();
    expect([words.add('print'), words.add('mail'), words.textOf(2)]).toEqual([2, 3, 'print']);
  });

  it('stay the same ones when there are more than are remembered', () => {
    const many = Array.from({ length: 100_500 }, (_, n) => `campaign ${n}`);
    const numbers = db.transaction(() => many.map(words.add))();
    expect(numbers.at(-1)).toBe(100_500);
    for (const at of [0, 1, 99_999, 100_000, 100_499]) {
      expect(words.find(many[at]!)).toBe(at + 1);
      expect(words.textOf(at + 1)).toBe(many[at]);
    }
  });
});
