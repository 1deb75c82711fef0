import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings, type Settings } from '../../libs/engine/index.ts';
import { makeFolder, requireLog } from './data-folder.ts';
import { CommandFailed, UsageError } from './exit.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (...parts: readonly string[]): Settings => parseSettings({}, { data: join(folder, ...parts) });

describe('makeFolder', () => {
  it('makes a folder in folders that are missing, and leaves one that is there', async () => {
    await makeFolder(at('a', 'b', 'c'));
    expect(existsSync(join(folder, 'a', 'b', 'c'))).toBe(true);
    writeFileSync(join(folder, 'a', 'kept'), '');
    await makeFolder(at('a'));
    expect(readdirSync(join(folder, 'a'))).toEqual(['b', 'kept']);
  });

  it('makes it for its owner alone, the folders above as usual, and changes none that is there', async () => {
    const modeOf = (...parts: readonly string[]): number => statSync(join(folder, ...parts)).mode & 0o777;
    await makeFolder(at('above', 'data'));
    expect(modeOf('above', 'data')).toBe(0o700);
    mkdirSync(join(folder, 'usual'));
    expect(modeOf('above')).toBe(modeOf('usual'));
    chmodSync(join(folder, 'above', 'data'), 0o750);
    await makeFolder(at('above', 'data'));
    expect(modeOf('above', 'data')).toBe(0o750);
  });

  it('does not mind who of several that start at once comes first', async () => {
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(at('a', 'b', 'c'))));
    expect(existsSync(join(folder, 'a', 'b', 'c'))).toBe(true);
  });

  it('refuses a file, in its place or on the way', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(makeFolder(at('file'))).rejects.toThrow(UsageError);
    await expect(makeFolder(at('file', 'a', 'b'))).rejects.toThrow('is a file, not a folder');
  });

  it('fails where no folder can be made, and ends', async () => {
    await expect(makeFolder(parseSettings({}, { data: '/proc/leadfold/data' }))).rejects.toThrow(
      /\/proc\/leadfold/,
    );
  });
});

describe('requireLog', () => {
  it('refuses a folder without a log, and makes none', async () => {
    await expect(requireLog(at())).rejects.toThrow(CommandFailed);
    await expect(requireLog(at('missing'))).rejects.toThrow(/^there is no log in .*missing; fill one by /);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes a folder with one', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'log.sqlite'), '');
    await expect(requireLog(at('data'))).resolves.toBeUndefined();
  });
});
