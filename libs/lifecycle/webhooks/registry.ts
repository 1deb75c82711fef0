import type { RecordedEvent } from '../../domain/event.ts';
import { webhookDecider, type WebhookState } from '../../domain/webhook/decider.ts';
import type { EventStore } from '../../event-store/port.ts';
import { happeningOf } from '../../handling/load.ts';

/** A webhook as the log has it. Times are epoch ms. */
export interface Webhook extends WebhookState {
  readonly webhookId: string;
  readonly status: 'active' | 'disabled';
  /** Position of its registration: what comes after it is delivered. */
  readonly registered: number;
  readonly createdAt: number;
  /** When it was disabled or enabled last, by whomever. */
  readonly statusSince: number;
  /** Since when it has the address that it has. */
  readonly urlSince: number;
  /** When its secret was replaced last. */
  readonly rotatedAt: number | null;
  /** Where it was given up: when the attempts began that all failed. */
  readonly failingSince: number | null;
}

/** Types of the events that webhooks are made of. */
const types = [
  'WebhookRegistered',
  'WebhookChanged',
  'WebhookDisabled',
  'WebhookEnabled',
  'WebhookSecretRotated',
  'WebhookDeleted',
] as const;

const { evolve, initialState } = webhookDecider([]);
const page = 1_000;

/** A webhook after one more of its events; null when it is gone. Pure. */
export const foldWebhook = (before: Webhook | null, recorded: RecordedEvent): Webhook | null => {
  const event = happeningOf(recorded);
  const { occurredAt, position } = recorded;
  const state = evolve(before ?? initialState, event);
  const { status } = state;
  if (status !== 'active' && status !== 'disabled') return null;
  const webhookId = 'webhookId' in event.data ? event.data.webhookId : (before?.webhookId ?? '');
  const failingSince = event.type === 'WebhookDisabled' ? (event.data.failingSince ?? null) : null;
  return {
    ...state,
    status,
    webhookId,
    registered: before?.registered ?? position,
    createdAt: before?.createdAt ?? occurredAt,
    statusSince: before?.status === status ? before.statusSince : occurredAt,
    urlSince: before?.url === state.url ? before.urlSince : occurredAt,
    rotatedAt: event.type === 'WebhookSecretRotated' ? occurredAt : (before?.rotatedAt ?? null),
    failingSince: before?.status === status ? before.failingSince : failingSince,
  };
};

/** The webhooks that there are. */
export interface Registry {
  /** As the log has them now, by id in the order of their registration; only what is new is read. */
  current(): Promise<ReadonlyMap<string, Webhook>>;
}

export const createRegistry = (events: Pick<EventStore, 'find' | 'head'>): Registry => {
  const webhooks = new Map<string, Webhook>();
  let position = 0;
  let last: Promise<unknown> = Promise.resolve();

  const take = (event: RecordedEvent): void => {
    const { stream } = event;
    const webhook = foldWebhook(webhooks.get(stream) ?? null, event);
    if (webhook === null) webhooks.delete(stream);
    else webhooks.set(stream, webhook);
    position = event.position;
  };

  const read = async (): Promise<ReadonlyMap<string, Webhook>> => {
    const head = await events.head();
    for (let next: number | null = position; next !== null;) {
      const found = await events.find({ types }, next, page);
      for (const event of found.events) take(event);
      next = found.next;
    }
    position = Math.max(position, head);
    return new Map([...webhooks.values()].map(webhook => [webhook.webhookId, webhook]));
  };

  return {
    current: () => {
      // One after the other, or two would take the same events twice.
      const reading = last.then(read);
      last = reading.catch(() => undefined);
      return reading;
    },
  };
};
