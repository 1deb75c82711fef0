import type { Clock } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Context } from '../projecting/context.ts';
import type { Reminder } from '../projecting/reminder.ts';
import type { ReadStore } from '../read-store/port.ts';

/** What scheduling works on. */
export interface Scheduling {
  readonly events: EventStore;
  readonly reads: ReadStore;
  readonly reminders: readonly Reminder[];
  readonly context: Context;
  readonly clock: Clock;
  /** Structured log; nothing personal. */
  readonly log?: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
  /** How long one look waits for a read model that is behind the log, ms; 5,000 by default. */
  readonly patienceMs?: number;
}

/** Appends what is due though nothing happens. */
export interface Scheduler {
  /** Looks every second, and whenever something was appended, until `stop`. */
  start(): void;
  /** Finishes the appends under way. */
  stop(): Promise<void>;
  /**
   * Appends all that is due by the clock, round by round as the read models take it in, and answers how many facts the log took. Read models
   * that don't catch up in time, or that another definition made, are left for the next look.
   */
  run(signal?: AbortSignal): Promise<number>;
}
