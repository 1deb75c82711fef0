import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defineImport, type ImportDefinition } from '../../libs/importing/index.ts';
import { crm, header, openWorkspace, type ImportWorkspace } from './import-workspace.ts';

let space: ImportWorkspace;
const use = async (definition: ImportDefinition, timeZone?: string): Promise<void> => {
  await space.dispose();
  space = openWorkspace(definition, timeZone);
};
beforeEach(() => {
  space = openWorkspace();
});
afterEach(() => space.dispose());

describe('encodings and packing', () => {
  const rows = `person,at,page\np1,2026-01-05,"Käse, ""ganz"" groß\n€"\n`;
  const page = 'Käse, "ganz" groß\n€';
  const pages = async (): Promise<readonly unknown[]> =>
    (await space.log()).map(({ data }) => (data as { url: string }).url);
  const encoded = (encoding: BufferEncoding): ImportDefinition => defineImport({ ...crm, encoding });

  it('reads UTF-8, with a mark or without, gzipped or not, as the same rows', async () => {
    const files = [
      space.write('plain.csv', rows),
      space.write('marked.csv', `\ufeff${rows}`),
      space.write('windows.csv', rows.replaceAll('\n', '\r\n').replace('groß\r\n', 'groß\n')),
      space.zip('no-ending', rows),
      space.write('two-parts.gz', Buffer.concat([gzipSync(rows.slice(0, 20)), gzipSync(rows.slice(20))])),
      space.write('utf16.csv', Buffer.from(`\ufeff${rows}`, 'utf16le')),
    ];
    const { total } = await space.run(files);
    expect(total).toEqual({ rows: 6, appended: 1, duplicates: 5, ignored: 0, refused: 0 });
    expect(await pages()).toEqual([page]);
  });

  it('reads Latin-1', async () => {
    await use(encoded('latin1'));
    await space.run([space.write('a.csv', Buffer.from(rows.replace('€', 'é'), 'latin1'))]);
    expect(await pages()).toEqual([page.replace('€', 'é')]);
  });

  it('reads UTF-16 without a mark, whose characters hold bytes of commas and quotes', async () => {
    await use(encoded('utf16le'));
    const odd = '\u2c00\u002c\u2200\u0a00\u000d\u220a';
    await space.run([
      space.write('a.csv', Buffer.from(`person,at,page\np1,2026-01-05,"${odd}"\n`, 'utf16le')),
    ]);
    expect(await pages()).toEqual([odd]);
  });

  it('does not break characters at the borders of chunks', async () => {
    const long = Array.from({ length: 60 }, (_, n) => `p${n},2026-01-05,${'€'.repeat(600 - n)}\n`).join('');
    const { total } = await space.run([space.write('a.csv', header + long)]);
    expect(total).toMatchObject({ appended: 60, refused: 0 });
    expect((await pages()).every(text => /^€+$/.test(String(text)))).toBe(true);
  });

  it('reads another delimiter, and line ends of every kind in one file', async () => {
    await use(defineImport({ ...crm, delimiter: ';' }));
    await space.run([
      space.write('a.csv', 'person;at;page\r\np1;2026-01-05;a,b\np2;2026-01-05;c\rp3;2026-01-05;d'),
    ]);
    expect(await pages()).toEqual(['a,b', 'c', 'd']);
  });
});
