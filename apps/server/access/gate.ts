import type { FastifyRequest } from 'fastify';
import { allows, type ApiKey, type KeyRing, type Scope } from '../../../libs/access/index.ts';
import type { Problem } from '../http/problem.ts';
import { refusal } from '../http/problem-of.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Access } from './scope.ts';

/** What the gate has decided: who comes in (null where a key isn't needed), or why nobody does. */
export type Passage = { readonly key: ApiKey | null; readonly refused: null } | { readonly refused: Problem };

/** What the gate looks at. */
export interface Visit {
  /** What the route needs; null where no route matches. */
  readonly access: Access | null;
  readonly authorization: string | undefined;
}

/**
 * Who may pass. Where no route matches, any key will do: who has none is not even told which addresses there are.
 *
 * @example
 * await gate(ring, limit)({ access: 'read', authorization: 'Bearer lf_3q2…' });
 */
export const gate =
  (ring: Pick<KeyRing, 'find'>, limit: RateLimit) =>
  async ({ access, authorization }: Visit): Promise<Passage> => {
    if (access === 'public') return { key: null, refused: null };
    const token = bearer(authorization);
    if (token === null) return { refused: unauthorized(authorization) };
    const key = ring.find(token);
    if (key === null) return { refused: unauthorized(authorization) };
    const wait = await limit(key.name);
    if (wait !== null) return { refused: tooMany(wait) };
    if (access !== null && !allows(key, access)) return { refused: forbidden(access) };
    return { key, refused: null };
  };

/** What a request needs. Those that serve the API's description have no decorators; the rest that say nothing need all. */
export const accessOf = ({ is404, routeOptions }: FastifyRequest): Access | null => {
  if (is404) return null;
  const { url = '' } = routeOptions;
  return routeOptions.config.access ?? (describesApi(url) ? 'public' : 'admin');
};

/** Whether a route is one of those that show the API's description, which holds no data. */
export const describesApi = (route: string): boolean =>
  route === '/openapi.json' || route === '/docs' || route.startsWith('/docs/');

const bearer = (header: string | undefined): string | null =>
  /^bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1] ?? null;

const challenge = 'Bearer realm="leadfold"';

const unauthorized = (given: string | undefined): Problem => ({
  ...refusal(
    401,
    given === undefined
      ? 'this needs an API key: Authorization: Bearer KEY'
      : 'the Authorization header holds no API key that is known here: Authorization: Bearer KEY',
  ),
  headers: {
    'www-authenticate': given === undefined ? challenge : `${challenge}, error="invalid_token"`,
  },
});

const forbidden = (scope: Scope): Problem => ({
  ...refusal(403, `the API key lacks the scope ${scope}`),
  headers: { 'www-authenticate': `${challenge}, error="insufficient_scope", scope="${scope}"` },
});

const tooMany = (seconds: number): Problem => ({
  ...refusal(429, 'the API key is used too often; go on after the seconds that Retry-After says'),
  headers: { 'retry-after': String(seconds) },
});
