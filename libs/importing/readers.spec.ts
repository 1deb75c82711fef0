import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCsv, type RawRow } from './csv.ts';
import { readNdjson } from './ndjson.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer, void, undefined> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const collect = async (rows: AsyncIterable<RawRow>): Promise<RawRow[]> => {
  const all: RawRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
};

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', '€', '😀', ';'), maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const size = fc.integer({ min: 1, max: 40 });
const ends = fc.constantFrom('\n', '\r\n');
const lineEnds = (cell: string): number => cell.split(/\r\n|\r|\n/).length - 1;

describe('readers', () => {
  it('read any table of CSV as it was written, each row with its line, however the bytes are cut', async () => {
    const table = fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(table, size, ends, fc.boolean(), async (rows, cut, end, marked) => {
        const csv = stringify(rows, { record_delimiter: end, quoted: true });
        const read = await collect(readCsv(chunksOf(`${marked ? '\ufeff' : ''}${csv}`, cut)));
        let line = 1;
        const expected = rows.map(cells => {
          const start = line;
          line += 1 + cells.reduce((sum, cell) => sum + lineEnds(cell), 0);
          return { line: start, columns: rows[0], cells, problem: null };
        });
        expect(read).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('read any objects of NDJSON as they were written, each with its line, however the bytes are cut', async () => {
    const objects = fc.array(
      fc.dictionary(
        fc.constantFrom('a', 'b', 'c'),
        fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(objects, size, ends, async (list, cut, end) => {
        const lines = list.map(object => JSON.stringify(object));
        const read = await collect(readNdjson(chunksOf(lines.join(end), cut)));
        expect(read).toEqual(
          list.map((object, at) => ({
            line: at + 1,
            columns: Object.keys(object),
            cells: Object.values(object).map(value =>
              typeof value === 'string' ? value : JSON.stringify(value),
            ),
            problem: null,
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('keep what the parser skipped in its place among the rows', async () => {
    const csv = ['a,b', '1,2', '1,x"y', '3,4', '1,x"y', '5,6', '1,x"y'].join('\n');
    const read = await collect(readCsv(chunksOf(csv, 1_000)));
    expect(read.map(({ line, problem }) => [line, problem === null])).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, true],
      [5, false],
      [6, true],
      [7, false],
    ]);
  });
});
