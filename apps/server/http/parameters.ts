import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { BadRequest, type FieldError } from './bad-request.ts';
import { unstorable } from './json-body.ts';
import type { SchemaObject } from './schema-object.ts';

/** A parameter of a query: how it is read, and how it is documented. */
export interface Parameter<T> {
  /** Reads the values given (none: an empty list). @throws Malformed */
  readonly read: (values: readonly string[]) => T;
  readonly documentation: {
    readonly description: string;
    readonly schema: SchemaObject;
    readonly example?: unknown;
  };
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type ValuesOf<P extends Parameters> = { readonly [K in keyof P]: ReturnType<P[K]['read']> };

/** A parameter's text is none that it takes; the message says what it has to be. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/**
 * Reads the parameters of a query string, and refuses those that nobody asked for.
 *
 * @example
 * readParameters({ limit: integer({ … }) }, { limit: '20' }); // { limit: 20 }
 * @throws BadRequest naming every parameter that doesn't fit
 */
export const readParameters = <P extends Parameters>(parameters: P, query: unknown): ValuesOf<P> => {
  const given = query as Readonly<Record<string, string | readonly string[]>>;
  const errors: FieldError[] = Object.keys(given)
    .filter(name => !Object.hasOwn(parameters, name))
    .map(name => ({
      path: name,
      message: `is not a parameter here; there are: ${Object.keys(parameters).join(', ')}`,
    }));
  const values: [string, unknown][] = [];
  for (const [name, parameter] of Object.entries(parameters)) {
    try {
      values.push([name, parameter.read(texts(given[name]))]);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      errors.push({ path: name, message: error.message });
    }
  }
  if (errors.length > 0) throw new BadRequest(errors);
  return Object.fromEntries(values) as ValuesOf<P>;
};

const texts = (value: string | readonly string[] | undefined): readonly string[] => {
  const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  for (const text of values) {
    const message = unstorable(text);
    if (message !== null) throw new Malformed(message);
    if (text.length > 2_000) throw new Malformed('must have at most 2000 characters');
  }
  return values;
};

/** A parameter that is given once or not at all. */
export const once =
  <T>(read: (text: string) => T) =>
  (values: readonly string[]): T | undefined => {
    if (values.length > 1) throw new Malformed('may be given only once');
    return values[0] === undefined ? undefined : read(values[0]);
  };

/** Documents the parameters of an operation. */
export const ApiParameters = (parameters: Parameters): MethodDecorator =>
  applyDecorators(
    ...Object.entries(parameters).map(([name, { documentation }]) =>
      ApiQuery({ required: false, ...documentation, name }),
    ),
  );
