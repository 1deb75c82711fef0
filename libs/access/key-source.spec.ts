import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, renameSync, rmSync, statSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendEntry } from './append-entry.ts';
import { InvalidKeys, UnreadableKeys } from './errors.ts';
import { entryOf, newKey } from './key.ts';
import type { KeyRing } from './key-ring.ts';
import { openKeyRing, readKeySource } from './key-source.ts';
import type { ApiKey } from './scope.ts';

let folder: string;
let ring: KeyRing | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  ring = null;
});
afterEach(() => {
  ring?.close();
  rmSync(folder, { recursive: true });
});

const [first, second] = [newKey(), newKey()];
const names = (keys: readonly ApiKey[]): readonly string[] => keys.map(({ name }) => name);

/** A ring over a file, and what it tells of it. */
const following = (file: string) => {
  const told: (readonly string[] | string)[] = [];
  ring = openKeyRing(readKeySource(`@${file}`), {
    pollMs: 20,
    onRead: keys => told.push(names(keys)),
    onFault: error => told.push(String(error)),
  });
  const open = ring;
  const until = async (count: number): Promise<void> => {
    for (let n = 0; n < 400 && told.length < count; n++) await new Promise(wake => setTimeout(wake, 10));
    expect(told.length).toBeGreaterThanOrEqual(count);
  };
  return { told, until, who: (key: string) => open.find(key)?.name };
};

describe('a source of keys', () => {
  it('is the setting itself, or a file that it names', () => {
    const entry = entryOf('shop', ['read'], first);
    const file = join(folder, 'keys');
    writeFileSync(file, `${entry}\n`);
    expect(readKeySource(entry)).toMatchObject({ file: null, keys: [{ name: 'shop' }] });
    expect(readKeySource(`@${file}`)).toMatchObject({ file, keys: [{ name: 'shop' }] });
  });

  it('has to be there and well-formed', () => {
    expect(() => readKeySource(`@${join(folder, 'none')}`)).toThrow(UnreadableKeys);
    expect(() => readKeySource('shop')).toThrow(InvalidKeys);
  });
});

describe('a ring of keys', () => {
  it('knows whose a key is, by the whole of it alone', () => {
    ring = openKeyRing(readKeySource(`${entryOf('a', ['read'], first)},${entryOf('b', ['write'], second)}`));
    expect([ring.find(first)?.name, ring.find(second)?.name]).toEqual(['a', 'b']);
    for (const odd of ['', 'a', first.slice(0, -1), `${first}A`, first.toLowerCase(), newKey()])
      expect(ring.find(odd)).toBeNull();
  });

  it('takes up a file that has changed: new keys open, those that are gone do not', async () => {
    const file = join(folder, 'keys');
    writeFileSync(file, entryOf('old', ['read'], first));
    const { told, until, who } = following(file);
    expect([who(first), who(second)]).toEqual(['old', undefined]);
    writeFileSync(join(folder, 'draft'), entryOf('new', ['read'], second));
    renameSync(join(folder, 'draft'), file);
    await until(1);
    expect(told).toEqual([['new']]);
    expect([who(first), who(second)]).toEqual([undefined, 'new']);
  });

  it('keeps the keys while the file is broken or gone, and says so', async () => {
    const file = join(folder, 'keys');
    writeFileSync(file, entryOf('old', ['read'], first));
    const { told, until, who } = following(file);
    writeFileSync(file, 'half an ent');
    await until(1);
    expect([told[0], who(first)]).toEqual([expect.stringContaining('entry 1'), 'old']);
    rmSync(file);
    await until(2);
    expect([told[1], who(first)]).toEqual([expect.stringContaining('(ENOENT)'), 'old']);
    writeFileSync(file, entryOf('new', ['read'], second));
    await until(3);
    expect([told[2], who(first), who(second)]).toEqual([['new'], undefined, 'new']);
  });

  it('lets nobody in when the file is emptied', async () => {
    const file = join(folder, 'keys');
    writeFileSync(file, entryOf('old', ['read'], first));
    const { until, who } = following(file);
    writeFileSync(file, '# nobody\n');
    await until(1);
    expect(who(first)).toBeUndefined();
  });
});

describe('appending an entry', () => {
  it('makes the file for its owner alone, and keeps what is there', () => {
    const file = join(folder, 'keys');
    appendEntry(file, entryOf('a', ['read'], first));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, `# ours\n${entryOf('a', ['read'], first)}`);
    chmodSync(file, 0o640);
    appendEntry(file, entryOf('b', ['write'], second));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readFileSync(file, 'utf8')).toMatch(/^# ours\na:read:.*\nb:write:.*\n$/);
    expect(names(readKeySource(`@${file}`).keys)).toEqual(['a', 'b']);
  });

  it('refuses a name that is taken and a file that is none of keys, and leaves both as they are', () => {
    const file = join(folder, 'keys');
    appendEntry(file, entryOf('a', ['read'], first));
    const before = readFileSync(file, 'utf8');
    expect(() => appendEntry(file, entryOf('a', ['read'], second))).toThrow(InvalidKeys);
    expect(readFileSync(file, 'utf8')).toBe(before);
    writeFileSync(file, 'Dear diary\n');
    expect(() => appendEntry(file, entryOf('b', ['read'], second))).toThrow(InvalidKeys);
    expect(readFileSync(file, 'utf8')).toBe('Dear diary\n');
  });
});
