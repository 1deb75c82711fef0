import { decodeCursor } from './cursor.ts';
import { isDayText, parseInstant } from './instant.ts';
import { Malformed, once, type Parameter } from './parameters.ts';

/** A whole number in decimal digits, between two bounds. */
export const integer = (
  description: string,
  { minimum, maximum, example }: { minimum: number; maximum: number; example?: number },
): Parameter<number | undefined> => ({
  read: once(text => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (!(value >= minimum && value <= maximum))
      throw new Malformed(`must be a whole number from ${minimum} to ${maximum}`);
    return value;
  }),
  documentation: { description, schema: { type: 'integer', minimum, maximum }, example },
});

/** Entries of a page. */
export const limit = (maximum: number, usual: number): Parameter<number> => {
  const { read, documentation } = integer(`Entries of a page, ${usual} where left out`, {
    minimum: 1,
    maximum,
    example: usual,
  });
  return { read: values => read(values) ?? usual, documentation };
};

/** Read your own writes. */
export const atLeast = integer(
  'Position from the answer of a command: waits up to 5 s until the answer takes it in, then 503 `projection-behind`',
  { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, example: 0 },
);

/** Names, in one comma-separated list or repeated. */
export const list = (description: string, example: string): Parameter<readonly string[]> => ({
  read: values => {
    const names = values.flatMap(value => value.split(','));
    if (names.some(name => name === '')) throw new Malformed('must be names with commas between them');
    if (names.length > 50) throw new Malformed('may hold at most 50 names');
    return names;
  },
  documentation: { description, schema: { type: 'string' }, example },
});

/** One `dimension:value`. */
export interface Condition {
  readonly dimension: string;
  readonly value: string | null;
}

/** `dimension:value`, repeated: one dimension twice is OR, different ones AND; an empty value is null. */
export const conditions = (example: string): Parameter<readonly Condition[]> => ({
  read: values => {
    if (values.length > 100) throw new Malformed('may be given at most 100 times');
    return values.map(text => {
      const colon = text.indexOf(':');
      if (colon < 1) throw new Malformed('must be dimension:value');
      const value = text.slice(colon + 1);
      return { dimension: text.slice(0, colon), value: value === '' ? null : value };
    });
  },
  documentation: {
    description:
      '`dimension:value`, repeated: one dimension twice is OR, different ones AND; the first colon splits; an empty value is null',
    schema: { type: 'array', items: { type: 'string' } },
    example: [example],
  },
});

/** A day in the workspace's time zone, or an instant with offset. */
export const dayOrInstant = (description: string, example: string): Parameter<string | undefined> => ({
  read: once(text => {
    if (!isDayText(text) && parseInstant(text) === null)
      throw new Malformed('must be a date (2018-03-01) or a time with offset (2018-03-01T09:30:00+01:00)');
    return text;
  }),
  documentation: { description, schema: { type: 'string' }, example },
});

/** One of the lengths of a period that there are. */
export const grain = (known: readonly string[]): Parameter<string | undefined> => ({
  read: once(text => {
    if (!known.includes(text)) throw new Malformed(`must be one of ${known.join(', ')}`);
    return text;
  }),
  documentation: {
    description: 'Length of the periods; a month where left out',
    schema: { type: 'string', enum: [...known] },
    example: 'month',
  },
});

/** One of a few words. */
export const choice = <const Word extends string>(
  description: string,
  words: readonly Word[],
): Parameter<Word | undefined> => ({
  read: once(text => {
    const word = words.find(each => each === text);
    if (word === undefined) throw new Malformed(`must be one of ${words.join(', ')}`);
    return word;
  }),
  documentation: { description, schema: { type: 'string', enum: [...words] }, example: words[0] },
});

/** An id that somebody chose. */
export const id = (description: string, example: string): Parameter<string | undefined> => ({
  read: once(text => {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(text))
      throw new Malformed('must be an id: 1 to 64 characters of A-Z a-z 0-9 _ -');
    return text;
  }),
  documentation: { description, schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }, example },
});

/** A short text, taken as it is. */
export const text = (
  description: string,
  example: string,
  maxLength = 200,
): Parameter<string | undefined> => ({
  read: once(value => {
    if (value === '' || value.length > maxLength)
      throw new Malformed(`must be a text of 1 to ${maxLength} characters`);
    return value;
  }),
  documentation: { description, schema: { type: 'string', maxLength }, example },
});

/** The `nextCursor` of the page before, where it is a position of the log. */
export const positionCursor: Parameter<number | undefined> = {
  read: once(value => {
    const position = decodeCursor(value);
    if (position === null) throw new Malformed('is none that a page has given out; start again without it');
    return position;
  }),
  documentation: { description: 'The `nextCursor` of the page before', schema: { type: 'string' } },
};
