import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareText, fromStored, toStored } from './text.ts';

const unit = fc.oneof(
  fc.constantFrom(0, 1, 2, 0x30, 0x61, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff),
  fc.integer({ min: 0, max: 0xffff }),
);
const anyText = fc.array(unit, { maxLength: 8 }).map(units => String.fromCharCode(...units));
const utf8 = (text: string): Buffer => Buffer.from(text);

describe('stored texts', () => {
  it('come back as they were, whatever units they have', () => {
    fc.assert(
      fc.property(anyText, text => fromStored(toStored(text)) === text),
      { numRuns: 2_000 },
    );
  });

  it('are well-formed and without NUL, so that a database keeps them as they are', () => {
    fc.assert(fc.property(anyText, text => toStored(text).isWellFormed() && !toStored(text).includes('\0')));
  });

  it('are what they were when they are ordinary', () => {
    for (const text of ['', 'web', 'é', '😀', `'"`, '\u{10ffff}', '\n']) expect(toStored(text)).toBe(text);
  });

  it('keep the order of well-formed texts', () => {
    const wellFormed = anyText.filter(text => text.isWellFormed());
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        const order = Math.sign(Buffer.compare(utf8(a), utf8(b)));
        expect(Math.sign(Buffer.compare(utf8(toStored(a)), utf8(toStored(b))))).toBe(order);
        expect(Math.sign(compareText(a, b))).toBe(order);
      }),
      { numRuns: 2_000 },
    );
  });

  it('do not take a text for an escape', () => {
    const escaped = toStored('\0');
    expect(fromStored(toStored(escaped))).toBe(escaped);
    expect(toStored(escaped)).not.toBe(escaped);
  });
});
