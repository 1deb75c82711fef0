import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { watchRoutes } from './routes.ts';

const watched = () => {
  const server = fastify();
  const routes = watchRoutes(server, { '/large': 50 });
  for (const path of ['/small', '/large', '/leads/:id', '/leads/lookup'])
    server.post(path, (_, reply) => reply.send('ok'));
  server.get('/leads/:id', (_, reply) => reply.send('ok'));
  server.get('/docs/*', (_, reply) => reply.send('ok'));
  return { server, routes };
};

describe('watchRoutes', () => {
  it.each([
    ['/leads/l1', ['GET', 'HEAD', 'POST']],
    ['/leads/lookup', ['GET', 'HEAD', 'POST']],
    ['/large', ['POST']],
    ['/docs/a/b.js', ['GET', 'HEAD']],
    ['/leads', []],
    ['/leads/l1/stage', []],
    ['/', []],
  ])('knows the methods of %s', (path, methods) => {
    expect(watched().routes.methodsOf(path)).toEqual(methods);
  });

  it('gives a route its own body limit', async () => {
    const { server } = watched();
    const payload = { text: 'x'.repeat(100) };
    const [large, small] = await Promise.all(
      ['/large', '/small'].map(url => server.inject({ method: 'POST', url, payload })),
    );
    expect([large!.statusCode, small!.statusCode]).toEqual([413, 200]);
  });
});
