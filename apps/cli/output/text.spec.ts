import { describe, expect, it } from '@jest/globals';
import { printable } from './text.ts';

describe('printable', () => {
  it.each([
    ['an escape sequence', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['a line break', 'a\nb', 'a\\u000ab'],
    ['a bidirectional override', 'a\u202eb', 'a\\u202eb'],
    ['a byte order mark', '\ufeffa', '\\ufeffa'],
    ['a C1 control', '\u009b1m', '\\u009b1m'],
    ['a lone surrogate', 'a\ud800', 'a\ufffd'],
  ])('spells out %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves words of all languages as they are', () => {
    expect(printable('Zoë 日本語 שלום 👍🏽')).toBe('Zoë 日本語 שלום 👍🏽');
  });
});
