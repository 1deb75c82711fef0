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
