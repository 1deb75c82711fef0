import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ImportRefused } from '../../libs/importing/index.ts';
import { openWorkspace, type ImportWorkspace } from './import-workspace.ts';

const header = 'person,at,page\n';
const rows = 'p1,2026-01-05,/é\np2,2026-01-06,/日本\n';
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace();
});
afterEach(() => space.dispose());

const dataOf = async (type: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await space.log())
    .filter(event => event.type === type)
    .map(({ data }) => data as Readonly<Record<string, unknown>>);

describe('a file in another dress is read as the same rows', () => {
  const dresses: readonly [string, string | Buffer][] = [
    ['a byte order mark', `\ufeff${header}${rows}`],
    ['a byte order mark and a quoted header', `\ufeff"person",at,page\n${rows}`],
    ['UTF-16 with its mark', utf16(`\ufeff${header}${rows}`)],
    ['CR-only line ends', (header + rows).replaceAll('\n', '\r')],
    ['CRLF line ends', (header + rows).replaceAll('\n', '\r\n')],
    ['no line end at the end', (header + rows).trimEnd()],
    ['empty lines', `\n\n${header}\n\r\n${rows}\n\n`],
    ['every value quoted', '"person","at","page"\n"p1","2026-01-05","/é"\n"p2","2026-01-06","/日本"\n'],
    ['columns in another order', 'page,person,at\n/é,p1,2026-01-05\n/日本,p2,2026-01-06\n'],
  ];

  it.each(dresses)('%s', async (_, content) => {
    await space.run([space.write('plain.csv', header + rows)]);
    const { total } = await space.run([space.write('dressed.csv', content)]);
    expect(total).toEqual({ rows: 2, appended: 0, duplicates: 2, ignored: 0, refused: 0 });
    const again = await space.run([space.zip('dressed.csv.gz', content)]);
    expect(again.total).toEqual(total);
    expect((await dataOf('PageViewed')).map(({ url }) => url)).toEqual(['/é', '/日本']);
  });
});

describe('a header that is none is refused, and nothing is stored', () => {
  const headers: readonly [string, string | Buffer, RegExp][] = [
    ['a column twice', 'person,at,page,person\n', /"person" is there twice/],
    ['a column twice but for the quotes', 'person,at,page,"page"\n', /"page" is there twice/],
    ['a column twice behind a mark', '\ufeffperson,at,page,person\n', /"person" is there twice/],
    ['all columns twice', 'person,at,page,person,at,page\n', /there twice/],
    ['a name with a blank behind it', 'person ,at,page\n', /unknown "person "/],
    ['an unnamed column', 'person,at,page,\n', /unknown ""/],
    [
      'an unnamed column first, as data frames are saved',
      ',person,at,page\n0,p1,2026-01-05,/\n',
      /unknown ""/,
    ],
    ['no header, the data first', rows, /found "p1", "2026-01-05", "\/é"/],
    ['only a title above the header', `Visits of January\n${header}`, /found "Visits of January"/],
    ['separated by tabs', 'person\tat\tpage\n', /looks separated by "\\t"/],
    ['a separator line for a spreadsheet', `sep=;\nperson;at;page\n`, /found "sep=;"/],
    ['UTF-16 without a mark', utf16(header), /is no text in utf8/],
    ['UTF-16 with the other mark', utf16(`\ufeff${header}`).swap16(), /high byte first/],
    ['Latin-1 in the header', Buffer.from('persön,at,page\n', 'latin1'), /is no text in utf8/],
    ['a prototype', 'person,at,page,__proto__\n', /unknown "__proto__"/],
    ['a constructor', 'person,at,constructor\n', /unknown "constructor"/],
    ['a formula', 'person,at,page,"=1+1"\n', /unknown "=1\+1"/],
    ['a web page', '<!DOCTYPE html>\n<html></html>\n', /found "<!DOCTYPE html>"/],
    ['JSON', '[{"person":"p1","at":"2026-01-05"}]\n', /a quote is never closed/],
    ['a quote that stays open', `person,at,"page\n${rows}`, /a quote is never closed/],
  ];

  it.each(headers)('%s', async (_, content, says) => {
    const error = await space.run([space.write('a.csv', content)]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ImportRefused);
    expect((error as Error).message).toMatch(says);
    expect((error as Error).message).not.toMatch(/\.ts:|node_modules|undefined|\[object/);
    expect(await space.store.head()).toBe(0);
  });
});

describe('a row that is no text is refused, and the next one is taken', () => {
  const bytes: readonly [string, Buffer][] = [
    ['Latin-1', Buffer.from('caf\xe9', 'latin1')],
    ['Windows-1252', Buffer.from([0x93, 0x68, 0x69, 0x94])],
    ['half of a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['both halves, each by itself', Buffer.from([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80])],
    ['a slash in two bytes', Buffer.from([0xc0, 0xaf])],
    ['a character beyond the last', Buffer.from([0xf4, 0x90, 0x80, 0x80])],
    ['the beginning of a character', Buffer.from([0xe6, 0x97])],
    ['text that was damaged before', Buffer.from('caf\ufffd')],
    ['NUL', Buffer.from('a\0b')],
  ];

  it.each(bytes)('%s', async (_, cell) => {
    const content = Buffer.concat([Buffer.from(`${header}p1,2026-01-05,/`), cell, Buffer.from(`\n${rows}`)]);
    const { total, refused } = await space.run([space.write('a.csv', content)]);
    expect(refused).toMatchObject([{ line: 2, column: 'page' }]);
    expect(total).toEqual({ rows: 3, appended: 2, duplicates: 0, ignored: 0, refused: 1 });
  });
});

describe('texts that do harm elsewhere are kept as they stand', () => {
  const texts = [
    "'; DROP TABLE events; --",
    "' OR '1'='1",
    '=HYPERLINK("http://evil.example","x")',
    '+1',
    '-1',
    '@SUM(A1)',
    '＝1+1',
    '__proto__',
    '{"__proto__":{"admin":true}}',
    '${7*7}',
    '../../etc/passwd',
    '\u202egnp.exe',
    ' \t ',
  ];

  it.each(texts)('%j', async text => {
    const cell = `"${text.replaceAll('"', '""')}"`;
    const file = space.write('a.csv', `${header}p1,2026-01-05,${cell}\n`);
    const people = space.write('b.csv', `id,since,email,phone,town\np2,2026-01-05,,,${cell}\n`);
    const { total } = await space.run([file, people]);
    expect(total).toMatchObject({ rows: 2, refused: 0 });
    expect(await dataOf('PageViewed')).toMatchObject([{ url: text }]);
    expect(await dataOf('LeadCaptured')).toMatchObject([{ personal: { attributes: { town: text } } }]);
    expect(({} as Readonly<Record<string, unknown>>)['admin']).toBeUndefined();
  });
});
