import { setTimeout } from 'node:timers/promises';
import type { ErrorPolicy, LifecycleEvent } from './port.ts';

/** How a delivery ended: acknowledged or left out by decision; given up by decision; or interrupted while it was waiting to try again. */
export type Delivered = 'done' | 'stopped' | 'interrupted';

export interface Delivering {
  /** Resolves when all of them are durable at the destination. */
  readonly deliver: (events: readonly LifecycleEvent[]) => Promise<void>;
  readonly onError: ErrorPolicy;
  readonly failed: (error: unknown, attempt: number) => void;
  readonly skipped: (event: LifecycleEvent, error: unknown) => void;
  /** Ends waiting between attempts; an attempt under way is finished. */
  readonly signal: AbortSignal;
}

/**
 * Delivers events until they are acknowledged or the policy gives up. Where it says `skip`, they are delivered one by one, so that only those
 * that fail by themselves are left out.
 */
export const deliverAll = async (
  delivering: Delivering,
  events: readonly LifecycleEvent[],
): Promise<Delivered> => {
  const { deliver, onError, failed, skipped, signal } = delivering;
  const [first, ...rest] = events;
  if (first === undefined) return 'done';
  for (let attempt = 1; ; attempt++) {
    try {
      await deliver(events);
      return 'done';
    } catch (error) {
      failed(error, attempt);
      const decision = onError({ error, attempt, events });
      if (decision.action === 'stop') return 'stopped';
      if (decision.action === 'skip') {
        if (rest.length > 0) return oneByOne(delivering, events);
        skipped(first, error);
        return 'done';
      }
      await setTimeout(decision.afterMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return 'interrupted';
    }
  }
};

const oneByOne = async (delivering: Delivering, events: readonly LifecycleEvent[]): Promise<Delivered> => {
  for (const event of events) {
    const delivered = await deliverAll(delivering, [event]);
    if (delivered !== 'done') return delivered;
  }
  return 'done';
};
