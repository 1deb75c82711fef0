import type { CloudEvent } from 'cloudevents';

/** A lifecycle event on its way: a CloudEvent, and what those who bring it need to know of it. */
export interface LifecycleEvent {
  /** Of the log's event that it tells of. Two lifecycle events may share one, and then follow each other. */
  readonly position: number;
  /** Where that event stands. */
  readonly stream: string;
  readonly revision: number;
  /** Whose it is; events of one lead are brought in the order of the log. */
  readonly leadId: string;
  /** `subject` and `partitionkey` are the lead's id, `time` is when it happened. */
  readonly cloudEvent: CloudEvent<unknown>;
}

/**
 * Brings lifecycle events to where others read them.
 *
 * @throws anything when it can't say that all of them are durable there; it is then given all of them again
 */
export interface LifecyclePublisher {
  /** Resolves when all are durable at the destination, in the given order for each lead. */
  publish(events: readonly LifecycleEvent[]): Promise<void>;
}

/** What went wrong with a delivery. */
export interface DeliveryFailure {
  readonly error: unknown;
  /** How often these events were tried, from 1. */
  readonly attempt: number;
  readonly events: readonly LifecycleEvent[];
}

/** What to do about it: `skip` leaves out the one event that fails for good and goes on, `stop` ends the subscription. */
export type ErrorDecision =
  | { readonly action: 'retry'; readonly afterMs: number }
  | { readonly action: 'skip' }
  | { readonly action: 'stop' };

export type ErrorPolicy = (failure: DeliveryFailure) => ErrorDecision;

/** How far subscribers have come, kept where every process of the role sees it. */
export interface CheckpointStore {
  /** Position up to which everything was delivered; null for one that never saved. */
  load(subscriber: string): Promise<number | null>;
  /**
   * Moves it forwards; an earlier position than was saved changes nothing. Of two saves at once either may be the last: so much is delivered once
   * more, and only where two took themselves for the holder of the lease.
   */
  save(subscriber: string, position: number): Promise<void>;
  /**
   * Takes the subscriber's lease or prolongs it, for so many ms from now; false while it is another's. It is there for economy: if two
   * should deliver the same events, consumers see repeats, but no gap and no first appearance out of order.
   */
  hold(subscriber: string, owner: string, ms: number): Promise<boolean>;
  /** Gives the lease back, if it is still the owner's. */
  release(subscriber: string, owner: string): Promise<void>;
  close(): Promise<void>;
}

/** Where a subscription stands, for those who watch it. */
export interface SubscriptionStatus {
  readonly subscriber: string;
  /** `standby`: another process holds the lease. */
  readonly state: 'following' | 'standby' | 'retrying' | 'stopped';
  /** Everything up to here was delivered, as far as this process knows. */
  readonly position: number;
  /** Lifecycle events that this process delivered. */
  readonly delivered: number;
  /** Attempts that failed in this process. */
  readonly failures: number;
  /** Name of the last failure's error; null when the last attempt succeeded. */
  readonly lastError: string | null;
  /** Deliveries that were taken in and are not done, of subscribers that keep such. */
  readonly pending?: number;
  /** What keeps it from going on, in a sentence for those who run it; null or left out where nothing does. */
  readonly fault?: string | null;
}
