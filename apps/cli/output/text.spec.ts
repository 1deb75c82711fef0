import { describe, expect, it } from '@jest/globals';
import { printable, wrapLines } from './text.ts';

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

describe('wrapLines', () => {
  it('breaks between words and keeps the indentation', () => {
    expect(wrapLines('short\n  one two three four', 11)).toBe('short\n  one two\n  three\n  four');
  });

  it('leaves what fits as it is, columns and all', () => {
    expect(wrapLines('  a    b\n', 8)).toBe('  a    b\n');
  });

  it('keeps a long word whole', () => {
    expect(wrapLines('next: WyIwMTYwMTM0ZjQyMTQzMjllNDdj now', 10)).toBe(
      'next:\nWyIwMTYwMTM0ZjQyMTQzMjllNDdj\nnow',
    );
  });
});
