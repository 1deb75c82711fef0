import type { Attempt, Delivery, Webhook } from '../../../libs/lifecycle/index.ts';
import { formatInstant } from '../http/instant.ts';
import type { AttemptDocument, DeliveryDocument } from './delivery.dto.ts';
import type { WebhookDocument } from './webhook.dto.ts';

/** What a document of an answer holds; the class itself is there for its description. */
export type Shown<Document> = { readonly [Member in keyof Document]: Document[Member] };

const maybe = (instant: number | null): string | null => (instant === null ? null : formatInstant(instant));

export const showWebhook = (webhook: Webhook): Shown<WebhookDocument> => ({
  id: webhook.webhookId,
  url: webhook.url,
  types: webhook.types,
  status: webhook.status,
  disabledReason: webhook.disabled,
  failingSince: maybe(webhook.failingSince),
  createdAt: formatInstant(webhook.createdAt),
  statusSince: formatInstant(webhook.statusSince),
});

const showAttempt = ({ at, ms, status, error, byHand }: Attempt): Shown<AttemptDocument> => ({
  at: formatInstant(at),
  ms,
  status,
  error,
  byHand,
});

export const showDelivery = (delivery: Delivery): Shown<DeliveryDocument> => ({
  id: delivery.id,
  type: delivery.type,
  leadId: delivery.leadId,
  position: delivery.position,
  status: delivery.status,
  dueAt: maybe(delivery.dueAt),
  doneAt: maybe(delivery.doneAt),
  askedAt: maybe(delivery.askedAt),
  attempts: delivery.attempts.map(showAttempt),
});
