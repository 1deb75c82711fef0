import type { BookEntry, StreamState } from './book.ts';

/** What the writer expects of the stream. */
export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;

export type Verdict =
  | { readonly kind: 'write' }
  /** It stands there already; `entry` is the last of its events. */
  | { readonly kind: 'repeated'; readonly entry: BookEntry }
  | { readonly kind: 'wrong-revision'; readonly actual: bigint | null }
  | { readonly kind: 'deleted' };

/** The events that stand one after the other from a revision on, when they are these. */
const standing = (state: StreamState, ids: readonly string[], from: bigint): BookEntry | null => {
  const first = state.entries.findIndex(entry => entry.revision === from);
  if (first < 0) return null;
  const there = state.entries.slice(first, first + ids.length);
  return there.length === ids.length && there.every((entry, n) => entry.id === ids[n])
    ? (there.at(-1) ?? null)
    : null;
};

/**
 * Judges an append as the server does: it looks for ids only where the expected revision is not the stream's, or, without one,
 * in a memory of what came lately.
 *
 * @param lately where the id was written lately in this stream, as far as is remembered
 */
export const judge = (
  state: StreamState | undefined,
  ids: readonly string[],
  expected: Expected,
  lately: (id: string) => bigint | undefined,
): Verdict => {
  if (state?.tombstoned === true) return { kind: 'deleted' };
  const head = state?.head ?? -1n;
  const actual = head < 0n ? null : head;
  const wrong: Verdict = { kind: 'wrong-revision', actual };
  if (expected === 'any' || expected === 'stream_exists') {
    const [first] = ids;
    const known = first === undefined ? undefined : lately(first);
    if (known === undefined || state === undefined)
      return expected === 'stream_exists' && actual === null ? wrong : { kind: 'write' };
    const entry = standing(state, ids, known);
    return entry === null ? wrong : { kind: 'repeated', entry };
  }
  const at = expected === 'no_stream' ? -1n : expected;
  const gone = state !== undefined && state.truncateBefore > head && expected === 'no_stream';
  if (at === head || gone) return { kind: 'write' };
  if (at > head || state === undefined) return wrong;
  const entry = standing(state, ids, at + 1n);
  return entry === null ? wrong : { kind: 'repeated', entry };
};
