import type { Clock } from '../../domain/event.ts';
import type { Feed } from '../feed.ts';
import type { CheckpointStore, LifecycleEvent } from '../port.ts';
import type { Page, ReadOn } from '../read-on.ts';
import type { Delivery, DeliveryStore } from './port.ts';
import type { Queue } from './queue.ts';
import type { Webhook } from './registry.ts';

/** Turns the log into a webhook's pending deliveries. */
export interface Intake {
  readonly begun: () => boolean;
  /** Puts what is pending into the queue and finds out where to go on. */
  readonly begin: (webhook: Webhook) => Promise<readonly Delivery[]>;
  /** Takes what comes next, up to a page; whether there is more and room for it. */
  readonly fill: (webhook: Webhook) => Promise<boolean>;
  /** Everything up to here is among the deliveries. */
  readonly position: () => number;
}

export interface IntakeOptions {
  readonly feed: Feed;
  readonly readOn: ReadOn;
  readonly checkpoints: Pick<CheckpointStore, 'load' | 'save'>;
  readonly deliveries: Pick<DeliveryStore, 'add' | 'pending'>;
  readonly clock: Clock;
}

/** Deliveries that are taken in ahead of what is being made: the rest waits in the log. */
const most = 1_000;
/** More than are ever pending: `most` and one stretch of the feed. */
const everything = 100_000;
/** A checkpoint that is so far behind is saved though nothing was for this webhook; reading so much again costs little. */
const quietStretch = 1_000;

/** The deliveries of lifecycle events, which come in the order of the log. */
const deliveriesOf = (
  webhookId: string,
  events: readonly LifecycleEvent[],
  dueAt: number,
): readonly Delivery[] => {
  let before = { position: 0, ordinal: 0 };
  return events.map(({ position, stream, revision, leadId, cloudEvent: { id, type } }) => {
    before = { position, ordinal: position === before.position ? before.ordinal + 1 : 0 };
    return {
      webhookId,
      id,
      ...before,
      leadId,
      type,
      stream,
      revision,
      status: 'pending',
      attempts: [],
      dueAt,
      doneAt: null,
      askedAt: null,
    };
  });
};

/**
 * Takes in the lifecycle events that a webhook wants, from its checkpoint on. Deliveries are kept before the checkpoint moves, and one that is kept
 * already stays as it is; so a crash in between loses nothing and repeats nothing.
 */
export const createIntake = (options: IntakeOptions, webhookId: string, queue: Queue): Intake => {
  const { feed, readOn, checkpoints, deliveries, clock } = options;
  const subscriber = `webhook-${webhookId}`;
  let position: number | null = null;
  let saved = 0;

  const next = async (after: number, types: ReadonlySet<string>): Promise<Page> => {
    const stretch = feed.since(after);
    if (stretch === null) return readOn(after, types);
    return { events: stretch.events.filter(({ cloudEvent }) => types.has(cloudEvent.type)), to: stretch.to };
  };

  /** Where a store says nothing, it may have kept some: then all begins anew with what is pending. */
  const keep = async (made: readonly Delivery[], to: number): Promise<ReadonlySet<string>> => {
    try {
      const added = made.length === 0 ? new Set<string>() : await deliveries.add(made);
      if (made.length > 0 || to - saved >= quietStretch) {
        await checkpoints.save(subscriber, to);
        saved = to;
      }
      return added;
    } catch (error) {
      position = null;
      throw error;
    }
  };

  return {
    begun: () => position !== null,
    begin: async ({ registered }) => {
      const pending = await deliveries.pending(webhookId, everything);
      const checkpoint = (await checkpoints.load(subscriber)) ?? registered;
      for (const delivery of pending) queue.add({ delivery, event: null });
      position = saved = checkpoint;
      return pending;
    },
    fill: async ({ types }) => {
      const from = position;
      const end = feed.position();
      if (from === null || queue.size() >= most || (end !== null && from >= end)) return false;
      const { events, to } = await next(from, new Set(types));
      const made = deliveriesOf(webhookId, events, clock());
      const added = await keep(made, to);
      made.forEach((delivery, index) => {
        // What was kept before a crash is in the queue already, or done since.
        if (added.has(delivery.id)) queue.add({ delivery, event: events[index] ?? null });
      });
      position = to;
      return to > from && queue.size() < most;
    },
    position: () => position ?? 0,
  };
};
