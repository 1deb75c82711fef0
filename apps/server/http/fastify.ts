import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { namesLoopback } from './host.ts';
import { parseBody } from './json-body.ts';
import { problemDocument, problemType, type Problem } from './problem.ts';
import { sendProblem } from './problem.filter.ts';
import { problemOf, refusal } from './problem-of.ts';

/** Bytes of a body. */
export const bodyLimit = 1_000_000;
/** Bytes of the bodies that may be larger, by route. */
export const bodyLimits: Readonly<Record<string, number>> = { '/v1/touchpoints': 5_000_000 };

const requestId = /^[A-Za-z0-9._-]{1,128}$/;

/** Options of the server below Nest. Requests under way are finished when it closes. */
export const fastifyOptions = {
  bodyLimit,
  logger: false,
  return503OnClosing: false,
  requestTimeout: 60_000,
  genReqId: raw => {
    const given = raw.headers['x-request-id'];
    return typeof given === 'string' && requestId.test(given) ? given : randomUUID();
  },
  frameworkErrors: (error, request, reply) =>
    sendProblem(reply, problemOf(error) ?? refusal(400, 'the address is malformed'), request.id),
  clientErrorHandler: (error, socket) => refuseConnection(error, socket),
} satisfies FastifyServerOptions;

// What Node's parser refuses never becomes a request.
const refuseConnection = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const names = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' };
  const details = {
    400: 'this is no HTTP request',
    408: 'the request did not come to an end in time',
    431: 'the headers are too large',
  };
  const body = JSON.stringify(problemDocument(refusal(status, details[status]), randomUUID()));
  const head = [
    `HTTP/1.1 ${status} ${names[status]}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};

/** JSON only, read strictly. */
export const useStrictJson = (fastify: FastifyInstance): void => {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
      done(Object.assign(new Error('charset'), { statusCode: 415 }));
      return;
    }
    try {
      done(null, parseBody(body));
    } catch (error) {
      done(error as Error);
    }
  });
};

// The page of the API has styles of its own, and asks nothing of any other host.
const pagePolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/**
 * What every request gets: its id, the check of its Host, safe headers; and one line in the log.
 *
 * @param anyHost whether the Host header may name another machine than this one: where keys say who may pass
 */
export const useHooks = (
  fastify: FastifyInstance,
  logger: Logger,
  telemetry: Telemetry,
  { anyHost = false }: { readonly anyHost?: boolean } = {},
): void => {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'no-store');
    if (request.url.startsWith('/docs')) reply.header('content-security-policy', pagePolicy);
    const refused = refusedBefore(request, anyHost);
    if (refused === null) done();
    else sendProblem(reply, refused, request.id);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    // How long a stream was open says nothing of how fast anything is answered.
    if (!isStream(reply))
      telemetry.answered(request.method, route, reply.raw.statusCode, reply.elapsedTime / 1_000);
    logger.info(lineOf(request, reply, route), 'request');
    done();
  });
};

const isStream = ({ raw }: FastifyReply): boolean =>
  String(raw.getHeader('content-type')).startsWith('text/event-stream');

const refusedBefore = ({ headers, url }: FastifyRequest, anyHost: boolean): Problem | null => {
  if (!anyHost && !namesLoopback(headers.host))
    return refusal(421, 'the Host header must name this machine: localhost, 127.0.0.1 or [::1]');
  return isText(url) ? null : refusal(400, 'the address is malformed: what follows a % is not UTF-8');
};

/** Fastify's reader of parameters takes what it can't decode as it stands. */
const isText = (url: string): boolean => {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
};

const lineOf = (request: FastifyRequest, reply: FastifyReply, route: string): object => ({
  method: request.method,
  route,
  status: reply.statusCode,
  ms: Math.round(reply.elapsedTime * 10) / 10,
  requestId: request.id,
  ...(request.apiKey === null ? {} : { key: request.apiKey.name }),
});
