import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { temporaryFolder } from '../../test/support/folder.ts';
import { readCsv, type RawRow } from './csv.ts';
import { ImportRefused } from './errors.ts';
import { readNdjson } from './ndjson.ts';
import { markedCsv, markedNdjson } from './refused-file.ts';
import { checkRejects, openRejects, type Rejected } from './rejects.ts';
import { rawRow } from './testing.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (name: string): string => join(folder.path, name);
const source = (name = 'a.csv'): string => {
  writeFileSync(at(name), 'x');
  return at(name);
};
const refused = (raw: RawRow, changes: Partial<Rejected> = {}): Rejected => ({
  ...{ file: 'a.csv', line: raw.line, column: null, reason: 'is odd', raw },
  ...changes,
});

async function* bytesOf(file: string): AsyncGenerator<Buffer, void, undefined> {
  yield await Promise.resolve(readFileSync(file));
}
const collect = async (rows: AsyncIterable<RawRow>): Promise<RawRow[]> => {
  const all: RawRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
};

/** Text that no reader of CSV finds odd: no NUL, no lone halves; quotes, commas and line ends among it. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r\n', ' ', '日'), maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }).filter(cell => !cell.includes('\0')),
);
const columns = ['id', 'name', 'town'];

describe('a file of refused rows', () => {
  it('is read back as the rows that were refused, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.constantFrom(',', ';', '\t', '|'),
        text,
        async (cells, several, delimiter, reason) => {
          const files = [source('a.csv'), ...(several ? [source('b.csv')] : [])];
          const rejects = await openRejects(at('r.csv'), files, columns, { format: 'csv', delimiter });
          const rows = cells.map((row, place) => rawRow(place + 2, columns, row));
          await rejects.write(rows.map(raw => refused(raw, { column: 'id', reason })));
          await rejects.close();
          const [header, ...back] = await collect(readCsv(bytesOf(at('r.csv')), delimiter));
          const { strip } = markedCsv(header!.columns, columns)!;
          expect(back.map(row => strip(row).cells)).toEqual(cells);
          expect(back.map(row => row.cells.slice(0, 2))).toEqual(
            rows.map(({ line }) => [String(line), `id: ${reason}`]),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of NDJSON is read back so too', async () => {
    const cell = fc.oneof(text, fc.constantFrom('\0', '\ud800', '1.10', 'null', '{"a":1}'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.constantFrom(...columns, '__proto__'), cell), {
          minLength: 1,
          maxLength: 5,
        }),
        async objects => {
          const rejects = await openRejects(at('r.ndjson'), [source()], [], { format: 'ndjson' });
          const rows = objects.map((one, place) => rawRow(place + 1, Object.keys(one), Object.values(one)));
          await rejects.write(rows.map(raw => refused(raw)));
          await rejects.close();
          const back = await collect(readNdjson(bytesOf(at('r.ndjson'))));
          const { strip } = markedNdjson(back[0]!.columns, columns)!;
          expect(back.map(strip)).toEqual(rows);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('has the columns of all files, each row its own by name, and what is too much at the end', async () => {
    const files = [source('a.csv'), source('b.csv')];
    const rejects = await openRejects(at('r.csv'), files, ['id', 'name', 'page'], { format: 'csv' });
    await rejects.write([
      refused(rawRow(2, ['name', 'id'], ['Ann', '1']), { file: 'a.csv' }),
      refused(rawRow(5, ['id', 'page'], ['2', '/', 'more', 'yet more']), { file: 'b.csv', column: 'page' }),
      refused(rawRow(9, ['id', 'page'], []), { file: 'b.csv' }),
    ]);
    await rejects.write([]);
    await rejects.close();
    expect(readFileSync(at('r.csv'), 'utf8')).toBe(
      'line,reason,file,id,name,page\n' +
        '2,is odd,a.csv,1,Ann,\n' +
        '5,page: is odd,b.csv,2,,/,more,yet more\n' +
        '9,is odd,b.csv,,,\n',
    );
  });

  it.each([
    ['utf8', ''],
    ['UTF-8', ''],
    ['latin1', '\ufeff'],
    ['utf16le', '\ufeff'],
  ] as const)('of a source in %s begins with %j', async (encoding, mark) => {
    const given = { format: 'csv', encoding } as unknown as Parameters<typeof openRejects>[3];
    await (await openRejects(at('r.csv'), [source()], ['ä'], given)).close();
    expect(readFileSync(at('r.csv'), 'utf8')).toBe(`${mark}line,reason,ä\n`);
  });

  it('is for its owner alone, also where a file with other rights was there before', async () => {
    const modeOf = (name: string): number => statSync(at(name)).mode & 0o777;
    writeFileSync(at('old.csv'), 'what was there');
    chmodSync(at('old.csv'), 0o644);
    symlinkSync(at('old.csv'), at('link.csv'));
    for (const name of ['new.csv', 'old.csv', 'link.csv'])
      await (await openRejects(at(name), [source()], ['id'], { format: 'csv' })).close();
    expect([modeOf('new.csv'), modeOf('old.csv')]).toEqual([0o600, 0o600]);
    expect(readFileSync(at('old.csv'), 'utf8')).toBe('line,reason,id\n');
  });

  it('may be a device, whose rights stay as they are', async () => {
    const before = statSync('/dev/null').mode;
    await (await openRejects('/dev/null', [source()], ['id'], { format: 'csv' })).close();
    expect(statSync('/dev/null').mode).toBe(before);
  });
});

describe('a place for refused rows', () => {
  const check = (path: string): Promise<void> => checkRejects(path, [source('a.csv'), source('b.csv')]);

  it('may be a file that is there or not', async () => {
    writeFileSync(at('r.csv'), '');
    await expect(check(at('r.csv'))).resolves.toBeUndefined();
    await expect(check(at('new.csv'))).resolves.toBeUndefined();
  });

  it.each<[string, () => string, string]>([
    ['a file to import', () => at('b.csv'), 'is a file to import; name another one'],
    [
      'a file to import by another path',
      () => join(folder.path, '..', folder.path.split('/').at(-1)!, 'a.csv'),
      'is a file to import',
    ],
    [
      'a link to a file to import',
      () => {
        symlinkSync(at('a.csv'), at('link.csv'));
        return at('link.csv');
      },
      'is a file to import',
    ],
    ['in a folder that is missing', () => at('none/r.csv'), 'the folder is missing'],
    ['below a file', () => `${source()}/r.csv`, 'a part of the path is a file'],
    [
      'a folder',
      () => {
        mkdirSync(at('r'));
        return at('r');
      },
      'a folder is in its place',
    ],
  ])('may not be %s', async (_, place, sentence) => {
    const path = place();
    const checking = check(path);
    await expect(checking).rejects.toBeInstanceOf(ImportRefused);
    await expect(checking).rejects.toThrow(sentence);
    await expect(checking).rejects.toMatchObject({ file: path });
  });
});
