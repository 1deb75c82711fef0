import { setTimeout } from 'node:timers/promises';

import type { At } from '../port.ts';
import type { Progress, Standing } from './progress.ts';

/** What a reader is to see. */
export interface View {
  /** The last closed batch: documents up to it as they are, those of the next one as they were before it. */
  readonly closed: number;
  /** Whether there was no next one when the reader began. */
  readonly quiet: boolean;
}

/** Longest rest between two looks at a read model that keeps moving, ms. */
const longest = 20;

/**
 * Reads what the closed batches left. A document remembers one batch back, so what was read counts when at the end nobody has
 * begun the batch after the next; else it is read again.
 *
 * @throws UnknownProjection also when the generation was dropped meanwhile; the signal's reason
 */
export const consistently = async <T>(
  progress: Progress,
  signal: AbortSignal,
  read: (view: View) => Promise<T>,
): Promise<At<T>> => {
  let before = await progress.read();
  for (let rest = 0; ; rest = Math.min(longest, rest + 1)) {
    signal.throwIfAborted();
    const value = await read({ closed: before.batch, quiet: before.pending === null });
    const after = await progress.read();
    if (holds(before, after)) return { position: before.position, value };
    if (rest > 0) await setTimeout(rest);
    before = after;
  }
};

const holds = (before: Standing, after: Standing): boolean => {
  const still = after.batch === before.batch;
  // It was read as if there were no other batch.
  if (before.pending === null) return still && after.pending === null;
  return still || (after.batch === before.batch + 1 && after.pending === null);
};
