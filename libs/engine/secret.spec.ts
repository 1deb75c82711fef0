import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderSecret } from './secret.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('folderSecret', () => {
  it('is made once, long and random', () => {
    const first = folderSecret(folder);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(folderSecret(folder)).toBe(first);
    const other = mkdtempSync(join(tmpdir(), 'leadfold-'));
    expect(folderSecret(other)).not.toBe(first);
    rmSync(other, { recursive: true });
  });

  it('is for the owner alone, and leaves no draft behind', () => {
    folderSecret(folder);
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['secret']);
  });

  it("keeps the operator's own", () => {
    writeFileSync(join(folder, 'secret'), 'chosen by hand\n');
    expect(folderSecret(folder)).toBe('chosen by hand');
  });

  it('says so when the folder is not there', () => {
    expect(() => folderSecret(join(folder, 'none'))).toThrow(/ENOENT/);
  });
});
