import { createHash } from 'node:crypto';

/** Longer keys make poor indexes, and some databases refuse them. */
const longest = 300;

/** A document's `_id` from the parts that make it unique. Never sorted by, so a long one may be its hash. */
export const keyOf = (parts: readonly unknown[]): string => {
  const text = JSON.stringify(parts);
  return text.length <= longest ? text : `#${createHash('sha256').update(text).digest('base64url')}`;
};
