import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { runIn, type Ran } from '../testing.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (name: string): string => join(folder.path, name);
const keys = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  runIn(at('data'), environment)('keys', ...words);
const made = (...words: readonly string[]): Promise<Ran> => keys(['new', ...words]);
interface Made {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly key: string;
  readonly entry: string;
}
const json = async (...words: readonly string[]): Promise<Made> =>
  JSON.parse((await made(...words, '--json')).out) as Made;
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

describe('leadfold keys new', () => {
  it('makes a key and the entry that knows it, by its hash alone', async () => {
    const { name, scopes, key, entry } = await json(
      '--name',
      'shop',
      '--scope',
      'write,read',
      '--scope',
      'write',
    );
    expect([name, scopes]).toEqual(['shop', ['write', 'read']]);
    expect(entry).toBe(`shop:write+read:sha256-${hashOf(key)}`);
  });

  it('makes another each time', async () => {
    const made = new Set<string>();
    for (let round = 0; round < 20; round++) made.add((await json('--name', 'a', '--scope', 'read')).key);
    expect(made.size).toBe(20);
  });

  it('touches no data folder', async () => {
    await made('--name', 'shop', '--scope', 'admin');
    expect(existsSync(at('data'))).toBe(false);
  });

  it.each<[readonly string[], string]>([
    [['--scope', 'read'], "required option '--name <name>' not specified"],
    [['--name', 'shop'], "required option '--scope <scopes>' not specified"],
    [['--name', 'shop', '--scope', 'reed'], 'it is one of read, write, admin'],
    [['--name', 'shop', '--scope', 'read,'], 'it is a list with commas between names'],
    [['--name', '', '--scope', 'read'], "option '--name <name>' argument '' is invalid"],
    [['--name', 'a b', '--scope', 'read'], 'is invalid: it'],
    [['--name', 'a:b', '--scope', 'read'], 'is invalid: it'],
  ])('refuses %j', async (words, sentence) => {
    const { code, out, err } = await made(...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });
});

describe('a file of keys', () => {
  const add = (name: string): Promise<Ran> => made('--name', name, '--scope', 'read', '--file', at('keys'));

  it('gets an entry a line, and the key is printed alone', async () => {
    const outs = [await add('one'), await add('two')].map(({ out }) => out.trimEnd());
    const lines = readFileSync(at('keys'), 'utf8').trimEnd().split('\n');
    expect(lines).toEqual(['one', 'two'].map((name, n) => `${name}:read:sha256-${hashOf(outs[n]!)}`));
    expect(statSync(at('keys')).mode & 0o777).toBe(0o600);
  });

  it('keeps what stands in it, also where its last line has no end', async () => {
    const entry = `old:admin:sha256-${'a'.repeat(64)}`;
    writeFileSync(at('keys'), `# of the office\n${entry}`);
    chmodSync(at('keys'), 0o640);
    await add('new');
    const lines = readFileSync(at('keys'), 'utf8').trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual(['# of the office', entry]);
    expect(lines[2]).toMatch(/^new:read:sha256-/);
    expect(lines).toHaveLength(3);
  });

  it('has each name once', async () => {
    await add('shop');
    const { code, out, err } = await add('shop');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^leadfold: .*keys: entry 2 has the name or the hash of one before it\n$/);
    expect(readFileSync(at('keys'), 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });

  it.each<[string, () => string]>([
    ['a folder', () => folder.path],
    ['in a folder that is missing', () => at('none/keys')],
  ])('may not be %s', async (_, file) => {
    const { code, out, err } = await made('--name', 'shop', '--scope', 'read', '--file', file());
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^leadfold: [^\n]+\n$/);
    expect(err).not.toContain('unexpected');
  });

  it('is listed by names and scopes, without anything secret', async () => {
    await add('one');
    await made('--name', 'two', '--scope', 'write,read', '--file', at('keys'));
    const environment = { LEADFOLD_API_KEYS: `@${at('keys')}` };
    expect((await keys([], environment)).out).toBe(
      `name  scopes\n${'─'.repeat(16)}\none   read\ntwo   write read\n`,
    );
    expect((await keys(['list', '--csv'], environment)).out).toBe('name,scopes\none,read\ntwo,write read\n');
    const { out } = await keys(['list', '--json'], environment);
    expect(JSON.parse(out)).toEqual([
      { name: 'one', scopes: ['read'] },
      { name: 'two', scopes: ['write', 'read'] },
    ]);
  });
});

describe('leadfold keys list', () => {
  it('says where there are none', async () => {
    expect(await keys(['list'])).toEqual({
      code: 0,
      out: '',
      err: 'the settings hold no API keys; a server without them listens on loopback alone\n',
    });
  });

  it('refuses settings that hold none that can be used', async () => {
    mkdirSync(at('folder'));
    for (const value of ['shop:read', `@${at('none')}`, `@${at('folder')}`]) {
      const { code, err } = await keys([], { LEADFOLD_API_KEYS: value });
      expect([value, code]).toEqual([value, 2]);
      expect(err).toContain('LEADFOLD_API_KEYS');
    }
  });
});
