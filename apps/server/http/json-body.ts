import { isUtf8 } from 'node:buffer';
import { BadRequest, type FieldError } from './bad-request.ts';

const maxDepth = 20;

/**
 * Reads a body: strict UTF-8 JSON, no NUL, no lone surrogates, no names that mean something to JavaScript, and no deeper
 * than 20 levels. An empty body is undefined.
 *
 * @throws BadRequest
 */
export const parseBody = (body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw whole('must be UTF-8');
  const value = parse(body.toString('utf8'));
  check(value, '', 1);
  return value;
};

const whole = (message: string): BadRequest => new BadRequest([{ path: '', message }]);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // V8's message quotes the body, which may be personal; only the place is passed on.
    const place = error instanceof Error ? / at position (\d+)/.exec(error.message)?.[1] : undefined;
    throw whole(place === undefined ? 'is not valid JSON' : `is not valid JSON: see character ${place}`);
  }
};

const check = (value: unknown, path: string, depth: number): void => {
  if (typeof value === 'string') {
    const message = unstorable(value);
    if (message !== null) throw new BadRequest([{ path, message }]);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth > maxDepth) throw whole(`is nested deeper than ${maxDepth} levels`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) check(value[index], `${path}[${index}]`, depth + 1);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    // class-validator takes some of these names for known members.
    if (name in Object.prototype || name === 'prototype') throw refusedName(path, name);
    if (unstorable(name) !== null)
      throw new BadRequest([{ path, message: 'holds a name with characters that no text may have' }]);
    check(member, at, depth + 1);
  }
};

const refusedName = (path: string, name: string): BadRequest => {
  const error: FieldError = { path, message: `may not have a member named ${name}` };
  return new BadRequest([error]);
};

/** Why a text can't be stored exactly in every store; null when it can. */
export const unstorable = (text: string): string | null => {
  if (text.includes('\0')) return 'may not hold the character NUL';
  return text.isWellFormed() ? null : 'holds half of a surrogate pair, which is no character';
};
