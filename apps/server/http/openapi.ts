import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { securityScheme } from '../access/scope.ts';
import { touchpointSchema } from '../touchpoints/schema.ts';
import { ProblemDocument } from './problem-document.ts';

const description = [
  'Every touchpoint is an event in an append-only log; every number is a fold over it.',
  'Commands answer when their events are durable, with a `position` that any query takes as `atLeast`.',
  'Times are ISO 8601 with offset; money is in minor units; problems are RFC 9457 documents.',
].join(' ');

const keys =
  'An API key made by `leadfold keys new`. Its scopes are read, write and admin, which holds the other two. On loopback, a server without API keys in its settings asks for none.';

/** The description of everything that the server answers. */
export const openApiDocument = (app: NestFastifyApplication): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setTitle('Leadfold')
    .setDescription(description)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: keys }, securityScheme)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemDocument] });
  const schemas = { ...document.components?.schemas, Touchpoint: touchpointSchema() };
  return { ...document, components: { ...document.components, schemas } };
};

/** /openapi.json and its page at /docs, which asks nothing of any other host. */
export const serveOpenApi = (app: NestFastifyApplication): void => {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Leadfold API',
  });
};
