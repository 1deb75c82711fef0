import { setTimeout } from 'node:timers/promises';
import { createBell } from '../event-store/bell.ts';
import type { EventStore } from '../event-store/port.ts';
import { deliverAll, type Delivered } from './deliver.ts';
import { takeLease, type Lease } from './lease.ts';
import type { ToLifecycle } from './mapping.ts';
import { backOff, keepTrying, type BackOff } from './policy.ts';
import type { CheckpointStore, ErrorPolicy, LifecycleEvent, SubscriptionStatus } from './port.ts';

/** Who follows what, and what is done with it. */
export interface Follow {
  /** Names the checkpoint and the lease: `kafka`. */
  readonly subscriber: string;
  readonly events: Pick<EventStore, 'readAll' | 'head' | 'onAppended'>;
  readonly checkpoints: CheckpointStore;
  readonly toLifecycle: ToLifecycle;
  /** Resolves when all of them are durable at the destination. */
  readonly deliver: (events: readonly LifecycleEvent[]) => Promise<void>;
  /** Tries again for ever where left out. */
  readonly onError?: ErrorPolicy;
  /** Where one that never saved a checkpoint begins: at the log's first event (the default), or after its last. */
  readonly from?: 'start' | 'head';
  /** Events of the log that are read at once; 1,000 by default. */
  readonly batch?: number;
  /** How long another process waits for the lease of one that died, ms; 10,000 by default. */
  readonly leaseMs?: number;
  /** Rests after errors of the log or the checkpoints; 100 ms at first, 10 s at most. */
  readonly rests?: BackOff;
  /** Names this process in the lease. */
  readonly owner: string;
  /** Structured log; nothing personal. */
  readonly log?: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

/** A subscription to the log's lifecycle events. */
export interface Following {
  readonly start: () => void;
  /** Finishes the delivery under way, unless it is being retried, and gives the lease back. */
  readonly stop: () => Promise<void>;
  readonly status: () => SubscriptionStatus;
}

/** A look at the log without being called, ms. */
const ownLook = 1_000;
const usualRests = { firstMs: 100, longestMs: 10_000 };

/**
 * Follows the log from the subscriber's own checkpoint and delivers its lifecycle events: each at least once, in the order of the log, without a
 * gap. The checkpoint moves only after the delivery was acknowledged, so what a crash repeats is at most the batch that was under way.
 *
 * @example
 * const kafka = followLifecycle({ subscriber: 'kafka', events, checkpoints, toLifecycle, owner: newId(), deliver: publisher.publish });
 * kafka.start();
 */
export const followLifecycle = (follow: Follow): Following => {
  const { subscriber, events, checkpoints, toLifecycle, from = 'start', log = () => undefined } = follow;
  const { onError = keepTrying(), batch = 1_000, leaseMs = 10_000, rests = usualRests } = follow;
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  let state: SubscriptionStatus['state'] = 'stopped';
  let position = 0;
  let delivered = 0;
  let failures = 0;
  let lastError: string | null = null;

  const failed = (error: unknown, attempt: number): void => {
    state = 'retrying';
    failures++;
    lastError = nameOf(error);
    log('warn', 'a delivery failed', { subscriber, attempt, error: lastError });
  };

  const skipped = ({ cloudEvent }: LifecycleEvent, error: unknown): void =>
    log('error', 'an event is left out for good', { subscriber, event: cloudEvent.id, error: nameOf(error) });

  const begin = async (): Promise<number> =>
    (await checkpoints.load(subscriber)) ?? (from === 'head' ? await events.head() : 0);

  /** Delivers what comes next. */
  const step = async (signal: AbortSignal): Promise<Delivered | 'at-end'> => {
    const read = await events.readAll(position, batch);
    const last = read.at(-1);
    if (last === undefined) return 'at-end';
    const due = read.flatMap(toLifecycle);
    const outcome = await deliverAll({ deliver: follow.deliver, onError, failed, skipped, signal }, due);
    if (outcome !== 'done') return outcome;
    await checkpoints.save(subscriber, last.position);
    position = last.position;
    delivered += due.length;
    state = 'following';
    lastError = null;
    return outcome;
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const bell = createBell();
    const unsubscribe = events.onAppended(bell.ring);
    signal.addEventListener('abort', bell.ring);
    let lease: Lease | null = null;
    let outcome: Delivered | 'at-end' = 'at-end';
    for (let mishaps = 0; !signal.aborted && outcome !== 'stopped';) {
      bell.hush();
      try {
        if (lease === null || lease.lost.aborted) {
          lease = await takeLease(checkpoints, subscriber, follow.owner, leaseMs);
          state = lease === null ? 'standby' : 'following';
          // Whoever held it in between has moved the checkpoint.
          if (lease !== null) position = await begin();
        }
        outcome = lease === null ? 'at-end' : await step(AbortSignal.any([signal, lease.lost]));
        mishaps = 0;
        if (outcome === 'at-end') await bell.rung(ownLook);
      } catch (error) {
        state = 'retrying';
        lastError = nameOf(error);
        log('error', 'the log or the checkpoint is away; trying again', { subscriber, error: lastError });
        // The log may ring all the time: a store that is away is not asked more often for it.
        const rest = backOff(rests, ++mishaps);
        await setTimeout(rest, undefined, { signal }).catch(() => undefined);
      }
    }
    unsubscribe();
    signal.removeEventListener('abort', bell.ring);
    await lease?.release().catch(() => undefined);
    state = 'stopped';
  };

  return {
    start: () => {
      if (running !== undefined) return;
      const stop = new AbortController();
      running = { stop, ended: run(stop.signal) };
    },
    stop: async () => {
      const { stop, ended } = running ?? {};
      running = undefined;
      stop?.abort();
      await ended;
    },
    status: () => ({ subscriber, state, position, delivered, failures, lastError }),
  };
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
