import { setTimeout } from 'node:timers/promises';
import { createBell } from '../../event-store/bell.ts';
import { takeLease, type Lease } from '../lease.ts';
import type { CheckpointStore } from '../port.ts';
import type { RelayPart } from '../relay.ts';
import type { Registry } from './registry.ts';
import { startWorker, type Worker, type Working } from './worker.ts';

export interface WebhookRelaying extends Working {
  readonly registry: Registry;
  readonly checkpoints: CheckpointStore;
  /** Names this process in the lease. */
  readonly owner: string;
  /** How long another process waits for the lease of one that died, ms; 10,000 by default. */
  readonly leaseMs?: number;
}

const subscriber = 'webhooks';
const ownLook = 1_000;
/** Between two looks at what webhooks there are, ms. */
const breath = 100;
const hour = 3_600_000;
/** How long a delivery that is done is shown, ms. */
const shownMs = 30 * 24 * hour;

/**
 * Delivers to all webhooks, each by a worker of its own, while this process holds the lease.
 *
 * @example
 * const webhooks = createWebhookRelay({ registry, feed, readOn, checkpoints, deliveries, sender, … });
 * webhooks.start();
 */
export const createWebhookRelay = (relaying: WebhookRelaying): RelayPart => {
  const { registry, feed, checkpoints, deliveries, clock, owner, log = () => undefined } = relaying;
  const workers = new Map<string, Worker>();
  const known = new Set<string>();
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  let pruned = -Infinity;
  let quiet: (() => void) | undefined;

  const stopAll = async (): Promise<void> => {
    await Promise.all([...workers.values()].map(worker => worker.stop()));
    workers.clear();
    listen();
  };

  /** The log's end is read as long as somebody is to be told of it. */
  const listen = (): void => {
    if (workers.size === 0) {
      quiet?.();
      quiet = undefined;
    } else
      quiet ??= feed.listen(() => {
        for (const worker of workers.values()) worker.ring();
      });
  };

  /** Starts, tells and stops workers as the log has the webhooks now. */
  const adjust = async (): Promise<void> => {
    const webhooks = await registry.current();
    for (const [id, worker] of workers) {
      if (webhooks.get(id)?.status === 'active') continue;
      await worker.stop();
      workers.delete(id);
    }
    for (const [id, webhook] of webhooks) {
      known.add(id);
      if (webhook.status !== 'active') continue;
      const worker = workers.get(id);
      if (worker === undefined) workers.set(id, startWorker(relaying, webhook));
      else worker.update(webhook);
    }
    listen();
    for (const id of known) {
      if (webhooks.has(id)) continue;
      await deliveries.drop(id);
      known.delete(id);
    }
    if (clock() - pruned < hour) return;
    await deliveries.prune(clock() - shownMs);
    pruned = clock();
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const bell = createBell();
    const unsubscribe = relaying.events.onAppended(bell.ring);
    signal.addEventListener('abort', bell.ring);
    let lease: Lease | null = null;
    while (!signal.aborted) {
      bell.hush();
      try {
        if (lease === null || lease.lost.aborted) {
          await stopAll();
          lease = await takeLease(checkpoints, subscriber, owner, relaying.leaseMs ?? 10_000);
        }
        if (lease !== null) await adjust();
      } catch (error) {
        log('error', 'the log or a store is away; trying again', {
          subscriber,
          error: error instanceof Error ? error.name : typeof error,
        });
      }
      await setTimeout(breath, undefined, { signal }).catch(() => undefined);
      await bell.rung(ownLook);
    }
    unsubscribe();
    signal.removeEventListener('abort', bell.ring);
    await stopAll();
    await lease?.release().catch(() => undefined);
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
    status: () => [...workers.values()].map(worker => worker.status()),
  };
};
