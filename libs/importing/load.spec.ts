import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ImportRefused } from './errors.ts';
import { loadImport } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const written = (text: string): string => {
  const file = join(folder, `definition-${files++}.mjs`);
  writeFileSync(file, text);
  return file;
};
const definition = (changes: string): string =>
  written(
    `export default { source: 'x', description: '', format: 'csv', files: [{ name: 'a', columns: ['id'], facts: () => [] }], ${changes} }`,
  );

describe('a definition in a file', () => {
  it('is its default export', async () => {
    expect(await loadImport(definition(''))).toMatchObject({ source: 'x', files: [{ columns: ['id'] }] });
  });

  it('may have rows that belong together', async () => {
    const group = 'group: { key: () => null, facts: () => [] }';
    const loaded = await loadImport(definition(`files: [{ name: 'a', columns: ['id'], ${group} }]`));
    expect(loaded.files[0]!.group!.key({})).toBeNull();
  });

  it.each([
    ['is not there', () => join(folder, 'none.mjs'), "can't be loaded: there is no such file"],
    ['is no program', () => written('export default {'), "can't be loaded"],
    ['throws', () => written("\nthrow new Error('out of order')"), 'out of order (line 2)'],
    [
      'imports something else of ours',
      () => written("import 'leadfold/import'"),
      "takes 'leadfold/importing'",
    ],
    ['has no source', () => definition('source: undefined'), 'source must be its name'],
    ['has one kind of file, not in a list', () => definition('files: {}'), 'files must be a list'],
    ['exports nothing', () => written('export const x = 1'), 'it exports no definition'],
    ['exports something else', () => written('export default [1]'), 'it exports no definition'],
    [
      'knows another format',
      () => definition("format: 'xml'"),
      "it exports no definition that can be used: format must be 'csv' or 'ndjson'",
    ],
    [
      'has a file without facts',
      () => definition("files: [{ name: 'a', columns: ['id'] }]"),
      'it exports no definition',
    ],
    [
      'has a group without a key',
      () => definition("files: [{ name: 'a', columns: ['id'], group: { facts: () => [] } }]"),
      'it exports no definition',
    ],
    ['breaks a rule', () => definition("source: 'No Name'"), 'is no source name'],
  ])('is refused when it %s', async (_, make, sentence) => {
    const loading = loadImport(make());
    await expect(loading).rejects.toBeInstanceOf(ImportRefused);
    await expect(loading).rejects.toThrow(sentence);
  });
});
