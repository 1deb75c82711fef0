import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import {
  InvalidKeys,
  openKeyRing,
  UnreadableKeys,
  type ApiKey,
  type Scope,
} from '../../../libs/access/index.ts';
import type { Settings } from '../../../libs/engine/settings.ts';
import { sendProblem } from '../http/problem.filter.ts';
import { accessOf, gate } from './gate.ts';
import { openAnswers } from './open-answers.ts';
import { rateLimit } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request that is; null where no key was needed. */
    apiKey: ApiKey | null;
    /** For an answer that goes on: has it ended when the request's key is withdrawn. The answer is to be called when it ends by itself. */
    endWithKey: (scope: Scope, end: () => void) => () => void;
  }
}

/** Lets in who has a key, before a body is read. Without keys in the settings everybody may pass. */
export const useAccess = (fastify: FastifyInstance, logger: Logger, settings: Settings): void => {
  const answers = openAnswers();
  fastify.decorateRequest('apiKey', null);
  fastify.decorateRequest('endWithKey', function (this: FastifyRequest, scope, end) {
    return this.apiKey === null ? () => undefined : answers.add(this.apiKey, scope, end);
  });
  if (settings.apiKeys === null) return;
  const ring = openKeyRing(settings.apiKeys, {
    onRead: keys => {
      logger.info({ keys: keys.map(({ name }) => name) }, 'API keys read');
      answers.review(keys);
    },
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
