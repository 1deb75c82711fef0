import type { ProjectionStatus } from '../projecting/port.ts';

/** What the thread is asked; null ends it. */
export type ProjectingRequest = ProjectingQuestion | null;

export interface ProjectingQuestion {
  readonly id: number;
  /** To say when a read model has reached a position, or that it has not in so many ms. Without it: how far all are. */
  readonly wait?: { readonly name: string; readonly position: number; readonly timeoutMs: number };
}

/** What the thread says: a line for the log, or the answer to a question. */
export type ProjectingReply =
  | {
      readonly level: 'info' | 'warn' | 'error';
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly id: number; readonly status: readonly ProjectionStatus[] | null };
