import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from './scope.ts';

const bytes = 32;
const pattern = /^lf_[A-Za-z0-9_-]{43}$/;

/**
 * A new key: 256 random bits, so that a plain hash of it can't be turned back.
 *
 * @example
 * newKey(); // 'lf_3q2-7wAAAA…', 46 characters
 */
export const newKey = (random: (size: number) => Buffer = randomBytes): string =>
  `lf_${random(bytes).toString('base64url')}`;

/** Whether a text has a key's form. What has it not is refused before it is hashed. */
export const isKey = (text: string): boolean => pattern.test(text);

/** SHA-256, 32 bytes. */
export const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/**
 * How a key is written down for the server: its name, what it may do, and its hash.
 *
 * @example
 * entryOf('reports', ['read'], key); // 'reports:read:sha256-5e88489…'
 */
export const entryOf = (name: string, scopes: readonly Scope[], key: string): string =>
  `${name}:${scopes.join('+')}:sha256-${digestOf(key).toString('hex')}`;
