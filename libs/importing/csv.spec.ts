import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxRecordSize, readCsv, sizeOf, type RawRow } from './csv.ts';
import { FileProblem } from './errors.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer, void, undefined> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const read = async (text: string, delimiter = ',', size = 65_536): Promise<RawRow[]> => {
  const rows: RawRow[] = [];
  for await (const row of readCsv(chunksOf(text, size), delimiter)) rows.push(row);
  return rows;
};
const cellsOf = async (text: string, delimiter?: string): Promise<readonly (readonly string[])[]> =>
  (await read(text, delimiter)).map(({ cells }) => cells);

describe('records of CSV', () => {
  const bare = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', 'é', '日', '0'),
    minLength: 1,
    maxLength: 5,
  });
  const delimiters = fc.constantFrom(',', ';', '\t', '|');

  it('without quotes are what stands between delimiters and line ends of any kind', async () => {
    const record = fc.array(bare, { minLength: 2, maxLength: 4 });
    const end = fc.constantFrom('\n', '\r\n', '\r');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(record, end), { minLength: 1, maxLength: 8 }),
        delimiters,
        fc.integer({ min: 1, max: 20 }),
        async (records, delimiter, size) => {
          const text = records.map(([cells, stop]) => cells.join(delimiter) + stop).join('');
          const rows = await read(text, delimiter, size);
          expect(rows.map(({ cells }) => cells)).toEqual(records.map(([cells]) => cells));
          expect(rows.map(({ line }) => line)).toEqual(records.map((_, at) => at + 1));
          expect(new Set(rows.map(({ columns }) => columns))).toEqual(new Set([records[0]![0]]));
        },
      ),
    );
  });

  it('that break a rule are named by their line, and the others are read', async () => {
    const line = fc.constantFrom('1,2', '"1","2"', '1,x"y', 'x"y,2', '', '"1\n1",2', ' ');
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 10 }),
        fc.integer({ min: 1, max: 30 }),
        async (lines, size) => {
          const rows = await read(['a,b', ...lines].join('\n'), ',', size);
          let at = 2;
          const wanted = lines.flatMap(text => {
            const begins = at;
            at += text.split('\n').length;
            return text === '' ? [] : [[begins, !text.includes('x"y')]];
          });
          expect(rows.slice(1).map(({ line: found, problem }) => [found, problem === null])).toEqual(wanted);
          for (const { problem, cells } of rows) if (problem !== null) expect(cells).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    [
      'more fields than the header',
      'a,b\n1,2,3\n',
      [
        ['a', 'b'],
        ['1', '2', '3'],
      ],
    ],
    ['fewer fields than the header', 'a,b\n1\n', [['a', 'b'], ['1']]],
    [
      'empty fields',
      'a,b\n,\n"",""\n',
      [
        ['a', 'b'],
        ['', ''],
        ['', ''],
      ],
    ],
    [
      'blanks around fields',
      'a,b\n 1 , 2 \n',
      [
        ['a', 'b'],
        [' 1 ', ' 2 '],
      ],
    ],
    [
      'quotes within quotes',
      'a,b\n"say ""so""",""""\n',
      [
        ['a', 'b'],
        ['say "so"', '"'],
      ],
    ],
    [
      'a line end within quotes at the end',
      'a,b\n1,"2\n"',
      [
        ['a', 'b'],
        ['1', '2\n'],
      ],
    ],
    ['a mark in front of a quote', '\ufeff"a",b\n', [['a', 'b']]],
    [
      'a mark further down',
      'a,b\n\ufeff1,2\n',
      [
        ['a', 'b'],
        ['\ufeff1', '2'],
      ],
    ],
    [
      'what would be a comment elsewhere',
      'a,b\n#1,2\n',
      [
        ['a', 'b'],
        ['#1', '2'],
      ],
    ],
  ])('may have %s', async (_, text, cells) => {
    expect(await cellsOf(text)).toEqual(cells);
  });

  it.each([
    ['a quote within a value', 'a,b\n1,2"\n3,4\n', 'a quote stands within a value that has none around it'],
    ['text behind a closing quote', 'a,b\n"1"x",2\n3,4\n', 'something stands between a closing quote and'],
  ])('say what is wrong with %s', async (_, text, problem) => {
    const rows = await read(text);
    expect(rows[1]).toMatchObject({ line: 2, cells: [], problem: expect.stringContaining(problem) });
    expect(rows.at(-1)).toMatchObject({ line: 3, cells: ['3', '4'], problem: null });
  });

  it('are none of no text, and of blank lines', async () => {
    for (const text of ['', '\n', '\r\n\r\n', '\ufeff']) expect(await read(text)).toEqual([]);
  });
});

describe('records that have no end', () => {
  it('are read up to half a million characters, and end the file beyond', async () => {
    const long = (characters: number): string => `a,b\n1,2\n3,${'x'.repeat(characters)}\n`;
    const fits = await read(long(maxRecordSize - 100));
    expect(fits.map(({ cells }) => sizeOf(cells))).toEqual([2, 2, maxRecordSize - 99]);
    await expect(read(long(maxRecordSize + 100))).rejects.toThrow(
      `the record that goes on at line 3 is longer than ${maxRecordSize} characters`,
    );
  });

  it.each(['a,b\n1,2\n3,"4\n5,6\n', '"', 'a,b\n"1"x,2\n3,4\n'])(
    'are a problem of the file: %j',
    async text => {
      await expect(read(text)).rejects.toBeInstanceOf(FileProblem);
      await expect(read(text, ',', 4)).rejects.toThrow(
        /^a quote is never closed \(the file ends at line \d\)$/,
      );
    },
  );

  it('pass on an error of the stream', async () => {
    const broken = async function* (): AsyncGenerator<Buffer, void, undefined> {
      yield await Promise.resolve(Buffer.from('a,b\n1,2\n'));
      throw new Error('the disk is gone');
    };
    const reading = async (): Promise<void> => {
      for await (const row of readCsv(broken())) expect(row.problem).toBeNull();
    };
    await expect(reading()).rejects.toThrow('the disk is gone');
  });
});
