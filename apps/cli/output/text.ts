// eslint's rule about control characters is off in the strict set; the class is spelled out so that nothing is hidden here.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text as a terminal may show it: control characters and bidirectional overrides, which could rewrite the screen, are
 * spelled out.
 *
 * @example
 * printable('a\u001b[2J') // 'a\\u001b[2J'
 */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(unsafe, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * Breaks lines that are longer than a width between words; what follows keeps the line's indentation. A word that is
 * longer than the width stays whole, so that it can be copied.
 *
 * @example
 * wrapLines('  one two three', 11) // '  one two\n  three'
 */
export const wrapLines = (text: string, width: number): string =>
  text
    .split('\n')
    .map(line => wrap(line, width))
    .join('\n');

const wrap = (line: string, width: number): string => {
  if (line.length <= width) return line;
  const [indent = ''] = /^ */.exec(line) ?? [];
  const lines: string[] = [];
  for (const word of line.slice(indent.length).split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(indent + word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
};
