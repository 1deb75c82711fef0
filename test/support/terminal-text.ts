import fc from 'fast-check';

/** Characters by the columns of a terminal that they take; some are two UTF-16 units, or several code points. */
const narrow = ['a', 'Z', '7', ' ', '-', 'é', 'ß', 'Ж', '€'];
const wide = ['日', '本', '語', '한', '！', '😀', '👍🏽', '👨‍👩‍👧', '🇩🇪'];
const columnsOf = new Map([...narrow.map(one => [one, 1] as const), ...wide.map(one => [one, 2] as const)]);

/** Text as it comes in names and places, without characters that move the cursor. */
export const terminalText = (constraints: { minLength?: number; maxLength?: number } = {}) =>
  fc.array(fc.constantFrom(...narrow, ...wide), constraints).map(parts => parts.join(''));

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Its characters, as a person counts them. */
export const charactersOf = (text: string): readonly string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment);

/** Columns that a line takes, counted character by character; what is none of the above takes one. */
export const columnsTaken = (line: string): number =>
  charactersOf(line).reduce((sum, character) => sum + (columnsOf.get(character) ?? 1), 0);
