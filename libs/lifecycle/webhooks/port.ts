/** One try to deliver. */
export interface Attempt {
  /** When it began, epoch ms. */
  readonly at: number;
  /** How long it took, ms. */
  readonly ms: number;
  /** The answer's status; null when there was none. */
  readonly status: number | null;
  /** Why it failed: `status`, `timeout`, `connection`, `dns`, `tls`, `target-refused`, `event-missing`; null when it succeeded. */
  readonly error: string | null;
  /** When the receiver wants to be tried again, epoch ms; only where it said so, no later than a delivery waits anyway, and until somebody hastens one. */
  readonly retryAt?: number;
  /** Whether somebody asked for it. */
  readonly byHand: boolean;
}

/** What is to be delivered to a webhook, and what became of it. The event itself stands in the log. */
export interface Delivery {
  readonly webhookId: string;
  /** The CloudEvent's id; within a webhook, the delivery's too. */
  readonly id: string;
  /** Of the log's event. */
  readonly position: number;
  /** Place among the lifecycle events of that position. */
  readonly ordinal: number;
  readonly leadId: string;
  /** Of the lifecycle event. */
  readonly type: string;
  /** Where the log's event is. */
  readonly stream: string;
  readonly revision: number;
  /** `failed`: given up after three days; it can be asked for by hand. */
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly Attempt[];
  /** When it is due, epoch ms; null when it is no longer pending. */
  readonly dueAt: number | null;
  /** When it was delivered or given up, epoch ms. */
  readonly doneAt: number | null;
  /** When somebody asked for another attempt that wasn't made yet, epoch ms. */
  readonly askedAt: number | null;
}

export interface DeliveryQuery {
  readonly status?: Delivery['status'];
  readonly limit: number;
  /** Opaque, from the page before. */
  readonly cursor?: string;
}

export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  readonly nextCursor: string | null;
}

/** Deliveries to webhooks, kept where every process of the roles `relay` and `api` sees them. Every adapter passes `deliveryStoreContract`. */
export interface DeliveryStore {
  /**
   * Keeps those that it doesn't have, in the order given, and answers their ids; one that it has stays as it is. A crash in between leaves the
   * first ones. Where it rejects, any of the first ones may have been kept; `pending` tells.
   */
  add(deliveries: readonly Delivery[]): Promise<ReadonlySet<string>>;
  /** What became of a delivery. A request that came after the one that `delivery.askedAt` names stays. */
  save(delivery: Delivery): Promise<void>;
  /** Deliveries of a webhook that are pending, in the order of the log. */
  pending(webhookId: string, limit: number): Promise<readonly Delivery[]>;
  /** Deliveries of a webhook that somebody asked for. */
  asked(webhookId: string): Promise<readonly Delivery[]>;
  /** Asks for another attempt; null where there is no such delivery. */
  ask(webhookId: string, id: string, at: number): Promise<Delivery | null>;
  find(webhookId: string, id: string): Promise<Delivery | null>;
  /** The latest first. @throws InvalidDeliveryCursor */
  list(webhookId: string, query: DeliveryQuery): Promise<DeliveryPage>;
  /** When a delivery to the webhook succeeded last, epoch ms; null where none did. */
  lastDelivered(webhookId: string): Promise<number | null>;
  /** Forgets a webhook's deliveries. */
  drop(webhookId: string): Promise<void>;
  /** Forgets deliveries that were done before an instant, epoch ms. */
  prune(before: number): Promise<void>;
  close(): Promise<void>;
}

/** A cursor that no page has given out. */
export class InvalidDeliveryCursor extends Error {
  override readonly name = 'InvalidDeliveryCursor';
}
