import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { temporaryFolder } from '../../test/support/folder.ts';
import { lineReader, writeLine } from './lines.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const file = join(folder.path, 'lines');
/** Bytes that are read at once. */
const chunk = 1 << 16;

const linesOf = (bytes: string | Uint8Array): readonly string[] => {
  writeFileSync(file, bytes);
  const fd = openSync(file, 'r');
  try {
    const next = lineReader(fd);
    const lines: string[] = [];
    for (let line = next(); line !== null; line = next()) lines.push(line);
    expect(next()).toBeNull();
    return lines;
  } finally {
    closeSync(fd);
  }
};

const write = (lines: readonly string[]): void => {
  const fd = openSync(file, 'w');
  for (const line of lines) writeLine(fd, line);
  closeSync(fd);
};

describe('lines between processes', () => {
  it('come out as they were written', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ' ')),
      // Of such a length that lines begin and end anywhere in a chunk.
      fc.integer({ min: chunk - 3, max: chunk + 3 }).map(length => 'x'.repeat(length)),
      fc.constantFrom('', '\r', '\u2028'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), lines => {
        write(lines);
        expect(linesOf(readFileSync(file))).toEqual(lines);
      }),
      { numRuns: 60 },
    );
  });

  it.each([1, 2, 3])('keep a letter whole whose first %i bytes end a chunk', bytes => {
    const line = `${'x'.repeat(chunk - bytes)}\u{1F600}y`;
    expect(linesOf(`${line}\nz\n`)).toEqual([line, 'z']);
  });

  it('may be longer than several chunks', () => {
    const line = 'ab'.repeat(2 * chunk);
    expect(linesOf(`a\n${line}\nb\n`)).toEqual(['a', line, 'b']);
  });

  it('end with a newline: what its writer did not finish is no line', () => {
    expect(linesOf('')).toEqual([]);
    expect(linesOf('{"ok":1}\n{"ok"')).toEqual(['{"ok":1}']);
  });
});
