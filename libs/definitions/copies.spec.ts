import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commonFolder, dropCopies, hashOf, writeCopy } from './copies.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'leadfold-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const bytes = (text: string): Buffer => Buffer.from(text);

describe('the hash of a bundle', () => {
  const bundle = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { minKeys: 1, maxKeys: 4 });
  const of = (files: readonly (readonly [string, string])[]): string =>
    hashOf(new Map(files.map(([path, text]) => [path, bytes(text)])));

  it('doesn\u2019t depend on the order of the files', () => {
    fc.assert(
      fc.property(bundle, files => {
        const entries = Object.entries(files);
        expect(of([...entries].reverse())).toBe(of(entries));
      }),
    );
  });

  it('tells any two bundles apart', () => {
    fc.assert(
      fc.property(bundle, bundle, (one, other) => {
        const plain = (files: typeof one): string => JSON.stringify(Object.entries(files).sort());
        expect(of(Object.entries(one)) === of(Object.entries(other))).toBe(plain(one) === plain(other));
      }),
    );
    expect(of([['a', 'b1:cd']])).not.toBe(
      of([
        ['a', 'b'],
        ['c', 'd'],
      ]),
    );
  });
});

it.each([
  [['/a/b/x.ts'], '/a/b'],
  [['/a/b/x.ts', '/a/b/c/y.ts'], '/a/b'],
  [['/a/b/x.ts', '/a/bc/y.ts'], '/a'],
  [['/a/x.ts', '/b/y.ts'], '/'],
  [['/x.ts', '/b/y.ts'], '/'],
])('the folder that holds %j is %s', (paths, folder) => {
  expect(commonFolder(paths)).toBe(folder);
});

it('copies are written once, whole, and dropped', () => {
  const bundle = (text: string): Parameters<typeof writeCopy>[2] => {
    const files = new Map([['deep/x.ts', bytes(text)]]);
    return { entry: 'deep/x.ts', files, hash: hashOf(files) };
  };
  const [one, two] = [writeCopy(dataDir, 'x', bundle('1')), writeCopy(dataDir, 'x', bundle('2'))];
  expect(writeCopy(dataDir, 'x', bundle('1'))).toBe(one);
  const base = join(dataDir, 'definitions');
  expect(readFileSync(join(base, two, 'deep/x.ts'), 'utf8')).toBe('2');
  expect(readdirSync(base)).toEqual(['x']);
  dropCopies(dataDir, 'x', [two]);
  expect(readdirSync(join(base, 'x')).map(name => join('x', name))).toEqual([two]);
  dropCopies(dataDir, 'x');
  dropCopies(dataDir, 'x');
  expect(readdirSync(base)).toEqual([]);
});
