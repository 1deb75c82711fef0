import { DateTime } from 'luxon';

/** Statuses by which a receiver says that it can't now and, by Retry-After, when it can (RFC 6585, RFC 9110). */
const statuses: ReadonlySet<number | null> = new Set([429, 503]);

/**
 * When a receiver wants to be tried again, epoch ms: after a number of seconds, or at an HTTP date in any of its three forms. Null where it doesn't
 * say, or says what can't be read. What is past is now.
 *
 * @param header the answer's Retry-After
 * @param longestMs what is later than that from now counts as that: a receiver's mistake must not stop its deliveries
 */
export const retryAfter = (
  status: number | null,
  header: string | undefined,
  now: number,
  longestMs: number,
): number | null => {
  if (!statuses.has(status) || header === undefined) return null;
  const text = header.trim();
  const at = /^\d+$/.test(text) ? now + Number(text) * 1_000 : DateTime.fromHTTP(text).toMillis();
  return Number.isNaN(at) ? null : Math.min(now + longestMs, Math.max(now, at));
};
