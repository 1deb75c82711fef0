import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { answer } from './answers.ts';
import { sendPage } from './send-csv.ts';

const rows = [{ id: 'a', note: '=1+1' }];

const get = async (url: string, accept: string | undefined, nextCursor: string | null) => {
  const server = fastify();
  server.get('/v1/events', (request, reply) =>
    sendPage(request, reply, { data: rows, nextCursor }, ({ id, note }) => ({ id, note })),
  );
  return server.inject({ method: 'GET', url, headers: accept === undefined ? {} : { accept } });
};

describe('sendPage', () => {
  it.each([undefined, '*/*', 'application/json', 'application/json, text/csv', 'text/csv;q=0'])(
    'answers %s with the document',
    async accept => {
      const found = await get('/v1/events', accept, 'next');
      expect(found.json()).toEqual({ data: rows, nextCursor: 'next' });
      expect(found.headers.link).toBeUndefined();
    },
  );

  it.each(['text/csv', 'Text/CSV', 'text/csv, application/json;q=0.9', 'text/csv;header=present'])(
    'answers %s with the rows alone, guarded against formulas',
    async accept => {
      const found = await get('/v1/events', accept, null);
      expect(found.body).toBe("id,note\na,'=1+1\n");
      expect(found.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
      expect(found.headers.link).toBeUndefined();
    },
  );

  it.each([
    ['/v1/events', '/v1/events?cursor=n_1'],
    ['/v1/events?limit=5&type=A&type=B', '/v1/events?limit=5&type=A&type=B&cursor=n_1'],
    // The cursor of this page gives way to that of the next; anything else would go round in a circle.
    ['/v1/events?cursor=old&limit=5', '/v1/events?cursor=n_1&limit=5'],
    ['/v1/events?actor=a%26b%3Ec', '/v1/events?actor=a%26b%3Ec&cursor=n_1'],
  ])('links %s to its next page', async (url, next) => {
    expect((await get(url, 'text/csv', 'n_1')).headers.link).toBe(`<${next}>; rel="next"`);
  });
});

describe('answer', () => {
  it.each([
    [true, 201, '/v1/orders/r1'],
    [false, 200, undefined],
  ])('says whether the thing was made: %s', async (created, status, location) => {
    const server = fastify();
    server.post('/', (_, reply) =>
      answer(reply, { id: 'r1', revision: 0, position: 7, created }, '/v1/orders'),
    );
    const found = await server.inject({ method: 'POST', url: '/' });
    expect([found.statusCode, found.headers.location]).toEqual([status, location]);
    expect(found.json()).toEqual({ id: 'r1', revision: 0, position: 7 });
  });
});
