import { InvalidKeys } from './errors.ts';
import { isKey } from './key.ts';
import { isScope, scopes, type ApiKey } from './scope.ts';

/** Actors that Leadfold itself has in the log; a key by such a name could pass for one. */
const reserved: ReadonlySet<string> = new Set([
  'api',
  'cli',
  'demo',
  'import',
  'relay',
  'scheduler',
  'sender',
]);

/** Why a text can't be the name of a key; null when it can. */
export const faultOfName = (name: string): string | null => {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name))
    return 'is not 1 to 64 characters of a-z 0-9 . _ - from a letter or digit on';
  return reserved.has(name) ? `is ${name}, by which Leadfold itself goes in the log` : null;
};

/**
 * Reads entries `name:scope+scope:sha256-HEX`, with white space or commas between them; from a `#` to the end of its
 * line is a comment.
 *
 * @example
 * parseKeys('reports:read:sha256-5e88…, shop:read+write:sha256-8d96…');
 * @throws InvalidKeys
 */
export const parseKeys = (text: string): readonly ApiKey[] => {
  const entries = text
    .replaceAll(/#.*$/gm, '')
    .split(/[\s,]+/)
    .filter(entry => entry !== '');
  const keys = entries.map((entry, index) => parseEntry(entry, index + 1));
  keys.forEach((key, index) => {
    const same = (other: ApiKey): boolean => other.name === key.name || other.digest.equals(key.digest);
    if (keys.findIndex(same) < index)
      throw new InvalidKeys(index + 1, 'has the name or the hash of one before it');
  });
  return keys;
};

const parseEntry = (entry: string, place: number): ApiKey => {
  if (isKey(entry))
    throw new InvalidKeys(place, 'is a key itself, and here only its hash may stand; make a new one');
  const [name = '', list = '', hash = '', ...rest] = entry.split(':');
  const digest = /^sha256-([0-9a-f]{64})$/i.exec(hash)?.[1];
  if (digest === undefined || rest.length > 0)
    throw new InvalidKeys(place, 'is not name:scope:sha256-HEX; `leadfold keys new` prints one');
  const fault = faultOfName(name);
  if (fault !== null) throw new InvalidKeys(place, `has a name that ${fault}`);
  const given = list.split('+');
  if (!given.every(isScope))
    throw new InvalidKeys(
      place,
      `has a scope that there is not; scopes are ${scopes.join(', ')}, with + between`,
    );
  return { name, scopes: new Set(given), digest: Buffer.from(digest, 'hex') };
};
