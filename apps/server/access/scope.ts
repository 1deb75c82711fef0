import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiSecurity } from '@nestjs/swagger';
import type { Scope } from '../../../libs/access/index.ts';
import { ApiProblems } from '../http/api-operation.ts';

/** What a route says of itself: the scope that it needs, or that it is everybody's. */
export type Access = Scope | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access;
  }
}

/** Name of the security scheme in the OpenAPI document. */
export const securityScheme = 'apiKey';

/**
 * What a route needs where API keys are used. A route that says nothing needs `admin`.
 *
 * @example
 * \@Get()
 * \@Needs('read')
 * list() { … }
 */
export const Needs = (scope: Scope): MethodDecorator =>
  applyDecorators(
    RouteConfig({ access: scope } satisfies { readonly access: Access }),
    ApiSecurity(securityScheme, [scope]),
    ApiProblems({
      401: 'There is no API key, or it is unknown',
      403: `The key lacks the scope \`${scope}\``,
      429: 'The key is used too often; Retry-After says when to go on',
    }),
  );

/** A route that needs no key. It may show nothing that a stranger should not see. */
export const Public = (): MethodDecorator =>
  RouteConfig({ access: 'public' } satisfies { readonly access: Access });
