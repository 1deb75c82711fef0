import type { TSchema } from '@sinclair/typebox';
import { ValueErrorType, type ValueError } from '@sinclair/typebox/errors';
import { Id } from './schema.ts';

/**
 * What a value is not, in words for whoever wrote it. It never repeats the value, which may be personal.
 *
 * @example
 * inWords(error); // 'must be an id: 1 to 64 letters (A-Z, a-z), digits, _ or -'
 */
export const inWords = ({ type, schema, message }: ValueError): string => {
  switch (type) {
    case ValueErrorType.ObjectAdditionalProperties:
      return `is no member of it; there are: ${membersOf(schema).join(', ')}`;
    case ValueErrorType.ObjectRequiredProperty:
      return 'is missing';
    case ValueErrorType.Object:
      return 'must be an object';
    case ValueErrorType.Array:
      return 'must be a list';
    case ValueErrorType.String:
      return 'must be a text';
    case ValueErrorType.StringMinLength:
      return schema['minLength'] === 1 ? 'must not be empty' : message;
    case ValueErrorType.StringMaxLength:
      return `must have at most ${String(schema['maxLength'])} characters`;
    case ValueErrorType.StringPattern:
      return pattern(schema, message);
    case ValueErrorType.Integer:
      return 'must be a whole number';
    case ValueErrorType.Number:
      return 'must be a number';
    case ValueErrorType.IntegerMinimum:
    case ValueErrorType.NumberMinimum:
      return `must be ${String(schema['minimum'])} or more`;
    case ValueErrorType.IntegerMaximum:
    case ValueErrorType.NumberMaximum:
      return `must be ${String(schema['maximum'])} or less`;
    default:
      return message;
  }
};

const membersOf = (schema: TSchema): readonly string[] => {
  const members: unknown = schema['properties'];
  return typeof members === 'object' && members !== null ? Object.keys(members) : [];
};

const pattern = (schema: TSchema, message: string): string => {
  if (schema['pattern'] === Id.pattern) return 'must be an id: 1 to 64 letters (A-Z, a-z), digits, _ or -';
  return typeof schema.description === 'string' ? `must be of the form: ${schema.description}` : message;
};
