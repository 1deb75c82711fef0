import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { temporaryFolder } from '../../test/support/folder.ts';
import type { RawRow } from './csv.ts';
import { defineImport, RowError, type ImportDefinition, type ImportFile } from './define.ts';
import { FileProblem, ImportRefused } from './errors.ts';
import { checkTables, createShape, openTable, type Table } from './table.ts';
import { rawRow } from './testing.ts';

const kind = (name: string, columns: readonly string[], optional: readonly string[] = []): ImportFile => ({
  ...{ name, columns, optional },
  facts: () => [],
});
const people = kind('people', ['id', 'name'], ['town']);
const source = (changes: Partial<ImportDefinition> = {}): ImportDefinition =>
  defineImport({
    ...{ source: 'crm', description: '', format: 'csv' },
    files: [people, kind('visits', ['id', 'page'])],
    ...changes,
  });

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const write = (name: string, text: string): string => {
  writeFileSync(join(folder.path, name), text);
  return join(folder.path, name);
};
const rowsOf = async (table: Table): Promise<readonly RawRow[]> => {
  const all: RawRow[] = [];
  for await (const row of table.rows()) all.push(row);
  await table.close();
  return all;
};

describe('the shape of a row', () => {
  const clean = fc.string({ unit: 'grapheme' }).filter(cell => !/[\0\ufffd]/.test(cell));

  it('is its cells by their columns, in whatever order those come, and optional ones or not', () => {
    const shape = createShape(people);
    const columns = fc.constantFrom(
      ['id', 'name'],
      ['name', 'id'],
      ['town', 'id', 'name'],
      ['id', 'town', 'name'],
    );
    // One shape for all rows, as in NDJSON, where each has an order of its own.
    fc.assert(
      fc.property(columns, fc.array(clean, { minLength: 3, maxLength: 3 }), (names, cells) => {
        const own = cells.slice(0, names.length);
        expect(shape(rawRow(2, names, own))).toEqual(
          Object.fromEntries(names.map((name, at) => [name, own[at]])),
        );
      }),
    );
  });

  it.each<[string, RawRow, string | null, string]>([
    ['a problem', rawRow(2, ['id', 'name'], [], 'a quote is odd'), null, 'a quote is odd'],
    ['a field less', rawRow(2, ['id', 'name'], ['1']), null, 'has 1 fields where the header has 2'],
    ['a field more', rawRow(2, ['id', 'name'], ['1', '2', '3']), null, 'has 3 fields where'],
    ['no fields', rawRow(2, ['id', 'name'], []), null, 'has 0 fields'],
    ['a column less', rawRow(2, ['id'], ['1']), 'name', 'is missing'],
    ['a column more', rawRow(2, ['id', 'name', 'mood'], ['1', '2', '3']), 'mood', 'is no column'],
    ['a prototype', rawRow(2, ['id', 'name', '__proto__'], ['1', '2', '3']), '__proto__', 'is no column'],
    ['NUL', rawRow(2, ['id', 'name'], ['1', 'a\0']), 'name', 'holds a NUL character'],
    ['damaged text', rawRow(2, ['id', 'name'], ['1', '\ufffd']), 'name', 'no text in this encoding'],
    ['half of a pair', rawRow(2, ['id', 'name'], ['\ud83d', 'a']), 'id', 'half of a surrogate pair'],
  ])('is refused of a row with %s', (_, row, column, reason) => {
    const shape = createShape(people);
    // Whatever came before makes no difference.
    shape(rawRow(1, ['id', 'name'], ['1', '2']));
    for (let round = 0; round < 2; round++)
      expect(() => shape(row)).toThrow(
        expect.objectContaining({ name: 'RowError', column, message: expect.stringContaining(reason) }),
      );
  });

  it('names a column that is no name at all by its beginning', () => {
    const long = 'x'.repeat(5_000);
    let error: unknown;
    try {
      createShape(people)(rawRow(2, ['id', 'name', long], ['1', '2', '3']));
    } catch (caught) {
      error = caught;
    }
    expect((error as RowError).column).toBe('x'.repeat(100));
  });
});

describe('a table', () => {
  it('has its kind by its header, which is none of its rows in CSV', async () => {
    const table = await openTable(source(), write('a.csv', 'page,id\n/,1\n/x,2\n'));
    expect([table.kind.name, table.columns]).toEqual(['visits', ['page', 'id']]);
    expect((await rowsOf(table)).map(({ line, cells }) => [line, cells])).toEqual([
      [2, ['/', '1']],
      [3, ['/x', '2']],
    ]);
  });

  it('of NDJSON begins with its first object, which tells the kind', async () => {
    const table = await openTable(
      source({ format: 'ndjson' }),
      write('a.ndjson', '{"name":"Ann","id":1}\n{"id":2,"name":"Bob","town":"Ulm"}\n'),
    );
    expect([table.kind.name, table.columns]).toEqual(['people', ['name', 'id']]);
    expect((await rowsOf(table)).map(({ columns, cells }) => [columns, cells])).toEqual([
      [
        ['name', 'id'],
        ['Ann', '1'],
      ],
      [
        ['id', 'name', 'town'],
        ['2', 'Bob', 'Ulm'],
      ],
    ]);
  });

  it('of refused rows is like the one that it came from', async () => {
    const rejects = 'line,reason,file,id,name\n7,"id: is odd, really",a.csv,1,Ann\n9,x,b.csv,2\n';
    const table = await openTable(source(), write('r.csv', rejects));
    expect([table.kind.name, table.columns]).toEqual(['people', ['id', 'name']]);
    expect((await rowsOf(table)).map(({ line, cells }) => [line, cells])).toEqual([
      [2, ['1', 'Ann']],
      [3, ['2']],
    ]);
    const json = '{"_refused":{"line":3,"reason":"x"},"id":"1","name":"Ann"}\n';
    const other = await openTable(source({ format: 'ndjson' }), write('r.ndjson', json));
    expect(other.columns).toEqual(['id', 'name']);
    expect((await rowsOf(other)).map(({ cells }) => cells)).toEqual([['1', 'Ann']]);
  });

  it('is closed at any time, and more than once', async () => {
    const file = write('a.csv', `id,name\n${'1,Ann\n'.repeat(50_000)}`);
    const unread = await openTable(source(), file);
    await unread.close();
    const half = await openTable(source(), file);
    for await (const row of half.rows()) if (row.line === 5) break;
    await half.close();
    await half.close();
    expect(half.bytesRead()).toBeLessThan(half.bytesTotal);
  });

  it('tells what breaks off while it is read as a problem of the file', async () => {
    const file = write('a.csv', `id,name\n1,Ann\n2,"Bob\n`);
    await expect(openTable(source(), file).then(rowsOf)).rejects.toBeInstanceOf(FileProblem);
  });
});

describe('looking at all files first', () => {
  it('gives all their columns, each once, as they come', async () => {
    const files = [
      write('a.csv', 'name,id\n'),
      write('b.csv', 'id,page\n'),
      write('c.csv', 'town,id,name\n'),
    ];
    expect(await checkTables(source(), files)).toEqual(['name', 'id', 'page', 'town']);
  });

  it('names the first that cannot be used, and why', async () => {
    const files = [write('a.csv', 'name,id\n'), write('b.csv', 'id,oage\n'), write('c.csv', '')];
    const checking = checkTables(source(), files);
    await expect(checking).rejects.toBeInstanceOf(ImportRefused);
    await expect(checking).rejects.toMatchObject({ file: files[1] });
    await expect(checking).rejects.toThrow('"oage"');
    await expect(checkTables(source(), [])).rejects.toMatchObject({ file: null });
  });

  it.each([
    ['a line that cannot be read', 'id,na"me\n1,2\n', 'line 1: a quote stands within a value'],
    ['nothing but blank lines', '\n\n', 'has no rows, not even a header'],
  ])('refuses a file with %s', async (_, text, sentence) => {
    const file = write('a.csv', text);
    await expect(checkTables(source(), [file])).rejects.toThrow(`${file}: ${sentence}`);
  });
});
