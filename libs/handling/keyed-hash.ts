import { createHmac, createSecretKey } from 'node:crypto';
import { canonicalJson } from '../domain/canonical.ts';

/**
 * Hashes that nobody can try values against without the workspace's secret: what they stand for (e-mail addresses,
 * phone numbers, bodies) is easily guessed.
 */
export interface KeyedHash {
  /** The stream of a normalised e-mail or phone. */
  readonly identityStream: (kind: 'email' | 'phone', normalised: string) => string;
  /** 40 hex digits that stand for an actor's idempotency key; another actor's of the same words is another one. */
  readonly key: (actor: string, key: string) => string;
  /** 64 hex digits that stand for a command and its body. */
  readonly body: (command: string, body: unknown) => string;
}

const streamDigits = 40;

/** @throws Error when the secret is empty */
export const createKeyedHash = (secret: string): KeyedHash => {
  if (secret === '') throw new Error('the secret that keys the hashes must not be empty');
  const keyObject = createSecretKey(secret, 'utf8');
  const hmac = (text: string): string => createHmac('sha256', keyObject).update(text).digest('hex');
  return {
    identityStream: (kind, normalised) => `identity-${hmac(`${kind}:${normalised}`).slice(0, streamDigits)}`,
    key: (actor, key) => hmac(`key:${JSON.stringify([actor, key])}`).slice(0, streamDigits),
    body: (command, body) => hmac(`body:${command}:${canonicalJson(body)}`),
  };
};
