import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { BadRequest, type FieldError } from './bad-request.ts';

const options = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
} as const;

/** Turns bodies into their DTOs, and refuses what doesn't fit; nothing is converted and nothing is dropped. */
@Injectable()
export class BodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    return type === 'body' && metatype !== undefined
      ? readBody(metatype as ClassConstructor<object>, value)
      : value;
  }
}

/**
 * A body as an instance of its DTO. No body at all is an empty object, because some commands need none.
 *
 * @throws BadRequest naming every member that doesn't fit
 */
export const readBody = <T extends object>(dto: ClassConstructor<T>, value: unknown = {}): T => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadRequest([{ path: '', message: 'must be a JSON object' }]);
  const instance = plainToInstance(dto, value);
  const errors = validateSync(instance, options);
  if (errors.length > 0) throw new BadRequest(errors.flatMap(error => flatten(error, '', false)));
  return instance;
};

const flatten = (error: ValidationError, parent: string, inList: boolean): readonly FieldError[] => {
  const path = inList ? `${parent}[${error.property}]` : join(parent, error.property);
  const inner = (error.children ?? []).flatMap(child => flatten(child, path, /^\d+$/.test(child.property)));
  const [kind, message] = Object.entries(error.constraints ?? {})[0] ?? [];
  if (message === undefined) return inner;
  return [{ path, message: kind === 'whitelistValidation' ? 'is not a known field' : message }, ...inner];
};

const join = (parent: string, name: string): string => (parent === '' ? name : `${parent}.${name}`);
