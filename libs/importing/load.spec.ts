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
    ['is not there', () => join(folder, 'none.mjs'), "can't be loaded"],
    ['is no program', () => written('export default {'), "can't be loaded"],
    ['throws', () => written("throw new Error('out of order')"), 'out of order'],
    ['exports nothing', () => written('export const x = 1'), 'it exports no definition'],
    ['exports something else', () => written('export default [1]'), 'it exports no definition'],
    ['knows another format', () => definition("format: 'xml'"), 'it exports no definition'],
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
