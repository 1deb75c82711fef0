import type { Clock, RecordedEvent } from '../../domain/event.ts';
import type { EventStore } from '../../event-store/port.ts';
import type { ToLifecycle } from '../mapping.ts';
import type { LifecycleEvent } from '../port.ts';
import type { Attempt, Delivery } from './port.ts';
import type { Webhook } from './registry.ts';
import { retryAfter } from './retry-after.ts';
import { waits } from './retry.ts';
import { signatureHeaders, webhookSecret } from './secret.ts';
import type { Sender } from './send.ts';

export interface Attempting {
  readonly events: Pick<EventStore, 'readStream' | 'onAppended'>;
  readonly toLifecycle: ToLifecycle;
  readonly sender: Sender;
  readonly clock: Clock;
  /** The workspace's, from which webhooks' secrets are derived. */
  readonly secret: string;
}

/** How long a secret that was replaced is signed with besides the new one, ms. */
export const bothSecretsMs = 86_400_000;

/** The secrets of a webhook at an instant, the newest first. */
const secretsOf = (workspaceSecret: string, webhook: Webhook, at: number): readonly string[] => {
  const { webhookId, secretVersion, rotatedAt } = webhook;
  const newest = webhookSecret(workspaceSecret, webhookId, secretVersion);
  return rotatedAt === null || at - rotatedAt >= bothSecretsMs
    ? [newest]
    : [newest, webhookSecret(workspaceSecret, webhookId, secretVersion - 1)];
};

/** The log's event at a place, or null where there is none. */
const eventAt = async (
  events: Attempting['events'],
  { stream, revision }: Delivery,
): Promise<RecordedEvent | null> => {
  for await (const event of events.readStream(stream, revision)) return event;
  return null;
};

/** The lifecycle event of a delivery, read from the log; null where the log no longer has it. */
const lifecycleEventOf = async (
  { events, toLifecycle }: Attempting,
  delivery: Delivery,
): Promise<LifecycleEvent | null> => {
  const recorded = await eventAt(events, delivery);
  const told = recorded === null ? [] : toLifecycle(recorded);
  return told.find(({ cloudEvent }) => cloudEvent.id === delivery.id) ?? null;
};

/**
 * Tries a delivery once: a CloudEvent in structured JSON, signed as Standard Webhooks have it. It never rejects but where the log is away.
 *
 * @param event where it is at hand
 * @throws StoreUnavailable
 */
export const attempt = async (
  attempting: Attempting,
  webhook: Webhook,
  delivery: Delivery,
  event: LifecycleEvent | null,
  byHand: boolean,
): Promise<Attempt> => {
  const { sender, clock, secret } = attempting;
  const told = event ?? (await lifecycleEventOf(attempting, delivery));
  const at = clock();
  if (told === null) return { at, ms: 0, status: null, error: 'event-missing', byHand };
  const body = JSON.stringify(told.cloudEvent);
  const began = performance.now();
  const {
    status,
    error,
    retryAfter: after,
  } = await sender.post(
    webhook.url,
    {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Leadfold',
      ...signatureHeaders(secretsOf(secret, webhook, at), delivery.id, at, body),
    },
    body,
  );
  const retryAt = retryAfter(status, after, clock(), waits.longestMs);
  const ms = Math.round(performance.now() - began);
  return { at, ms, status, error, ...(retryAt === null ? {} : { retryAt }), byHand };
};
