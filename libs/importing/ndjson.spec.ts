import { describe, expect, it } from '@jest/globals';
import { maxRecordSize, type RawRow } from './csv.ts';
import { FileProblem } from './errors.ts';
import { readNdjson } from './ndjson.ts';

const read = async (...chunks: readonly (string | Buffer)[]): Promise<readonly RawRow[]> => {
  const rows: RawRow[] = [];
  async function* bytes(): AsyncGenerator<Buffer, void, undefined> {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
  }
  for await (const row of readNdjson(bytes())) rows.push(row);
  return rows;
};
const cellsOf = async (line: string): Promise<readonly string[] | undefined> => (await read(line))[0]?.cells;
const problemsOf = async (...chunks: readonly string[]) =>
  (await read(...chunks)).map(({ line, problem }) => [line, problem]);

describe('readNdjson', () => {
  it.each([
    // A float would make 0.1 + 0.2 of one and 2⁵³ of the other.
    ['{"a":0.30000000000000004,"b":9007199254740993}', ['0.30000000000000004', '9007199254740993']],
    ['{"a":1.10,"b":1e3,"c":-0}', ['1.10', '1e3', '-0']],
    // The same names further down have numbers of their own.
    ['{"a":1.0,"b":{"a":2.50}}', ['1.0', '{"a":2.5}']],
    ['{"b":{"a":2.50},"a":1.0}', ['{"a":2.5}', '1.0']],
    ['{"a":null,"b":""}', ['', '']],
    ['{"a":true,"b":false}', ['true', 'false']],
    ['{"a":"null","b":"1.10"}', ['null', '1.10']],
    ['{"a":[1,"x"],"b":{}}', ['[1,"x"]', '{}']],
    ['{"a":"1","a":2.0}', ['2.0']],
    ['{"a":2.0,"a":"1"}', ['1']],
    ['{}', []],
  ])('reads the cells of %s', async (line, cells) => {
    expect(await cellsOf(line)).toEqual(cells);
  });

  it('counts empty lines and gives no row for them', async () => {
    expect(await problemsOf('\n{}\r\n   \r\n\n{}\n\n')).toEqual([
      [2, null],
      [5, null],
    ]);
    expect(await read()).toEqual([]);
    expect(await read('\n')).toEqual([]);
  });

  it('takes a byte order mark for none of the text, in however many pieces, and a second one for text', async () => {
    const marked = Buffer.from('\ufeff{"a":1}');
    expect(await read(marked)).toMatchObject([{ columns: ['a'], problem: null }]);
    expect(await read(...[...marked].map(byte => Buffer.from([byte])))).toMatchObject([{ columns: ['a'] }]);
    expect(await problemsOf('{}\n\ufeff{}')).toMatchObject([
      [1, null],
      [2, expect.stringContaining('no JSON')],
    ]);
  });

  it('goes on behind a line that is none', async () => {
    expect(await problemsOf('{"a":1}\n{"a":\n[1]\nnull\n"a"\n7\n{"a":2}')).toEqual([
      [1, null],
      [2, 'the line is no JSON'],
      [3, 'the line is no JSON object'],
      [4, 'the line is no JSON object'],
      [5, 'the line is no JSON object'],
      [6, 'the line is no JSON object'],
      [7, null],
    ]);
  });

  it.each(['{"email":"ann@example.org" oops}', '{"email":ann@example.org}', 'ann@example.org', "{'ann'"])(
    'quotes nothing of %s in its problem',
    async line => {
      const [found] = await problemsOf(line);
      expect(found?.[1]).toMatch(/^the line is no JSON(: see character \d+)?$/);
    },
  );

  it('gives up on a line that is too long, and says which', async () => {
    const long = JSON.stringify({ a: 'x'.repeat(maxRecordSize) });
    await expect(read('{}\n{}\n', long.slice(0, 1_000), long.slice(1_000))).rejects.toThrow(
      new FileProblem(`line 3 is longer than ${maxRecordSize} characters`),
    );
  });
});
