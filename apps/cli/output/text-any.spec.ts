import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable, wrapLines } from './text.ts';

/** Any UTF-16, halves of characters and control characters among it. */
const anything = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit)),
    fc.constantFrom('a', '\u001b[31m', '\r\n', '\u202e', '\\u001b', '😀', '\ud83d'),
  ),
});
const prose = fc
  .array(fc.constantFrom('a', 'lead', 'leadfold', 'x'.repeat(30), '--from', ''), { maxLength: 25 })
  .map(words => words.join(' '));
const width = fc.integer({ min: 1, max: 60 });

/** What a terminal obeys instead of showing it, as Unicode and ECMA-48 name it. */
const obeyed = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

describe('text for a terminal', () => {
  it('holds nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(anything, text => {
        // The Arabic letter mark changes the direction of a digit or a blank at most.
        expect(printable(text).replaceAll('\u061c', '')).not.toMatch(obeyed);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same when it was printable before', () => {
    fc.assert(fc.property(anything, text => expect(printable(printable(text))).toBe(printable(text))));
  });

  it('keeps every other character, and their order', () => {
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        // Cut where no character is halved, the whole is its parts.
        if (/[\ud800-\udbff]$/.test(one) && /^[\udc00-\udfff]/.test(other)) return;
        expect(printable(one + other)).toBe(printable(one) + printable(other));
      }),
    );
  });

  it('spells out each control character by its four digits', () => {
    for (let code = 0; code < 0x20; code++)
      expect(printable(String.fromCharCode(code))).toBe(`\\u00${code.toString(16).padStart(2, '0')}`);
  });
});

describe('wrapped lines', () => {
  it('hold the same words in the same order', () => {
    fc.assert(
      fc.property(fc.array(prose, { maxLength: 4 }), width, (lines, columns) => {
        const text = lines.join('\n');
        expect(wrapLines(text, columns).split(/\s+/)).toEqual(text.split(/\s+/));
      }),
    );
  });

  it('are not longer than the width, but for a word that is itself', () => {
    fc.assert(
      fc.property(prose, fc.nat(4), width, (text, indent, columns) => {
        for (const line of wrapLines(`${' '.repeat(indent)}${text}`, columns).split('\n'))
          if (line.length > columns) expect(line.trimStart()).not.toContain(' ');
      }),
    );
  });

  it('take each word that still fits', () => {
    fc.assert(
      fc.property(prose, width, (text, columns) => {
        const lines = wrapLines(text.trim(), columns).split('\n');
        lines.slice(0, -1).forEach((line, at) => {
          const [next = ''] = lines[at + 1]!.split(' ');
          expect(line.length + 1 + next.length).toBeGreaterThan(columns);
        });
      }),
    );
  });

  it('are wrapped no further by wrapping them again', () => {
    fc.assert(
      fc.property(prose, fc.nat(6), width, (text, indent, columns) => {
        const once = wrapLines(`${' '.repeat(indent)}${text.trim()}`, columns);
        expect(wrapLines(once, columns)).toBe(once);
      }),
    );
  });

  it('all begin where the first begins', () => {
    expect(wrapLines('    one two three', 9).split('\n')).toEqual(['    one', '    two', '    three']);
    expect(wrapLines('one two\n  three four', 8).split('\n')).toEqual(['one two', '  three', '  four']);
  });
});
