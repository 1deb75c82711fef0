import type { Database } from 'better-sqlite3';

import { fromStored, toStored } from '../text.ts';

/**
 * Numbers, from 1, that stand for the texts of a generation's dimensions: rows are less than half as long by them, and
 * sorted and found in two thirds of the time. A text keeps its number for as long as there is the generation.
 */
export interface Words {
  /** The number of a text, which gets the next one where it has none. Only in a transaction that writes. */
  readonly add: (text: string) => number;
  /** Undefined for a text that has none: no total has it. */
  readonly find: (text: string) => number | undefined;
  /** @throws Error for a number that no text has: the file is damaged */
  readonly textOf: (number: number) => string;
  /** To be called when a transaction that has added some was rolled back. */
  readonly forget: () => void;
}

/** Texts that are remembered. */
const most = 100_000;

export const openWords = (db: Database): Words => {
  const numberOf = db.prepare<[string], number>('SELECT number FROM words WHERE text = ?').pluck();
  const textOf = db.prepare<[number], string>('SELECT text FROM words WHERE number = ?').pluck();
  const insert = db.prepare<[string], number>('INSERT INTO words (text) VALUES (?) RETURNING number').pluck();
  const numbers = new Map<string, number>();
  const texts = new Map<number, string>();

  const forget = (): void => {
    numbers.clear();
    texts.clear();
  };

  const remember = (text: string, number: number): void => {
    if (numbers.size >= most) forget();
    numbers.set(text, number);
    texts.set(number, text);
  };

  const find = (text: string): number | undefined => {
    const known = numbers.get(text) ?? numberOf.get(toStored(text));
    if (known !== undefined && !numbers.has(text)) remember(text, known);
    return known;
  };

  return {
    find,
    add: text => {
      const known = find(text);
      if (known !== undefined) return known;
      const number = insert.get(toStored(text));
      if (number === undefined) throw new Error('a text got no number');
      remember(text, number);
      return number;
    },
    textOf: number => {
      const known = texts.get(number);
      if (known !== undefined) return known;
      const stored = textOf.get(number);
      if (stored === undefined) throw new Error(`the read model is damaged: its text ${number} is missing`);
      const text = fromStored(stored);
      remember(text, number);
      return text;
    },
    forget,
  };
};
