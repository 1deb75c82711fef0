import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { defineImport, ImportRefused, ImportStopped } from '../../libs/importing/index.ts';
import { openWorkspace, type ImportWorkspace } from './import-workspace.ts';

/** Keeps each row's cells as they were read, in a page's address. */
const notes = defineImport({
  source: 'notes',
  description: 'Notes',
  format: 'ndjson',
  files: [
    {
      name: 'notes',
      columns: ['id', 'value'],
      optional: ['more'],
      facts: ({ id = '', ...rest }) => [
        {
          type: 'PageViewed',
          stream: `lead-${id}`,
          occurredAt: 0,
          data: { leadId: id, touchpointId: 't', url: JSON.stringify(rest) },
        },
      ],
    },
  ],
});

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace(notes);
});
afterEach(() => space.dispose());

const cells = async (): Promise<readonly unknown[]> =>
  (await space.log()).map(({ data }) => JSON.parse((data as { url: string }).url) as unknown);

describe('an import of NDJSON', () => {
  it.each([
    ['text', '"a\\n\\u00e9"', 'a\né'],
    ['a number with its digits', '1.10', '1.10'],
    ['a number that no float holds', '12345678901234567890.123456789', '12345678901234567890.123456789'],
    ['a number with an exponent', '1E2', '1E2'],
    ['a truth', 'true', 'true'],
    ['null as nothing', 'null', ''],
    ['a list as its JSON', '[1, {"a": "b"}]', '[1,{"a":"b"}]'],
    ['an object as its JSON', '{"value": "x"}', '{"value":"x"}'],
  ])('reads %s', async (_, json, cell) => {
    await space.run([space.write('a.ndjson', `{"id":"a","value":${json}}\n`)]);
    expect(await cells()).toEqual([{ value: cell }]);
  });

  it('reads every line, the last without an end, past a mark, empty lines and Windows line ends', async () => {
    const lines = [
      '{"id":"a","value":"1"}',
      '',
      '{"value":"2","id":"b","more":"x"}',
      ' ',
      '{"id":"c","value":"3"}',
    ];
    const { total } = await space.run([space.zip('a', `\ufeff${lines.join('\r\n')}`)]);
    expect(total).toMatchObject({ rows: 3, appended: 3, refused: 0 });
    expect(await cells()).toEqual([{ value: '1' }, { value: '2', more: 'x' }, { value: '3' }]);
  });

  it('gives the same ids whatever the order and spacing of the members', async () => {
    await space.run([space.write('a.ndjson', '{"id":"a","value":"1"}\n')]);
    const other = space.write('b.ndjson', '{ "more": null, "value" : "1", "id":"\\u0061" }\n');
    expect((await space.run([other])).total).toMatchObject({ appended: 0, duplicates: 1 });
  });

  it.each([
    ['no JSON', '{"id":"b"', null, 'is no JSON'],
    ['a list', '["b"]', null, 'is no JSON object'],
    ['null', 'null', null, 'is no JSON object'],
    ['a missing member', '{"id":"b"}', 'value', 'is missing'],
    ['an unknown member', '{"id":"b","value":"1","mood":"x"}', 'mood', 'is no column of this source'],
    ['NUL', '{"id":"b","value":"\\u0000"}', 'value', 'NUL'],
    ['half of a surrogate pair', '{"id":"b","value":"\\ud800"}', 'value', 'surrogate'],
    ['a prototype', '{"id":"b","value":"1","__proto__":"x"}', '__proto__', 'is no column'],
    ['nesting without end', `{"id":"b","value":${'['.repeat(100_000)}`, null, 'is no JSON'],
  ])('refuses a line with %s and goes on', async (_, line, column, reason) => {
    const file = space.write('a.ndjson', `{"id":"a","value":"1"}\n${line}\n{"id":"c","value":"1"}\n`);
    const { total, refused } = await space.run([file]);
    expect(refused).toEqual([{ file, line: 2, column, reason: expect.stringContaining(reason) }]);
    expect(total).toMatchObject({ rows: 3, appended: 2, refused: 1 });
  });

  it.each([
    ['nothing', ' \n\n', 'not even a header'],
    ['CSV', 'id,value\n', 'line 1: the line is no JSON'],
    ['other members', '{"id":"a","worth":1}\n', 'it lacks "value" and has the unknown "worth"'],
    ['a first line without end', `{"id":"${'x'.repeat(600_000)}`, 'line 1 is longer than 500000 characters'],
  ])('refuses a file with %s', async (_, text, sentence) => {
    const run = space.run([space.write('a.ndjson', text)]);
    await expect(run).rejects.toBeInstanceOf(ImportRefused);
    await expect(run).rejects.toThrow(sentence);
  });

  it('stops at a line that is too long, and keeps what stands before', async () => {
    const file = space.write(
      'a.ndjson',
      `{"id":"a","value":"1"}\n{"id":"b","value":"${'x'.repeat(2_000_000)}"}\n`,
    );
    const error = await space.run([file]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ImportStopped);
    expect((error as ImportStopped).message).toContain('line 2 is longer');
    expect((error as ImportStopped).report.total.appended).toBe(1);
  });
});

describe('refused rows of NDJSON', () => {
  const lines = (...rows: readonly string[]): string => rows.map(row => `${row}\n`).join('');
  const refusedIn = (file: string): readonly Readonly<Record<string, unknown>>[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);

  it('are NDJSON that only its owner may read: where and why, then the members as texts', async () => {
    const file = space.write(
      'a.ndjson',
      lines('{"id":"a","value":"1"}', '{"id":"b"}', 'no JSON', '{"value":[1,{"x":2}],"id":"c","mood":"x"}'),
    );
    const rejects = space.path('refused.ndjson');
    await space.run([file], { rejects });
    expect(statSync(rejects).mode & 0o777).toBe(0o600);
    expect(refusedIn(rejects)).toEqual([
      { _refused: { line: 2, reason: 'value: is missing' }, id: 'b' },
      { _refused: { line: 3, reason: expect.stringMatching(/^the line is no JSON/) } },
      {
        _refused: { line: 4, reason: 'mood: is no column of this source' },
        ...{ value: '[1,{"x":2}]', id: 'c', mood: 'x' },
      },
    ]);
  });

  it('name the file where there are several', async () => {
    const files = ['one', 'two'].map(name =>
      space.write(`${name}.ndjson`, lines('{"id":"a","value":"1"}', `{"id":"${name}"}`)),
    );
    const rejects = space.path('refused.ndjson');
    await space.run(files, { rejects });
    expect(refusedIn(rejects).map(row => (row['_refused'] as { file: string }).file)).toEqual(files);
  });

  it('are imported as they are once they are mended, and count as the rows that they were', async () => {
    const rows = ['{"id":"a","value":"1"}', '{"id":"b","value":1.10,"mood":"x"}', '{"id":"c"}'];
    const file = space.write('a.ndjson', lines(...rows));
    const rejects = space.path('refused.ndjson');
    await space.run([file], { rejects });
    const mended = readFileSync(rejects, 'utf8')
      .replace(',"mood":"x"', '')
      .replace('"id":"c"', '"id":"c","value":""');
    writeFileSync(rejects, mended);
    const again = await space.run([rejects], { rejects: space.path('left.ndjson') });
    expect(again.total).toMatchObject({ rows: 2, appended: 2, refused: 0 });
    expect(readFileSync(space.path('left.ndjson'), 'utf8')).toBe('');
    const corrected = lines(rows[0]!, '{"id":"b","value":1.10}', '{"value":null,"id":"c"}');
    expect((await space.run([space.write('b.ndjson', corrected)])).total).toMatchObject({
      appended: 0,
      duplicates: 3,
    });
  });

  it('that are refused again say so anew, and a line that somebody added needs no mark', async () => {
    const rejects = space.path('refused.ndjson');
    await space.run([space.write('a.ndjson', lines('{"id":"a","value":"1"}', '{"id":"b"}'))], { rejects });
    writeFileSync(
      rejects,
      lines(
        '{"_refused":{"line":2,"reason":"x"},"id":"b","value":"2"}',
        '{"id":"c","value":"3"}',
        '{"_refused":{"line":9,"reason":"old"},"id":"d"}',
      ),
    );
    const left = space.path('left.ndjson');
    const { total } = await space.run([rejects], { rejects: left });
    expect(total).toMatchObject({ rows: 3, appended: 2, refused: 1 });
    expect(refusedIn(left)).toEqual([{ _refused: { line: 3, reason: 'value: is missing' }, id: 'd' }]);
  });

  it('leave a source alone that has a member of that name itself', async () => {
    const own = openWorkspace(
      defineImport({
        source: 'own',
        description: 'Refusals of others',
        format: 'ndjson',
        files: [
          {
            name: 'own',
            columns: ['id', '_refused'],
            facts: ({ id = '', _refused = '' }) => [
              {
                type: 'PageViewed',
                stream: `lead-${id}`,
                occurredAt: 0,
                data: { leadId: id, touchpointId: 't', url: _refused },
              },
            ],
          },
        ],
      }),
    );
    await own.run([own.write('a.ndjson', lines('{"id":"a","_refused":"by us"}'))]);
    expect((await own.log()).map(({ data }) => data)).toMatchObject([{ url: 'by us' }]);
    await own.dispose();
  });
});
