import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** A schema of OpenAPI. The package names the type only in a file that it doesn't export. */
export type SchemaObject = Exclude<Schemas[string], { $ref: string }>;
