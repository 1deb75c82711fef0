import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../../../libs/handling/port.ts';
import { BadRequest } from './bad-request.ts';

/** How a command came in, from a request: `@Caller('captureLead') caller: CommandContext`. */
export const Caller = createParamDecorator((command: string, context: ExecutionContext): CommandContext => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { headers, id, apiKey } = request;
  return callerOf(command, headers['idempotency-key'], id, apiKey?.name);
});

/**
 * @param actor name of the API key; `api` where none was needed
 * @throws BadRequest when the idempotency key is none
 */
export const callerOf = (
  command: string,
  key: string | readonly string[] | undefined,
  correlationId: string,
  actor = 'api',
): CommandContext => {
  const context = { command, actor, correlationId };
  if (key === undefined) return context;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new BadRequest([
      { path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters, given once' },
    ]);
  return { ...context, key };
};
