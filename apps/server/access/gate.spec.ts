import { describe, expect, it } from '@jest/globals';
import { openKeyRing, readKeySource, entryOf, newKey, type Scope } from '../../../libs/access/index.ts';
import { describesApi, gate, type Passage } from './gate.ts';
import { rateLimit } from './rate-limit.ts';
import type { Access } from './scope.ts';

const given: readonly Scope[][] = [['read'], ['write'], ['admin']];
const keys = new Map(given.map(scopes => [scopes[0]!, newKey()] as const));
const setting = given.map(scopes => entryOf(`${scopes[0]!}er`, scopes, keys.get(scopes[0]!)!)).join(' ');
const pass = gate(openKeyRing(readKeySource(setting)), rateLimit(0));
const said = (passage: Passage): unknown =>
  passage.refused === null ? (passage.key?.name ?? 'anybody') : passage.refused.status;

const accesses: readonly (Access | null)[] = ['public', 'read', 'write', 'admin', null];

describe('the gate', () => {
  it.each<[string, string | undefined, readonly unknown[]]>([
    ['nothing', undefined, ['anybody', 401, 401, 401, 401]],
    ['an unknown key', `Bearer ${newKey()}`, ['anybody', 401, 401, 401, 401]],
    ['a key to read', `Bearer ${keys.get('read')!}`, ['anybody', 'reader', 403, 403, 'reader']],
    ['a key to write', `Bearer ${keys.get('write')!}`, ['anybody', 403, 'writeer', 403, 'writeer']],
    [
      'a key for all',
      `bearer   ${keys.get('admin')!} `,
      ['anybody', 'adminer', 'adminer', 'adminer', 'adminer'],
    ],
  ])('with %s', async (_, authorization, expected) => {
    const found = await Promise.all(accesses.map(access => pass({ access, authorization })));
    expect(found.map(said)).toEqual(expected);
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    keys.get('admin')!,
    `Basic ${keys.get('admin')!}`,
    `Bearer ${keys.get('admin')!} ${keys.get('admin')!}`,
    `Bearer ${keys.get('admin')!}, Bearer x`,
    `Bearer\t${keys.get('admin')!}`,
    'Bearer \u00e4',
    `Bearer ${'a'.repeat(10_000)}`,
  ])('does not take %j for a key', async authorization => {
    expect(said(await pass({ access: 'read', authorization }))).toBe(401);
  });

  it('challenges as RFC 6750 has it', async () => {
    const challenge = async (access: Access, authorization?: string): Promise<unknown> =>
      (await pass({ access, authorization })).refused?.headers?.['www-authenticate'];
    expect(await challenge('read')).toBe('Bearer realm="leadfold"');
    expect(await challenge('read', 'Bearer x')).toBe('Bearer realm="leadfold", error="invalid_token"');
    expect(await challenge('write', `Bearer ${keys.get('read')!}`)).toBe(
      'Bearer realm="leadfold", error="insufficient_scope", scope="write"',
    );
  });

  it('counts what a key asks for, in vain too, and nobody else’s', async () => {
    const limited = gate(openKeyRing(readKeySource(setting)), rateLimit(2));
    const ask = async (scope: Scope): Promise<unknown> =>
      said(await limited({ access: 'write', authorization: `Bearer ${keys.get(scope)!}` }));
    expect([await ask('read'), await ask('read'), await ask('read')]).toEqual([403, 403, 429]);
    expect(await ask('write')).toBe('writeer');
  });
});

describe('the limit of a key', () => {
  it('refuses more than so many in a second, says how long to wait, and then goes on', async () => {
    const limit = rateLimit(3);
    const asked = await Promise.all(Array.from({ length: 5 }, () => limit('shop')));
    expect(asked).toEqual([null, null, null, 1, 1]);
    await new Promise(wake => setTimeout(wake, 1_050));
    expect(await limit('shop')).toBeNull();
  });

  it('is none when it is 0', async () => {
    const limit = rateLimit(0);
    const asked = await Promise.all(Array.from({ length: 1_000 }, () => limit('shop')));
    expect(asked.filter(wait => wait !== null)).toEqual([]);
  });
});

describe('describesApi', () => {
  it.each(['/openapi.json', '/docs', '/docs/', '/docs/*'])('knows %s', route => {
    expect(describesApi(route)).toBe(true);
  });

  it.each(['/', '', '/docsx', '/v1/docs', '/openapi.json/x', '/v1/leads'])(
    'does not take %j for it',
    route => {
      expect(describesApi(route)).toBe(false);
    },
  );
});
