import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { charactersOf, columnsTaken, terminalText } from '../../../test/support/terminal-text.ts';
import { shorten, widthOf } from './width.ts';

describe('the width of texts', () => {
  it('is that of the widest line of all, by the columns that characters take', () => {
    fc.assert(
      fc.property(fc.array(fc.array(terminalText(), { minLength: 1, maxLength: 3 })), texts => {
        expect(widthOf(texts.map(lines => lines.join('\n')))).toBe(
          Math.max(0, ...texts.flat().map(line => columnsTaken(line))),
        );
      }),
    );
  });
});

describe('shortening', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['日本語', 6, '日本語'],
    // Half of a character is none.
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['😀😀😀', 5, '😀😀…'],
    ['a😀😀', 4, 'a😀…'],
    ['👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 5, '👨‍👩‍👧👨‍👩‍👧…'],
    ['🇩🇪🇦🇹🇨🇭', 3, '🇩🇪…'],
    ['e\u0301e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301…'],
    ['', 1, ''],
    ['ab', 1, '…'],
    ['日', 1, '…'],
  ])('%s to %i columns is %s', (text, width, shown) => {
    expect(shorten(text, width)).toBe(shown);
  });

  it('does so with each line by itself', () => {
    expect(shorten('EUR 1,299.50\nJPY 7\n日本語日本語', 8)).toBe('EUR 1,2…\nJPY 7\n日本語…');
  });

  it('keeps the beginning, as much of it as fits, and no half of a character', () => {
    fc.assert(
      fc.property(terminalText({ maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const shown = shorten(text, width);
        expect(columnsTaken(shown)).toBeLessThanOrEqual(width);
        expect(shown.isWellFormed()).toBe(true);
        if (columnsTaken(text) <= width) {
          expect(shown).toBe(text);
          return;
        }
        const kept = charactersOf(shown.slice(0, -1));
        const all = charactersOf(text);
        expect(shown).toBe(`${all.slice(0, kept.length).join('')}…`);
        // One character more would not have fitted.
        expect(columnsTaken(all.slice(0, kept.length + 1).join('')) + 1).toBeGreaterThan(width);
      }),
      { numRuns: 300 },
    );
  });
});
