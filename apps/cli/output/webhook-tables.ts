import type { Delivery, Webhook } from '../../../libs/lifecycle/index.ts';
import { renderTable } from './table.ts';

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const dash = (text: string | null): string => text ?? '–';

/** A webhook as results show it; its secret is not among what is known. */
export const webhookRow = (webhook: Webhook) => ({
  id: webhook.webhookId,
  url: webhook.url,
  types: [...webhook.types],
  status: webhook.status,
  disabledReason: webhook.disabled,
  failingSince: instant(webhook.failingSince),
  createdAt: instant(webhook.createdAt),
});

export const webhookTable = (webhooks: readonly Webhook[], width: number | null): string =>
  renderTable(
    {
      columns: [
        { title: 'id', whole: true },
        { title: 'url' },
        { title: 'types' },
        { title: 'status', whole: true },
        { title: 'why' },
      ],
      rows: webhooks
        .map(webhookRow)
        .map(row => [
          row.id,
          row.url,
          row.types.map(type => type.replace('leadfold.', '')).join(' '),
          row.status,
          dash(
            row.failingSince === null
              ? row.disabledReason
              : `${row.disabledReason} since ${row.failingSince}`,
          ),
        ]),
    },
    width,
  );

/** A delivery as results show it, with what is to be said of its attempts in short. */
export const deliveryRow = (delivery: Delivery) => {
  const last = delivery.attempts.at(-1);
  return {
    id: delivery.id,
    type: delivery.type,
    leadId: delivery.leadId,
    position: delivery.position,
    status: delivery.status,
    attempts: delivery.attempts.length,
    lastAttemptAt: instant(last?.at ?? null),
    lastAnswer: last === undefined ? null : last.status === null ? last.error : String(last.status),
    dueAt: instant(delivery.dueAt),
  };
};

export const deliveryTable = (deliveries: readonly Delivery[], width: number | null): string =>
  renderTable(
    {
      columns: [
        { title: 'id', whole: true },
        { title: 'type' },
        { title: 'lead' },
        { title: 'status', whole: true },
        { title: 'attempts', numeric: true },
        { title: 'last answer', whole: true },
        { title: 'last attempt' },
        { title: 'due' },
      ],
      rows: deliveries
        .map(deliveryRow)
        .map(row => [
          row.id,
          row.type.replace('leadfold.', ''),
          row.leadId,
          row.status,
          String(row.attempts),
          dash(row.lastAnswer),
          dash(row.lastAttemptAt),
          dash(row.dueAt),
        ]),
    },
    width,
  );
