import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UnreadableKeys } from './errors.ts';
import { findKey, type KeyRing } from './key-ring.ts';
import { parseKeys } from './parse-keys.ts';
import type { ApiKey } from './scope.ts';

/** Where keys come from, and what was there when it was read first. */
export interface KeySource {
  /** Null: the setting itself. */
  readonly file: string | null;
  readonly text: string;
  readonly keys: readonly ApiKey[];
}

/**
 * Reads the setting: entries, or `@` and the path of a file that holds them.
 *
 * @example
 * readKeySource('@/etc/leadfold/keys').file; // '/etc/leadfold/keys'
 * @throws InvalidKeys, UnreadableKeys
 */
export const readKeySource = (setting: string): KeySource => {
  if (!setting.startsWith('@')) return { file: null, text: setting, keys: parseKeys(setting) };
  const file = resolve(setting.slice(1));
  const text = textOf(file);
  return { file, text, keys: parseKeys(text) };
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnreadableKeys(file, error);
  }
};

export interface RingOptions {
  /** Told when a file has changed and was read again, and once when it could not be. */
  readonly onRead?: (keys: readonly ApiKey[]) => void;
  readonly onFault?: (error: unknown) => void;
  /** Between two looks at the file, ms. */
  readonly pollMs?: number;
}

/** The keys of a source. A file is looked at again and again; while it can't be read, the keys stay as they were. */
export const openKeyRing = (
  source: KeySource,
  { onRead = () => undefined, onFault = () => undefined, pollMs = 1_000 }: RingOptions = {},
): KeyRing => {
  let { keys } = source;
  const changed = (text: string): void => {
    try {
      keys = parseKeys(text);
      onRead(keys);
    } catch (error) {
      onFault(error);
    }
  };
  const stop =
    source.file === null ? () => undefined : follow(source.file, source.text, pollMs, changed, onFault);
  return { find: key => findKey(keys, key), close: stop };
};

/** Reads a small file over and over: no notice and no time stamp tells of every way in which one can be replaced. */
const follow = (
  file: string,
  first: string,
  pollMs: number,
  changed: (text: string) => void,
  lost: (error: UnreadableKeys) => void,
): (() => void) => {
  let seen: string | null = first;
  let stopped = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const found = await readFile(file, 'utf8').catch((error: unknown) => new UnreadableKeys(file, error));
    if (stopped) return;
    const text = typeof found === 'string' ? found : null;
    if (text !== seen) {
      seen = text;
      if (typeof found === 'string') changed(found);
      else lost(found);
    }
    next();
  };
  const next = (): void => {
    timer = setTimeout(() => void look(), pollMs).unref();
  };
  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};
