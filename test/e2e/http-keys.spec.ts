import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../apps/server/serve.ts';
import { entryOf, newKey, scopes, type Scope } from '../../libs/access/index.ts';
import { parseSettings } from '../../libs/engine/index.ts';
import { send, startServer, type Answer, type Harness } from './http-server.ts';

/** All that anybody may see; what else there is needs a key. */
const publicRoutes = ['GET /health/live', 'GET /health/ready'];

interface Operation {
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: unknown };
}
interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const keys: Readonly<Record<Scope, string>> = { read: newKey(), write: newKey(), admin: newKey() };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const entries = scopes.map(scope => entryOf(`${scope}-key`, [scope], keys[scope])).join(',');

let server: Harness;
let document: OpenApi;
let routes: readonly Route[];

beforeAll(async () => {
  server = await startServer({ LEADFOLD_API_KEYS: entries, LEADFOLD_RATE_LIMIT: '0' });
  document = (await server.get('/openapi.json')).json as unknown as OpenApi;
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: path.replaceAll(/\{[^}]+\}/g, 'x'),
      operation,
    })),
  );
});

afterAll(() => server.close());

/** Every path that the server has a handler for, read from the tree that Fastify prints. */
const registeredPaths = ({ app }: Harness): readonly string[] => {
  const fastify = app.getHttpAdapter().getInstance();
  const printed = fastify.printRoutes({ commonPrefix: false });
  const above: string[] = [];
  return printed.split('\n').flatMap(line => {
    const [, indent, segment, methods] = /^(.*?)[├└]── (\S*)(?: \((.+)\))?$/.exec(line) ?? [];
    if (indent === undefined || segment === undefined) return [];
    const depth = indent.length / 4;
    const path = (above[depth - 1] ?? '') + segment;
    above.splice(depth, above.length, path);
    return methods === undefined ? [] : [path];
  });
};

const isPublic = ({ name }: Route): boolean => publicRoutes.includes(name);
const closed = (): readonly Route[] => routes.filter(route => !isPublic(route));
const scopeOf = ({ operation }: Route): readonly string[] =>
  operation.security?.flatMap(one => one['apiKey'] ?? []) ?? [];

/** Asked for what no route takes, so that what passes the gate fails behind it: it writes nothing and comes to an end. */
const ask = async (
  { method, path }: Route,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  method === 'GET'
    ? server.get(`${path}?nonsense=1`, headers)
    : server.call(path, { method, headers, body: { nonsense: true } });

const differing = async (
  given: readonly Route[],
  headers: Readonly<Record<string, string>>,
  expected: (route: Route) => boolean,
): Promise<readonly unknown[]> => {
  const odd: unknown[] = [];
  for (const route of given) {
    const { status } = await ask(route, headers);
    if (expected(route) !== (status === 401 || status === 403)) odd.push([route.name, status]);
  }
  return odd;
};

describe('every route of the OpenAPI document', () => {
  it('is public by the list here, or names the one scope that it needs', () => {
    expect(routes.length).toBeGreaterThan(25);
    expect(
      routes
        .filter(route => scopeOf(route).length === 0)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(publicRoutes);
    for (const route of closed()) {
      expect([route.name, scopes]).toEqual([route.name, expect.arrayContaining([...scopeOf(route)])]);
      expect([route.name, scopeOf(route).length]).toEqual([route.name, 1]);
      expect(Object.keys(route.operation.responses)).toEqual(expect.arrayContaining(['401', '403', '429']));
    }
    expect(document.components.securitySchemes).toMatchObject({ apiKey: { type: 'http', scheme: 'bearer' } });
  });

  it('changes nothing for who may only read', () => {
    const writing = closed().filter(({ method }) => method !== 'GET' && method !== 'HEAD');
    const readable = writing.filter(route => scopeOf(route)[0] === 'read').map(({ name }) => name);
    // A question whose words are personal, and so stand in a body.
    expect(readable).toEqual(['POST /v1/leads/lookup']);
  });

  it('answers 401 with a challenge where there is no key or an unknown one', async () => {
    for (const headers of [{}, bearer(newKey()), { authorization: `Basic ${keys.admin}` }])
      for (const route of closed()) {
        const answer = await ask(route, headers);
        expect([route.name, answer.status]).toEqual([route.name, 401]);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="leadfold"/);
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        expect(answer.json.type).toBe('/problems/unauthorized');
      }
  });

  it.each(scopes)('answers 403 beyond %s, and nothing of the kind within', async scope => {
    const within = (route: Route): boolean => scope === 'admin' || scopeOf(route)[0] === scope;
    expect(await differing(closed(), bearer(keys[scope]), route => !within(route))).toEqual([]);
    for (const route of closed().filter(one => !within(one))) {
      const answer = await ask(route, bearer(keys[scope]));
      expect(answer.json).toMatchObject({ type: '/problems/forbidden', status: 403 });
      expect(answer.json.detail).toContain(scopeOf(route)[0]);
    }
  });

  it('is open without a key when it is public', async () => {
    expect(await differing(routes.filter(isPublic), {}, () => false)).toEqual([]);
    expect((await server.get('/health/ready')).status).toBe(200);
  });
});

describe('what the OpenAPI document does not hold', () => {
  it('is its own page, and nothing else', async () => {
    const described = new Set(
      Object.keys(document.paths).map(path => path.replaceAll(/\{([^}]+)\}/g, ':$1')),
    );
    const registered = registeredPaths(server).filter(route => !described.has(route));
    expect(registeredPaths(server)).toEqual(
      expect.arrayContaining(['/v1/leads/:id/score', '/metrics', '/docs']),
    );
    expect(registered.filter(route => !/^\/(openapi\.json|docs(\/.*)?)$/.test(route))).toEqual([]);
    for (const path of ['/docs', '/openapi.json']) expect((await server.get(path)).status).toBe(200);
  });

  it('is told to those alone who have a key', async () => {
    for (const path of ['/', '/v1', '/v1/nothing', '/docsx', '/v1/leads/x/y/z']) {
      expect([path, (await server.get(path)).status]).toEqual([path, 401]);
      expect([path, (await server.get(path, bearer(keys.write))).status]).toEqual([path, 404]);
    }
    expect((await server.call('/v1/leads', { method: 'PUT', body: {} })).status).toBe(401);
    expect(
      (await server.call('/v1/leads', { method: 'PUT', body: {}, headers: bearer(keys.read) })).status,
    ).toBe(405);
  });

  it('has no way around: HEAD, doubled slashes, capitals and encoded paths', async () => {
    expect((await server.call('/v1/events', { method: 'HEAD' })).status).toBe(401);
    for (const path of [
      '//v1/events',
      '/V1/events',
      '/v1/%65vents',
      '/v1/events/',
      '/docs/../v1/events',
      '/health/live/../../v1/events',
    ])
      expect([path, (await server.get(path)).status]).toEqual([path, 401]);
  });
});

describe('a key', () => {
  it('stands as actor in the events that it appends, and by its name in the log', async () => {
    const answer = await server.post(
      '/v1/leads',
      { id: 'ann', email: 'ann@example.org' },
      bearer(keys.write),
    );
    expect(answer.status).toBe(201);
    const { json: page } = await server.get('/v1/events?actor=write-key', bearer(keys.read));
    expect(page.data.map(({ type }) => type)).toContain('LeadCaptured');
    expect(
      new Set(page.data.map(event => (event as unknown as { metadata: { actor: string } }).metadata.actor)),
    ).toEqual(new Set(['write-key']));
    const line = server.log.find(entry => entry.includes(String(answer.headers['x-request-id'])));
    expect(JSON.parse(line!)).toMatchObject({ key: 'write-key', status: 201 });
  });

  it('never stands in the log or an answer itself, whole or hashed', async () => {
    const odd = newKey();
    const answers = [
      await server.get('/v1/leads', bearer(odd)),
      await server.get(`/v1/leads?key=${odd}`, bearer(keys.read)),
    ];
    const seen = [...server.log, ...answers.map(({ text, headers }) => text + JSON.stringify(headers))].join(
      '',
    );
    expect(server.log.length).toBeGreaterThan(0);
    for (const key of [...Object.values(keys), odd]) expect(seen).not.toContain(key.slice(3));
    for (const entry of entries.split(',')) expect(seen).not.toContain(entry.slice(-64));
  });

  it('is refused before the body is read', async () => {
    const answer = await server.call('/v1/leads', {
      method: 'POST',
      raw: 'no JSON',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(401);
    const large = await server.call('/v1/leads', { method: 'POST', raw: Buffer.alloc(2_000_000, 0x20) });
    expect(large.status).toBe(401);
  });

  it('lets the Host header name any machine', async () => {
    const answer = await server.get('/v1/events', { ...bearer(keys.read), host: 'leadfold.example' });
    expect(answer.status).toBe(200);
  });
});

describe('the rate limit', () => {
  it('is each key’s own, and says when to go on', async () => {
    const limited = await startServer({ LEADFOLD_API_KEYS: entries, LEADFOLD_RATE_LIMIT: '5' });
    try {
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => limited.get('/v1/events', bearer(keys.read))),
      );
      const passed = answers.filter(({ status }) => status === 200).length;
      const refused = answers.filter(({ status }) => status === 429);
      expect(passed + refused.length).toBe(30);
      // A new second may have begun meanwhile.
      expect([5, 10, 15]).toContain(passed);
      expect(refused[0]!.headers['retry-after']).toBe('1');
      expect(refused[0]!.json).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
      expect((await limited.get('/v1/events', bearer(keys.admin))).status).toBe(200);
      for (let n = 0; n < 10; n++) expect((await limited.get('/health/live')).status).toBe(200);
      await new Promise(wake => setTimeout(wake, 1_050));
      expect((await limited.get('/v1/events', bearer(keys.read))).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});

describe('a server that others can reach', () => {
  const withFolder = async (run: (folder: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
    try {
      await run(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const quiet = { logger: { level: 'silent' } };

  it('listens once there are keys, and takes up a changed file of them', async () => {
    await withFolder(async folder => {
      const file = join(folder, 'keys');
      writeFileSync(file, entryOf('first', ['read'], keys.read));
      const settings = parseSettings({
        LEADFOLD_DATA: join(folder, 'data'),
        LEADFOLD_HOST: '0.0.0.0',
        LEADFOLD_API_KEYS: `@${file}`,
      });
      const { url, close } = await serve({ ...settings, port: 0 }, quiet);
      try {
        const status = async (key: string): Promise<number> =>
          (await send(`http://127.0.0.1:${new URL(url).port}/v1/events`, { headers: bearer(key) })).status;
        expect([await status(keys.read), await status(keys.admin)]).toEqual([200, 401]);
        writeFileSync(file, entryOf('second', ['admin'], keys.admin));
        for (let n = 0; n < 200 && (await status(keys.admin)) !== 200; n++)
          await new Promise(wake => setTimeout(wake, 25));
        expect([await status(keys.read), await status(keys.admin)]).toEqual([401, 200]);
      } finally {
        await close();
      }
    });
  });

  it('refuses to when the file holds no key', async () => {
    await withFolder(async folder => {
      const file = join(folder, 'keys');
      writeFileSync(file, '# none yet\n');
      const settings = parseSettings({
        LEADFOLD_DATA: join(folder, 'data'),
        LEADFOLD_HOST: '0.0.0.0',
        LEADFOLD_API_KEYS: `@${file}`,
      });
      await expect(serve(settings, quiet)).rejects.toThrow(/without API keys.*leadfold keys new/);
    });
  });
});
