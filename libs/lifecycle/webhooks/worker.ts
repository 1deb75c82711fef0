import { setTimeout } from 'node:timers/promises';
import { createBell } from '../../event-store/bell.ts';
import type { Feed } from '../feed.ts';
import { backOff } from '../policy.ts';
import type { CheckpointStore, SubscriptionStatus } from '../port.ts';
import type { ReadOn } from '../read-on.ts';
import { attempt, type Attempting } from './attempt.ts';
import { holds, latestHold, released } from './hold.ts';
import { createIntake } from './intake.ts';
import { failingSince, outcomeByHand, outcomeOf } from './outcome.ts';
import type { Attempt, Delivery, DeliveryStore } from './port.ts';
import { createQueue, type Work } from './queue.ts';
import type { Webhook } from './registry.ts';
import { paceOf } from './retry.ts';

export interface Working extends Attempting {
  readonly feed: Feed;
  readonly readOn: ReadOn;
  readonly checkpoints: Pick<CheckpointStore, 'load' | 'save'>;
  readonly deliveries: DeliveryStore;
  /** Disables the webhook, because it doesn't answer. @param since epoch ms */
  readonly giveUp: (webhookId: string, reason: 'failing' | 'gone', since: number) => Promise<void>;
  /** Deliveries to one webhook that are under way at the same time, each of another lead; 8 by default. */
  readonly atOnce?: number;
  /** How long a worker rests at most before it looks at the clock and for requests, ms; 1,000 by default. */
  readonly lookMs?: number;
  /** 0 up to 1, for waits that fall apart. */
  readonly random?: () => number;
  readonly log?: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

/** Delivers to one webhook while it runs. */
export interface Worker {
  /** Goes on with the webhook as it is now. */
  readonly update: (webhook: Webhook) => void;
  /** There may be something new. */
  readonly ring: () => void;
  /** Finishes the attempts under way. */
  readonly stop: () => Promise<void>;
  readonly status: () => SubscriptionStatus;
}

const rests = { firstMs: 100, longestMs: 10_000 };

/** Starts delivering to a webhook, from where its checkpoint stands. */
export const startWorker = (working: Working, given: Webhook): Worker => {
  const {
    deliveries,
    clock,
    atOnce = 8,
    lookMs = 1_000,
    random = Math.random,
    log = () => undefined,
  } = working;
  const { webhookId } = given;
  const bell = createBell();
  const queue = createQueue();
  const intake = createIntake(working, webhookId, queue);
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Map<string, Promise<void>>();
  let webhook = given;
  let failing: number | null = null;
  let givenUp = false;
  /** Until when the receiver wants to be left alone, whichever delivery it answered so. */
  let heldUntil = 0;
  const count = { delivered: 0, failures: 0, inARow: 0, lastFailureAt: 0, lastError: null as string | null };

  const note = ({ at, error, retryAt = 0 }: Attempt, to: string): void => {
    // Another receiver: what this one wants, it has not said.
    if (to === webhook.url) heldUntil = Math.max(heldUntil, retryAt);
    if (error === null) {
      count.delivered++;
      count.inARow = 0;
      failing = null;
    } else {
      count.failures++;
      count.inARow++;
      count.lastFailureAt = clock();
      failing ??= at;
    }
    count.lastError = error;
  };

  /** After that many failures one after the other; what rings meanwhile doesn't end it. */
  const restAfter = async (failures: number): Promise<void> => {
    await setTimeout(backOff(rests, failures), undefined, { signal }).catch(() => undefined);
  };

  /** Until a store takes what happened: to forget it would be to repeat it. */
  const insist = async (what: () => Promise<void>): Promise<void> => {
    for (let failures = 0; ;) {
      try {
        await what();
        return;
      } catch (error) {
        log('error', 'a store is away; trying again', { webhookId, error: nameOf(error) });
        if (signal.aborted) return;
        await restAfter(++failures);
      }
    }
  };

  const deliver = async (work: Work): Promise<void> => {
    const { url } = webhook;
    const made = await attempt(working, webhook, work.delivery, work.event, false);
    note(made, url);
    const standing = { failingSince: failing ?? made.at, activeSince: webhook.statusSince };
    const { delivery, giveUp } = outcomeOf(work.delivery, made, standing, clock(), random());
    await insist(() => deliveries.save(delivery));
    queue.settle(work, delivery.status === 'pending' ? delivery : null);
    if (delivery.status === 'failed')
      log('error', 'a delivery is given up', { webhookId, event: delivery.id });
    if (giveUp === null) return;
    // Whoever started the worker stops it as soon as he reads of it.
    givenUp = true;
    log('error', 'a webhook is disabled', { webhookId, reason: giveUp });
    await insist(() => working.giveUp(webhookId, giveUp, standing.failingSince));
  };

  const deliverByHand = async (delivery: Delivery): Promise<void> => {
    const { url } = webhook;
    const made = await attempt(working, webhook, delivery, null, true);
    note(made, url);
    await insist(() => deliveries.save(outcomeByHand(delivery, made, clock())));
  };

  const start = (id: string, doing: () => Promise<void>, undo: () => void): void => {
    const done = doing()
      .catch((error: unknown) => {
        log('error', 'the log is away; a delivery waits', { webhookId, error: nameOf(error) });
        undo();
      })
      .finally(() => {
        underWay.delete(id);
        bell.ring();
      });
    underWay.set(id, done);
  };

  /** When the next attempt may be made, whatever is due. */
  const pausedUntil = (): number =>
    Math.max(heldUntil, count.lastFailureAt + paceOf(count.inARow, atOnce).pauseMs);

  const startDue = (): void => {
    const now = clock();
    const pace = paceOf(count.inARow, atOnce);
    if (givenUp || now < pausedUntil()) return;
    for (const work of queue.take(now, pace.atOnce - underWay.size))
      start(
        work.delivery.id,
        () => deliver(work),
        () => queue.settle(work, { ...work.delivery, dueAt: clock() + lookMs }),
      );
  };

  /** Makes one that is pending due at once, in its turn, whatever the receiver asked for. */
  const hasten = async ({ id, askedAt }: Delivery): Promise<void> => {
    const now = clock();
    const waiting = queue.waiting();
    const asked = waiting.find(each => each.id === id);
    // It was under way a moment ago; the next look finds it as it is then.
    if (asked === undefined) return;
    [count.inARow, count.lastFailureAt, heldUntil] = [0, 0, 0];
    const keep = async (delivery: Delivery, answered: number | null): Promise<void> => {
      await deliveries.save({ ...delivery, askedAt: answered });
      queue.replace(delivery);
    };
    for (const each of waiting) if (each !== asked && holds(each, now)) await keep(released(each), null);
    // The last one: until then, somebody asks for it.
    await keep({ ...released(asked), dueAt: now }, askedAt);
  };

  const startAsked = async (): Promise<void> => {
    for (const delivery of await deliveries.asked(webhookId)) {
      const { id, status } = delivery;
      const byHand = `${id} by hand`;
      if (underWay.has(id) || underWay.has(byHand)) continue;
      if (status !== 'pending')
        start(
          byHand,
          () => deliverByHand(delivery),
          () => undefined,
        );
      else await hasten(delivery);
    }
  };

  /** Until something is due, or there may be something new. */
  const rest = (): Promise<void> => {
    const now = clock();
    const due = Math.max(queue.nextDue() ?? Infinity, pausedUntil());
    const full = underWay.size >= atOnce;
    return bell.rung(full ? lookMs : Math.min(lookMs, Math.max(1, due - now)));
  };

  const run = async (): Promise<void> => {
    for (let failures = 0, looked = -Infinity; !signal.aborted;) {
      bell.hush();
      try {
        if (!intake.begun()) {
          const pending = await intake.begin(webhook);
          failing = failingSince(pending, await deliveries.lastDelivered(webhookId));
          heldUntil = Math.max(heldUntil, latestHold(pending, webhook));
        }
        const more = await intake.fill(webhook);
        if (performance.now() - looked >= lookMs) {
          looked = performance.now();
          await startAsked();
        }
        startDue();
        failures = 0;
        if (!more) await rest();
      } catch (error) {
        log('error', 'a store is away; trying again', { webhookId, error: nameOf(error) });
        await restAfter(++failures);
      }
    }
    await Promise.all(underWay.values());
  };

  signal.addEventListener('abort', bell.ring);
  const ended = run();

  return {
    update: changed => {
      // Another receiver: what this one wants, it has not said.
      if (changed.url !== webhook.url) heldUntil = 0;
      webhook = changed;
      bell.ring();
    },
    ring: bell.ring,
    stop: async () => {
      stopping.abort();
      await ended;
    },
    status: () => ({
      subscriber: `webhook-${webhookId}`,
      state: signal.aborted ? 'stopped' : count.inARow > 0 ? 'retrying' : 'following',
      position: intake.position(),
      delivered: count.delivered,
      failures: count.failures,
      pending: queue.size(),
      lastError: count.lastError,
    }),
  };
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
