/** Marks an escape in a stored text; a noncharacter, so that hardly any text holds it. */
const mark = '\u{10FFFF}';

/**
 * The text as UTF-8 can hold it: a lone surrogate is escaped, since a database would put U+FFFD in its place and make two
 * texts one. Other texts stay as they are. `fromStored` is the inverse.
 */
export const toStored = (text: string): string =>
  text.isWellFormed() && !text.includes(mark)
    ? text
    : text.replace(
        /\p{Surrogate}|\u{10FFFF}/gu,
        odd => mark + (odd.codePointAt(0) ?? 0).toString(16).padStart(6, '0'),
      );

/** The text that `toStored` was given. */
export const fromStored = (stored: string): string =>
  stored.includes(mark)
    ? stored.replace(/\u{10FFFF}([0-9a-f]{6})/gu, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)))
    : stored;

/** Orders well-formed texts by code point, as databases do, where `<` goes by UTF-16 unit. */
export const compareText = (a: string, b: string): number => {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
};

/** Surrogates stand for code points beyond U+FFFF, so they come after U+E000 to U+FFFF. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
