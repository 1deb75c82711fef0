import { timingSafeEqual } from 'node:crypto';
import { digestOf, isKey } from './key.ts';
import type { ApiKey } from './scope.ts';

/** The keys that open the door now. */
export interface KeyRing {
  /** Whose key that is; null when it is nobody's. */
  readonly find: (key: string) => ApiKey | null;
  /** Lets go of the file that it follows. */
  readonly close: () => void;
}

/**
 * Looks a key up among these by the hash. Every hash is compared to its end, whether or not an earlier one fits, so that
 * the time tells nothing of them.
 *
 * @example
 * findKey(parseKeys('reports:read:sha256-5e88…'), 'lf_3q2…')?.name; // 'reports'
 */
export const findKey = (keys: readonly ApiKey[], key: string): ApiKey | null => {
  if (!isKey(key)) return null;
  const digest = digestOf(key);
  let found: ApiKey | null = null;
  for (const each of keys) if (timingSafeEqual(each.digest, digest)) found = each;
  return found;
};
