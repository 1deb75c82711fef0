import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { InvalidKeys, openKeyRing, UnreadableKeys, type ApiKey } from '../../../libs/access/index.ts';
import type { Settings } from '../../../libs/engine/settings.ts';
import { sendProblem } from '../http/problem.filter.ts';
import { accessOf, gate } from './gate.ts';
import { rateLimit } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request that is; null where no key was needed. */
    apiKey: ApiKey | null;
  }
}

/** Lets in who has a key, before a body is read. Without keys in the settings everybody may pass. */
export const useAccess = (fastify: FastifyInstance, logger: Logger, settings: Settings): void => {
  fastify.decorateRequest('apiKey', null);
  if (settings.apiKeys === null) return;
  const ring = openKeyRing(settings.apiKeys, {
    onRead: keys => logger.info({ keys: keys.map(({ name }) => name) }, 'API keys read'),
    onFault: error =>
      logger.error({ reason: reasonOf(error) }, 'API keys can’t be read; those read before still hold'),
  });
  const pass = gate(ring, rateLimit(settings.rateLimit));
  fastify.addHook('onRequest', async (request, reply) => {
    const { authorization } = request.headers;
    const passage = await pass({ access: accessOf(request), authorization });
    if (passage.refused === null) {
      request.apiKey = passage.key;
      return;
    }
    sendProblem(reply, passage.refused, request.id);
    return reply;
  });
  fastify.addHook('onClose', (_, done) => {
    ring.close();
    done();
  });
};

// Only messages that are known to quote nothing go into the log.
const reasonOf = (error: unknown): string =>
  error instanceof InvalidKeys || error instanceof UnreadableKeys ? error.message : 'unknown';
