import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testContext } from '../projecting/testing.ts';
import { prepareProjection, registerProjection, unregisterProjection, type Candidate } from './adding.ts';
import { DefinitionRefused } from './errors.ts';
import { definitionsFolder, readRegistry } from './registry.ts';

let folder: string;
let dataDir: string;
let cases = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  dataDir = join(folder, 'data');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes files into a folder of their own; answers the path of the first. */
const written = (files: Readonly<Record<string, string>>): string => {
  const place = join(folder, `case ${cases++} ü#%20`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), text);
  }
  return join(place, Object.keys(files)[0]!);
};

const prepare = (file: string): Promise<Candidate> =>
  prepareProjection(file, { dataDir, context: testContext(), shipped: ['lead-funnel'], now: 1_000 });

const valid = `import { defineProjection, leadOf } from 'leadfold/projecting';
import { bump } from '../shared/bump.ts';
export const pages = defineProjection({
  name: 'pages', version: 2, description: 'Pages',
  entity: { PageViewed: leadOf, PageVeiwed: event => event.stream },
  initialState: () => ({ seen: 0 }),
  evolve: state => bump(state),
  dimensions: { seen: 'integer' }, measures: ['leads'],
  contributes: ({ seen }) => [{ cell: { seen }, add: { leads: 1 } }],
});
`;
const bump = 'export const bump = (s: { seen: number }): { seen: number } => ({ seen: s.seen + 1 });\n';
const whole = { 'mine/x.projection.ts': valid, 'shared/bump.ts': bump };

describe('preparing a projection', () => {
  it('tells what it says about itself, and copies it with all that it imports', async () => {
    const file = written(whole);
    const { definition, before, unknownTypes } = await prepare(file);
    expect(definition).toMatchObject({
      ...{ name: 'pages', version: 2, description: 'Pages', exported: 'pages', addedAt: 1_000, from: file },
      types: { PageViewed: 'lead', PageVeiwed: 'other' },
      dimensions: { seen: 'integer' },
      measures: ['leads'],
      initialState: { seen: 0 },
      entry: 'mine/x.projection.ts',
    });
    expect([before, unknownTypes]).toEqual([null, ['PageVeiwed']]);
    const copied = join(definitionsFolder(dataDir), definition.folder);
    expect(readFileSync(join(copied, 'mine/x.projection.ts'), 'utf8')).toBe(valid);
    expect(readFileSync(join(copied, 'shared/bump.ts'), 'utf8')).toBe(bump);
    expect(readRegistry(dataDir)).toEqual([]);
  });

  it('names the same files by the same hash, wherever they are, and others by another', async () => {
    const hashes = [];
    for (const files of [whole, whole, { ...whole, 'shared/bump.ts': `${bump}\n` }])
      hashes.push((await prepare(written(files))).definition.hash);
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('follows links: their target\u2019s text is copied under the link\u2019s name', async () => {
    const file = written({ 'mine/x.projection.ts': valid, 'elsewhere/real.ts': bump, 'shared/other.ts': '' });
    symlinkSync('../elsewhere/real.ts', join(dirname(file), '../shared/bump.ts'));
    const { definition } = await prepare(file);
    const copy = join(definitionsFolder(dataDir), definition.folder, 'shared/bump.ts');
    expect(readFileSync(copy, 'utf8')).toBe(bump);
  });

  it.each([
    ['a default export', valid.replace('export const pages =', 'export default'), 'default'],
    ['both, the same', `${valid}export default pages;`, 'default'],
    ['a plain object', valid.replace('defineProjection({', '({').replace('defineProjection, ', ''), 'pages'],
  ])('takes %s', async (_, text, exported) => {
    expect((await prepare(written({ ...whole, 'mine/x.projection.ts': text }))).definition.exported).toBe(
      exported,
    );
  });

  it('takes JavaScript, JSON, and modules that say so by their ending', async () => {
    const script = valid.replace('../shared/bump.ts', './lib.mjs');
    const files = {
      'x.mts': script,
      'lib.mjs': `import step from './step.json' with { type: 'json' };
export const bump = state => ({ seen: state.seen + step.by });`,
      'step.json': '{ "by": 2 }',
      'package.json': '{ "type": "commonjs" }',
    };
    const { definition } = await prepare(written(files));
    expect(readdirSync(join(definitionsFolder(dataDir), definition.folder)).sort()).toEqual([
      'lib.mjs',
      'step.json',
      'x.mts',
    ]);
  });

  it('is registered, replaced and taken off again; copies nobody needs are removed', async () => {
    const file = written(whole);
    const first = await prepare(file);
    registerProjection(dataDir, first);
    const texts = ['1', '2', '3'].map(text => `${valid}// ${text}\n`);
    for (const text of texts) {
      writeFileSync(file, text);
      const next = await prepare(file);
      expect(next.before).not.toBeNull();
      registerProjection(dataDir, next);
    }
    expect(readRegistry(dataDir).map(({ name }) => name)).toEqual(['pages']);
    // The one before as well: a process that hasn't noticed yet may still fold by it.
    expect(readdirSync(join(definitionsFolder(dataDir), 'pages'))).toHaveLength(2);
    unregisterProjection(dataDir, 'pages');
    expect(readRegistry(dataDir)).toEqual([]);
    expect(existsSync(join(definitionsFolder(dataDir), 'pages'))).toBe(false);
    expect(() => unregisterProjection(dataDir, 'pages')).toThrow('nobody has added');
  });
});

describe('a file is refused that', () => {
  it.each([
    ['throws', `throw new Error('out of order');\n${valid}`, 'Error: out of order (x.projection.ts:1:7)'],
    [
      'reads the clock',
      `const now = Date.now();\n${valid}`,
      'may not read the clock; use event.occurredAt (x.projection.ts:1:18)',
    ],
    ['makes a date of now', `const now = new Date();\n${valid}`, 'may not read the clock'],
    ['uses chance', `const dice = Math.random();\n${valid}`, 'may not use randomness'],
    ['makes ids', `const id = crypto.randomUUID();\n${valid}`, 'may not use randomness'],
    ['sets a timer', `setTimeout(() => 1, 1);\n${valid}`, 'may not use timers'],
    ['reaches for the network', `await fetch('http://127.0.0.1:9/');\n${valid}`, 'may not use the network'],
    ['looks at the environment', `const home = process.env.HOME;\n${valid}`, 'may not look at the process'],
    [
      'exports no projection',
      'export const x = 1;\n',
      'exports no projection; write `export default defineProjection(',
    ],
    [
      'exports two',
      `${valid}export const more = { ...pages, name: 'more' };`,
      'exports several projections (more, pages)',
    ],
    ['has a bad name', valid.replace("'pages'", "'Pages Seen'"), '"Pages Seen" is no projection name'],
    [
      'would leave its folder by its name',
      valid.replace("'pages'", "'../x'"),
      '"../x" is no projection name',
    ],
    ['takes a shipped name', valid.replace("'pages'", "'lead-funnel'"), 'give yours another name'],
    [
      'has no entity',
      valid.replace(/entity: .*/, 'entity: {},'),
      'entity must name at least one type of event',
    ],
    [
      'has an entity that is no function',
      valid.replace('PageViewed: leadOf', "PageViewed: 'lead'"),
      'entity.PageViewed must be a function',
    ],
    ['has no evolve', valid.replace(/evolve: .*/, 'evolve: 1,'), 'evolve must be a function'],
    [
      'has an odd dimension',
      valid.replace("seen: 'integer'", "seen: 'number'"),
      'dimension seen must be one of text, integer, day',
    ],
    ['has a measure that is a dimension', valid.replace("['leads']", "['seen']"), 'is named twice'],
    ['has a version of 0', valid.replace('version: 2', 'version: 0'), 'version must be 1 or more'],
    [
      'imports a package',
      `import 'luxon';\n${valid}`,
      'x.projection.ts:1 imports "luxon", but a definition may import its own relative files',
    ],
    ['imports of Node', `import 'node:fs';\n${valid}`, "Node's own modules"],
    ['imports of Node by the short name', `import fs from 'fs';\n${valid}`, 'own modules'],
    ['imports by an absolute path', `import '/etc/x.ts';\n${valid}`, 'write it as a relative path'],
    ['imports a URL', `import 'https://example.com/x.js';\n${valid}`, 'may import its own relative files'],
    ['imports data', `import 'data:text/javascript,1';\n${valid}`, 'may import its own relative files'],
    [
      'imports what is missing',
      `import './gone.ts';\n${valid}`,
      'x.projection.ts:1 imports "./gone.ts"; there is no such file',
    ],
    ['forgets an ending', valid.replace('bump.ts', 'bump'), 'write the ending: "../shared/bump.ts"'],
    [
      'names a compiled file',
      valid.replace('bump.ts', 'bump.js'),
      'write it as it is called: "../shared/bump.ts"',
    ],
    ['imports a folder', `import '../shared';\n${valid}`, 'it is no file'],
    ['is no TypeScript', `const = ;\n${valid}`, 'x.projection.ts:1'],
    ['has an enum', `enum A { B }\n${valid}`, 'x.projection.ts:1'],
    ['is CommonJS', `module.exports = require('x');\n`, 'x.projection.ts:1'],
    ['has a state that is no JSON', valid.replace('({ seen: 0 })', 'new Map()'), 'plain JSON'],
  ])('%s', async (_, text, sentence) => {
    const preparing = prepare(written({ ...whole, 'mine/x.projection.ts': text }));
    await expect(preparing).rejects.toBeInstanceOf(DefinitionRefused);
    await expect(preparing).rejects.toThrow(sentence);
    await expect(preparing).rejects.toThrow(/x\.projection\.ts/);
  });

  it.each([
    ['is missing', () => join(folder, 'none.ts'), 'there is no such file'],
    ['is a folder', () => folder, 'it is no file'],
    ['is of another kind', () => written({ 'x.txt': 'x' }), 'it must end in .ts'],
    ['leads nowhere', () => dangling(), 'it is a link that leads nowhere'],
    ['is a device', () => '/dev/zero', 'it is no file'],
    ['is too large', () => written({ 'x.ts': `//${'x'.repeat(5_000_001)}` }), 'larger than 5000000 bytes'],
  ])('%s', async (_, file, sentence) => {
    await expect(prepare(file())).rejects.toThrow(sentence);
  });

  const dangling = (): string => {
    const link = join(dirname(written({ 'y.ts': '' })), 'x.ts');
    symlinkSync('./gone.ts', link);
    return link;
  };
});
