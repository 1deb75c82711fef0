import type { Coordinate } from '../deltas.ts';

/**
 * A list of values as a few large objects: it goes to a thread in less time than its values would one by one, and leaves
 * neither thread's garbage collector much to do.
 */
export interface Packed {
  /** What each value is, a `kind`. */
  readonly kinds: Uint8Array;
  /** The number itself; of a word its place in `words`; of a text where it ends in `text`. */
  readonly numbers: Float64Array;
  /** Short texts, each once. */
  readonly words: readonly string[];
  /** Long texts, one after the other. */
  readonly text: string;
}

const kind = { null: 0, undefined: 1, number: 2, word: 3, text: 4 } as const;

/** Longer texts hardly ever come again. */
const longestWord = 24;

export const pack = (values: readonly Coordinate[]): Packed => {
  const kinds = new Uint8Array(values.length);
  const numbers = new Float64Array(values.length);
  const words = new Map<string, number>();
  const texts: string[] = [];
  let end = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (typeof value === 'number') {
      kinds[at] = kind.number;
      numbers[at] = value;
    } else if (typeof value !== 'string') kinds[at] = value === null ? kind.null : kind.undefined;
    else if (value.length > longestWord) {
      kinds[at] = kind.text;
      numbers[at] = end += value.length;
      texts.push(value);
    } else {
      let place = words.get(value);
      if (place === undefined) words.set(value, (place = words.size));
      kinds[at] = kind.word;
      numbers[at] = place;
    }
  }
  return { kinds, numbers, words: [...words.keys()], text: texts.join('') };
};

/** The inverse of `pack`. */
export const unpack = ({ kinds, numbers, words, text }: Packed): Coordinate[] => {
  const values = new Array<Coordinate>(kinds.length);
  let end = 0;
  for (let at = 0; at < kinds.length; at++) {
    const number = numbers[at] ?? 0;
    switch (kinds[at]) {
      case kind.number:
        values[at] = number;
        break;
      case kind.word:
        values[at] = words[number];
        break;
      case kind.text:
        values[at] = text.slice(end, number);
        end = number;
        break;
      default:
        values[at] = kinds[at] === kind.null ? null : undefined;
    }
  }
  return values;
};
