import type { Attempt, Delivery } from '../webhooks/port.ts';

/** A delivery as SQLite holds it. */
export interface DeliveryRow {
  readonly webhook: string;
  readonly id: string;
  readonly position: number;
  readonly ordinal: number;
  readonly lead: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly status: Delivery['status'];
  readonly attempts: string;
  readonly due_at: number | null;
  readonly done_at: number | null;
  readonly asked_at: number | null;
}

export const schema = `
CREATE TABLE IF NOT EXISTS deliveries (
  webhook TEXT NOT NULL,
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  lead TEXT NOT NULL,
  type TEXT NOT NULL,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  status TEXT NOT NULL,
  attempts TEXT NOT NULL,
  due_at INTEGER,
  done_at INTEGER,
  asked_at INTEGER,
  PRIMARY KEY (webhook, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_in_order ON deliveries (webhook, position, ordinal);
CREATE INDEX IF NOT EXISTS deliveries_pending ON deliveries (webhook, position, ordinal) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_asked ON deliveries (webhook) WHERE asked_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_done ON deliveries (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_delivered ON deliveries (webhook, done_at) WHERE status = 'delivered';`;

export const toRow = (delivery: Delivery): DeliveryRow => ({
  webhook: delivery.webhookId,
  id: delivery.id,
  position: delivery.position,
  ordinal: delivery.ordinal,
  lead: delivery.leadId,
  type: delivery.type,
  stream: delivery.stream,
  revision: delivery.revision,
  status: delivery.status,
  attempts: JSON.stringify(delivery.attempts),
  due_at: delivery.dueAt,
  done_at: delivery.doneAt,
  asked_at: delivery.askedAt,
});

export const fromRow = (row: DeliveryRow): Delivery => ({
  webhookId: row.webhook,
  id: row.id,
  position: row.position,
  ordinal: row.ordinal,
  leadId: row.lead,
  type: row.type,
  stream: row.stream,
  revision: row.revision,
  status: row.status,
  attempts: JSON.parse(row.attempts) as readonly Attempt[],
  dueAt: row.due_at,
  doneAt: row.done_at,
  askedAt: row.asked_at,
});
