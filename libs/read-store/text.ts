/** Begins an escape in a stored text. */
const mark = '\u0001';

const odd = /[\0\u0001\p{Surrogate}]/gu;

/**
 * The text as every database holds it: NUL (which ends a text in some of their functions) and lone surrogates (in whose
 * place they put U+FFFD, and make two texts one) are escaped. Other texts stay as they are, and the order of texts without
 * lone surrogates too. `fromStored` is the inverse.
 */
export const toStored = (text: string): string =>
  text.isWellFormed() && !text.includes('\0') && !text.includes(mark)
    ? text
    : text.replace(odd, found => mark + (found.codePointAt(0) ?? 0).toString(16).padStart(4, '0'));

/** The text that `toStored` was given. */
export const fromStored = (stored: string): string =>
  stored.includes(mark)
    ? stored.replace(/\u0001([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
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
