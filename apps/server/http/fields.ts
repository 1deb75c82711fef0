import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, Matches, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { parseInstant } from './instant.ts';

/** What a member of a body is, in words. */
export interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  /** Without it the member may be left out; null is never a value. */
  readonly required?: true;
}

type Schema = Pick<
  ApiPropertyOptions,
  'type' | 'format' | 'pattern' | 'minLength' | 'maxLength' | 'minimum' | 'maximum' | 'enum'
>;

const field = (
  schema: Schema,
  { description, example, required }: FieldOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator => {
  const property = {
    ...schema,
    description,
    required: required === true,
    ...(example === undefined ? {} : { example }),
  };
  return applyDecorators(
    ApiProperty(property as ApiPropertyOptions),
    ...(required === true ? [] : [ValidateIf((_, value: unknown) => value !== undefined)]),
    ...rules,
  );
};

const rule = (name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name, validator: { validate, defaultMessage: () => message } });

/** An opaque id. */
export const IdField = (options: FieldOptions): PropertyDecorator =>
  field(
    { type: String, pattern: '^[A-Za-z0-9_-]{1,64}$' },
    options,
    Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'must be an id: 1 to 64 characters of A-Z a-z 0-9 _ -' }),
  );

/** A text of `minLength` (default 1) to `maxLength` characters. */
export const TextField = (
  options: FieldOptions & { readonly minLength?: number; readonly maxLength: number },
): PropertyDecorator => {
  const { minLength = 1, maxLength } = options;
  return field(
    { type: String, minLength, maxLength },
    options,
    rule(
      'text',
      `must be a text of ${minLength} to ${maxLength} characters`,
      value => typeof value === 'string' && value.length >= minLength && value.length <= maxLength,
    ),
  );
};

/** A word that numbers are broken down by. */
export const LabelField = (options: FieldOptions): PropertyDecorator =>
  TextField({ ...options, maxLength: 200 });

/** An e-mail address: something, an @, something, without blanks; the rest only the mail server knows. */
export const EmailField = (options: FieldOptions): PropertyDecorator =>
  field(
    { type: String, format: 'email', maxLength: 320 },
    options,
    rule(
      'email',
      'must be an e-mail address of at most 320 characters',
      value => typeof value === 'string' && value.length <= 320 && /^\s*[^\s@]+@[^\s@]+\s*$/.test(value),
    ),
  );

/** A phone number as people write it, with at least six digits. */
export const PhoneField = (options: FieldOptions): PropertyDecorator =>
  field(
    { type: String, maxLength: 40 },
    options,
    rule(
      'phone',
      'must be a phone number: at least 6 digits, at most 40 characters',
      value => typeof value === 'string' && value.length <= 40 && (value.match(/\d/g)?.length ?? 0) >= 6,
    ),
  );

/** When it happened: ISO 8601 with an offset. */
export const InstantField = (options: FieldOptions): PropertyDecorator =>
  field(
    { type: String, format: 'date-time' },
    options,
    rule(
      'instant',
      'must be a time in ISO 8601 with an offset: 2018-03-01T09:30:00+01:00',
      value => typeof value === 'string' && parseInstant(value) !== null,
    ),
  );

/** A whole number between two bounds. */
export const IntegerField = (
  options: FieldOptions & { readonly minimum: number; readonly maximum: number },
): PropertyDecorator => {
  const { minimum, maximum } = options;
  return field(
    { type: 'integer', minimum, maximum },
    options,
    rule(
      'integer',
      `must be a whole number from ${minimum} to ${maximum}`,
      value => Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum,
    ),
  );
};

/** A probability, 0 to 1. */
export const ProbabilityField = (options: FieldOptions): PropertyDecorator =>
  field(
    { type: Number, minimum: 0, maximum: 1 },
    options,
    rule(
      'probability',
      'must be a number from 0 to 1',
      value => typeof value === 'number' && value >= 0 && value <= 1,
    ),
  );

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** An ISO 4217 code. */
export const CurrencyField = (options: FieldOptions): PropertyDecorator =>
  field(
    { type: String, pattern: '^[A-Z]{3}$' },
    options,
    rule(
      'currency',
      'must be a currency by its ISO 4217 code: EUR',
      value => typeof value === 'string' && currencies.has(value),
    ),
  );

/** An object that has a DTO of its own. */
export const ObjectField = (dto: () => new () => object, options: FieldOptions): PropertyDecorator =>
  applyDecorators(
    // Swagger knows a type that is looked up later by the name of this function alone.
    ApiProperty({ type: () => dto(), description: options.description, required: options.required === true }),
    ...(options.required === true ? [] : [ValidateIf((_, value: unknown) => value !== undefined)]),
    IsObject({ message: 'must be an object' }),
    ValidateNested({ message: 'must be an object' }),
    Type(dto),
  );

/** A list of objects that have a DTO of their own. */
export const ListField = (
  dto: () => new () => object,
  options: FieldOptions & { readonly maximum: number },
): PropertyDecorator => {
  const message = `must be a list of at most ${options.maximum} objects`;
  return applyDecorators(
    ApiProperty({
      type: () => dto(),
      isArray: true,
      maxItems: options.maximum,
      description: options.description,
      required: false,
    }),
    ValidateIf((_, value: unknown) => value !== undefined),
    rule('list', message, value => isObjects(value) && value.length <= options.maximum),
    ValidateNested({ each: true, message }),
    Type(dto),
  );
};

/** One of a few words. */
export const ChoiceField = (
  options: FieldOptions & { readonly values: readonly string[] },
): PropertyDecorator =>
  field(
    { type: String, enum: [...options.values] },
    options,
    rule(
      'choice',
      `must be one of ${options.values.join(', ')}`,
      value => typeof value === 'string' && options.values.includes(value),
    ),
  );

/** A list of some of these names, at least one. */
export const NamesField = ({
  names,
  ...options
}: FieldOptions & { readonly names: readonly string[] }): PropertyDecorator => {
  const known = (value: unknown): boolean => typeof value === 'string' && names.includes(value);
  const property = { type: 'string', enum: [...names], isArray: true, minItems: 1, ...options };
  return applyDecorators(
    ApiProperty({ ...property, required: options.required === true } as ApiPropertyOptions),
    ...(options.required === true ? [] : [ValidateIf((_, value: unknown) => value !== undefined)]),
    rule(
      'names',
      `must be a list of 1 to ${names.length} of these: ${names.join(', ')}`,
      value => Array.isArray(value) && value.length > 0 && value.length <= names.length && value.every(known),
    ),
  );
};

/** Any JSON object, kept as it is. */
export const RecordField = (options: FieldOptions): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'object',
      additionalProperties: true,
      description: options.description,
      selfRequired: false,
      ...(options.example === undefined ? {} : { example: options.example }),
    }),
    ValidateIf((_, value: unknown) => value !== undefined),
    rule(
      'record',
      'must be an object with at most 100 members, named by at most 100 characters each',
      isRecord,
    ),
  );

/** Whether a value is a list of objects, not of lists. */
export const isObjects = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) &&
  value.every(item => typeof item === 'object' && item !== null && !Array.isArray(item));

const isRecord = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return names.length <= 100 && names.every(name => name.length <= 100);
};
