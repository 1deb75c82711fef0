import type { Coordinate } from '../deltas.ts';

/** Values by their places; an array of them is one. */
export interface Values {
  readonly length: number;
  readonly at: (place: number) => Coordinate;
}

/**
 * A list of values as a few large objects: it goes to a thread in less time than its values would one by one, and leaves
 * neither thread's garbage collector much to do.
 */
export interface Packed {
  /** What each value is, a `kind`. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  /** The number itself; of a word its place in `words`; of a text the piece and the place there where it begins. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Of a text. */
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** Short texts, each once. */
  readonly words: readonly string[];
  /** Long texts, one after the other. */
  readonly pieces: readonly string[];
}

const kind = { null: 0, undefined: 1, number: 2, word: 3, text: 4 } as const;

/** Longer texts hardly ever come again. */
const longestWord = 24;

/** Characters from which on a piece takes no further text. */
const pieceLength = 2 ** 20;

/** Takes values one after the other. */
export interface Sink<V> {
  readonly put: (value: Coordinate) => void;
  /** A text that hardly comes again. */
  readonly putOnce: (text: string) => void;
  readonly done: () => V;
}

/** Packs as many values as it says; their texts are joined while they are young. */
export const packing = (length: number): Sink<Packed> => {
  const kinds = new Uint8Array(length);
  const numbers = new Float64Array(length);
  const lengths = new Uint32Array(length);
  const words = new Map<string, number>();
  const pieces: string[] = [];
  let texts: string[] = [];
  let [at, end] = [0, 0];

  const closePiece = (): void => {
    pieces.push(texts.join(''));
    texts = [];
    end = 0;
  };

  const putOnce = (text: string): void => {
    kinds[at] = kind.text;
    numbers[at] = pieces.length * pieceLength + end;
    lengths[at++] = text.length;
    texts.push(text);
    end += text.length;
    if (end >= pieceLength) closePiece();
  };

  const putWord = (text: string): void => {
    let place = words.get(text);
    if (place === undefined) words.set(text, (place = words.size));
    kinds[at] = kind.word;
    numbers[at++] = place;
  };

  return {
    putOnce,
    put: value => {
      if (typeof value === 'string') {
        if (value.length > longestWord) putOnce(value);
        else putWord(value);
      } else if (typeof value === 'number') {
        kinds[at] = kind.number;
        numbers[at++] = value;
      } else kinds[at++] = value === null ? kind.null : kind.undefined;
    },
    done: () => {
      closePiece();
      return { kinds, numbers, lengths, words: [...words.keys()], pieces };
    },
  };
};

/** The values that were packed, each made when it is asked for. */
export const unpacked = ({ kinds, numbers, lengths, words, pieces }: Packed): Values => ({
  length: kinds.length,
  at: place => {
    const number = numbers[place] ?? 0;
    switch (kinds[place]) {
      case kind.number:
        return number;
      case kind.word:
        return words[number];
      case kind.text: {
        const begin = number % pieceLength;
        return pieces[Math.floor(number / pieceLength)]?.slice(begin, begin + (lengths[place] ?? 0));
      }
      default:
        return kinds[place] === kind.null ? null : undefined;
    }
  },
});

/** The buffers that need not be copied on their way to a thread. */
export const buffersOf = ({ kinds, numbers, lengths }: Packed): ArrayBuffer[] => [
  kinds.buffer,
  numbers.buffer,
  lengths.buffer,
];
