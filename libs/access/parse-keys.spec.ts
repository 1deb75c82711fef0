import { describe, expect, it } from '@jest/globals';
import { InvalidKeys } from './errors.ts';
import { entryOf, newKey } from './key.ts';
import { parseKeys } from './parse-keys.ts';
import { allows, scopes, type ApiKey } from './scope.ts';

const hash = (digit: string): string => `sha256-${digit.repeat(64)}`;
const shown = (keys: readonly ApiKey[]) => keys.map(({ name, scopes: given }) => [name, [...given]]);

describe('parseKeys', () => {
  it('reads what `keys new` writes', () => {
    const key = newKey();
    const [read] = parseKeys(entryOf('shop', ['read', 'write'], key));
    expect([read!.name, [...read!.scopes], read!.digest.length]).toEqual(['shop', ['read', 'write'], 32]);
  });

  it('takes commas, blanks and lines between entries, and comments', () => {
    const text = `# who may look\na:read:${hash('a')}, b:write:${hash('b')} # the shop, and more\n\n\tc:admin:${hash('C')}\r\n`;
    expect(shown(parseKeys(text))).toEqual([
      ['a', ['read']],
      ['b', ['write']],
      ['c', ['admin']],
    ]);
  });

  it('finds nothing in nothing', () => {
    expect(parseKeys(' \n# none yet\n')).toEqual([]);
  });

  it.each([
    ['no scope', `a:${hash('a')}`, /entry 1 is not name:scope:sha256-HEX/],
    ['another scope', `a:root:${hash('a')}`, /entry 1 has a scope that there is not; .*read, write, admin/],
    ['an empty scope', `a::${hash('a')}`, /entry 1 has a scope/],
    ['half a hash', `a:read:sha256-${'a'.repeat(63)}`, /entry 1 is not/],
    ['another hash', `a:read:md5-${'a'.repeat(32)}`, /entry 1 is not/],
    ['too much', `a:read:${hash('a')}:b`, /entry 1 is not/],
    ['no name', `:read:${hash('a')}`, /entry 1 has a name/],
    ['a name with blanks', `a b:read:${hash('a')}`, /entry 1 is not/],
    ['a name in capitals', `Shop:read:${hash('a')}`, /entry 1 has a name/],
    ['a long name', `${'a'.repeat(65)}:read:${hash('a')}`, /entry 1 has a name/],
    ['an actor of Leadfold', `scheduler:read:${hash('a')}`, /entry 1 has a name that is scheduler/],
    ['a name twice', `a:read:${hash('a')} a:read:${hash('b')}`, /entry 2 has the name or the hash/],
    ['a hash twice', `a:read:${hash('a')} b:admin:${hash('A')}`, /entry 2 has the name or the hash/],
  ])('refuses %s', (_, text, sentence) => {
    expect(() => parseKeys(text)).toThrow(InvalidKeys);
    expect(() => parseKeys(text)).toThrow(sentence);
  });

  it('says the place of a fault, and never quotes what could be a key', () => {
    const key = newKey();
    for (const text of [key, `a:read:${key}`, `a:${key}:${hash('a')}`, `${key}:read:${hash('a')}`]) {
      const fault = (() => {
        try {
          return parseKeys(`fine:read:${hash('f')}\n${text}`);
        } catch (error) {
          return error as InvalidKeys;
        }
      })();
      expect(fault).toMatchObject({ place: 2 });
      expect((fault as InvalidKeys).message).not.toContain(key.slice(3, 20));
    }
  });
});

describe('allows', () => {
  it.each([
    [['read'], [true, false, false]],
    [['write'], [false, true, false]],
    [
      ['read', 'write'],
      [true, true, false],
    ],
    [['admin'], [true, true, true]],
  ])('a key of %j', (given, reaches) => {
    const key = { scopes: new Set(given) } as Pick<ApiKey, 'scopes'>;
    expect(scopes.map(scope => allows(key, scope))).toEqual(reaches);
  });
});
