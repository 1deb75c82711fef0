import { appendFileSync, readFileSync } from 'node:fs';
import { codeOf, UnreadableKeys } from './errors.ts';
import { parseKeys } from './parse-keys.ts';

/**
 * Appends an entry to a file of keys, which is made where it is missing and is then for its owner alone (mode 0600).
 *
 * @throws InvalidKeys when the file holds something else, or the name already; UnreadableKeys; the file system's error
 */
export const appendEntry = (file: string, entry: string): void => {
  const before = contentOf(file);
  const start = before === '' || before.endsWith('\n') ? '' : '\n';
  parseKeys(`${before}${start}${entry}`);
  appendFileSync(file, `${start}${entry}\n`, { mode: 0o600, flush: true });
};

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw new UnreadableKeys(file, error);
  }
};
