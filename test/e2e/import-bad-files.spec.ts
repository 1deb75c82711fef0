import { mkdirSync, symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ImportRefused, ImportStopped } from '../../libs/importing/index.ts';
import { openWorkspace, type ImportWorkspace } from './import-workspace.ts';

const header = 'person,at,page\n';
const good = 'p1,2026-01-05 10:00:00,https://example.com/\n';
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace();
});
afterEach(() => space.dispose());

describe('a file that cannot be used is refused before anything is appended', () => {
  const cases: readonly [string, (space: ImportWorkspace) => string, string][] = [
    ['no such file', s => s.path('none.csv'), 'there is no such file'],
    ['a file as a folder', s => `${s.write('a.csv', header)}/b.csv`, 'there is no such file'],
    ['a name with NUL', s => s.path('a\0b.csv'), 'is no name of a file'],
    ['a name that is too long', s => s.path('a'.repeat(300)), 'too long'],
    ['an empty file', s => s.write('a.csv', ''), 'is empty'],
    ['nothing but a mark', s => s.write('a.csv', '\ufeff'), 'not even a header'],
    ['nothing but empty lines', s => s.write('a.csv', '\n\r\n\n'), 'not even a header'],
    ['an empty file in gzip', s => s.zip('a.csv.gz', ''), 'not even a header'],
    [
      'gzip data that end in the header',
      s => s.write('a.gz', gzipSync(header + good).subarray(0, 14)),
      'gzip data end',
    ],
    [
      'damaged gzip data',
      s => s.write('a.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
      'gzip data are damaged',
    ],
    [
      'a zip archive',
      s => s.write('a.csv', Buffer.from('PK\x03\x04whatever')),
      'a zip archive or a spreadsheet',
    ],
    ['UTF-16, high byte first', s => s.write('a.csv', utf16(header).swap16()), 'high byte first'],
    [
      'a picture',
      s => s.write('a.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff])),
      'is no text in utf8',
    ],
    ['a missing column', s => s.write('a.csv', 'person,at\n'), 'it lacks "page"'],
    ['an unknown column', s => s.write('a.csv', 'person,at,page,mood\n'), 'it has the unknown "mood"'],
    [
      'columns of two kinds',
      s => s.write('a.csv', 'person,at,page,id\n'),
      'the columns are those of no file of crm',
    ],
    ['a column that is there twice', s => s.write('a.csv', 'person,at,page,at\n'), '"at" is there twice'],
    [
      'another delimiter',
      s => s.write('a.csv', 'person;at;page\n'),
      'it looks separated by ";", expected is ","',
    ],
    ['no header', s => s.write('a.csv', good), 'found "p1", "2026-01-05 10:00:00"'],
    ['columns in capitals', s => s.write('a.csv', 'Person,At,Page\n'), 'found "Person", "At", "Page"'],
    [
      'a header with a broken quote',
      s => s.write('a.csv', 'per"son,at,page\na,b,c\n'),
      'line 1: a quote stands within',
    ],
    ['a header that never ends', s => s.write('a.csv', 'x'.repeat(600_000)), 'longer than 500000 characters'],
    ['a quote open from the start', s => s.write('a.csv', `"${header}${good}`), 'a quote is never closed'],
    ['a column of the language', s => s.write('a.csv', '__proto__,at,page\n'), 'unknown "__proto__"'],
  ];

  it.each(cases)('%s', async (_, make, sentence) => {
    const file = make(space);
    const fine = space.write('fine.csv', header + good);
    const refused = await space.run([fine, file]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ImportRefused);
    expect((refused as ImportRefused).file).toBe(file);
    expect((refused as Error).message).toContain(sentence);
    expect((refused as Error).message).toContain(file);
    expect(await space.store.head()).toBe(0);
  });

  it('a directory', async () => {
    mkdirSync(space.path('folder'));
    await expect(space.run([space.path('folder')])).rejects.toThrow('is a directory');
  });

  it('a link that leads back to itself', async () => {
    symlinkSync(space.path('loop'), space.path('loop'));
    await expect(space.run([space.path('loop')])).rejects.toThrow('leads back to itself');
  });

  it('something that never ends', async () => {
    await expect(space.run(['/dev/null'])).rejects.toThrow('is no regular file');
  });

  it('no file at all', async () => {
    await expect(space.run([])).rejects.toThrow('name at least one file');
  });

  it('tells what each kind of file has', async () => {
    const file = space.write('a.csv', 'id,since,email\n');
    await expect(space.run([file])).rejects.toThrow(
      'found "id", "since", "email"; people has "id", "since", "email", "phone", "town" and may have "company"; visits has "person", "at", "page"; to be people it lacks "phone", "town"',
    );
  });
});

describe('a row that cannot be taken is refused with its line, and the others are kept', () => {
  const cases: readonly [string, string | Buffer, string | null, string][] = [
    ['a day that does not exist', 'p2,2026-02-30,x\n', 'at', '2026-02-30 is a date that does not exist'],
    ['no date', 'p2,,x\n', 'at', '"" is no date'],
    ['a time before 1900', 'p2,1899-12-31 23:59:59,x\n', null, 'before 1900'],
    ['a time more than a day ahead', 'p2,2026-06-02 00:00:01,x\n', null, 'more than a day ahead'],
    ['too few fields', 'p2,2026-01-05\n', null, 'has 2 fields where the header has 3'],
    ['too many fields', 'p2,2026-01-05,x,y\n', null, 'has 4 fields where the header has 3'],
    ['NUL', 'p2,2026-01-05,a\0b\n', 'page', 'NUL'],
    [
      'bytes that are no UTF-8',
      Buffer.from('p2,2026-01-05,caf\xe9\n', 'latin1'),
      'page',
      'no text in this encoding',
    ],
    [
      'half of a surrogate pair',
      Buffer.from([...Buffer.from('p2,2026-01-05,'), 0xed, 0xa0, 0x80, 10]),
      'page',
      'no text',
    ],
    ['an id with a space', 'p 2,2026-01-05,x\n', null, 'is no name of a stream'],
    ['no id', ',2026-01-05,x\n', null, 'leadId'],
    ['an id that is too long', `${'p'.repeat(65)},2026-01-05,x\n`, null, 'leadId'],
    ['an address that is too long', `p2,2026-01-05,${'x'.repeat(2_001)}\n`, null, 'url'],
    ['a quote within a value', 'p2,2026-01-05,5" disk\n', null, 'a quote stands within a value'],
    [
      'text after a closing quote',
      'p2,2026-01-05,"x"y"\n',
      null,
      'between a closing quote and the delimiter',
    ],
  ];

  it.each(cases)('%s', async (_, row, column, reason) => {
    const bytes = Buffer.concat([Buffer.from(`${header}${good}\n`), Buffer.from(row), Buffer.from(good)]);
    const { total, refused } = await space.run([space.write('a.csv', bytes)]);
    expect(refused).toEqual([
      { file: space.path('a.csv'), line: 4, column, reason: expect.stringContaining(reason) },
    ]);
    expect(total).toEqual({ rows: 3, appended: 2, duplicates: 0, ignored: 0, refused: 1 });
    expect(await space.store.head()).toBe(2);
  });

  it('counts lines through quoted line ends of every kind', async () => {
    const text = `${header}p1,2026-01-05,"a\nb\r\nc\r\n\r\nd"\r\n\r\n\r\np2,no date,x\r\n"p\n3",no date,x\r\np4,no date,x`;
    const { refused } = await space.run([space.write('a.csv', text.replace(header, 'person,at,page\r\n'))]);
    expect(refused.map(({ line }) => line)).toEqual([9, 10, 12]);
  });
});

describe('a file that breaks off stops the import, and what stands before it is kept', () => {
  const rows = (count: number): string =>
    Array.from(
      { length: count },
      (_, n) => `p${n},2026-01-05,https://example.com/${'x'.repeat(n % 97)}\n`,
    ).join('');
  const stop = async (file: string): Promise<ImportStopped> => {
    const error = await space.run([file]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ImportStopped);
    return error as ImportStopped;
  };

  it('truncated gzip', async () => {
    const whole = gzipSync(header + rows(6_000), { level: 1 });
    const stopped = await stop(space.write('a.csv.gz', whole.subarray(0, whole.length / 2)));
    expect(stopped.message).toContain('the gzip data end in the middle; the file was cut off');
    expect(stopped.report.total.appended).toBeGreaterThan(100);
    expect(await space.store.head()).toBe(stopped.report.total.appended);
    const again = await space.run([space.write('a.csv.gz', whole)]);
    expect(again.total).toMatchObject({
      rows: 6_000,
      duplicates: stopped.report.total.appended,
      refused: 0,
    });
    expect(await space.store.head()).toBe(6_000);
  });

  it('a quote left open', async () => {
    const stopped = await stop(space.write('a.csv', `${header}${rows(10)}p11,2026-01-05,"open\n${rows(5)}`));
    expect(stopped.message).toContain('a quote is never closed');
    expect(stopped.report.total).toMatchObject({ rows: 10, appended: 10 });
  });

  it('a quote left open in a large file, without reading it all into memory', async () => {
    const stopped = await stop(
      space.write('a.csv', `${header}${rows(10)}p11,2026-01-05,"open\n${rows(15_000)}`),
    );
    expect(stopped.message).toContain('longer than 500000 characters; perhaps a quote was left open');
    expect(stopped.report.total.appended).toBe(10);
  });

  it('a store that is away', async () => {
    const file = space.write('a.csv', header + rows(10));
    await space.store.close();
    const stopped = await stop(file);
    expect(stopped.message).toContain('the event store is closed');
    expect(stopped.report.total.appended).toBe(0);
  });
});
