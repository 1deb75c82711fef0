import type { RecordedEvent } from '../domain/event.ts';
import type { ExpectedRevision, Position, Revision, StreamId } from './port.ts';

/** The stream stands elsewhere than the writer thought. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  readonly stream: StreamId;
  readonly expected: ExpectedRevision;
  /** The stream's last revision, or null when the stream doesn't exist. */
  readonly actual: Revision | null;

  constructor(stream: StreamId, expected: ExpectedRevision, actual: Revision | null) {
    super(
      `stream ${stream} is at ${actual === null ? 'no revision (it does not exist)' : `revision ${actual}`}, expected ${expected}`,
    );
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The append breaks a rule of the store; nothing was written, and a repeat would be refused again. */
export class InvalidAppend extends Error {
  override readonly name = 'InvalidAppend';
  /** What was broken: `stream-name`, `event-id`, `event-type`, `event-version`, `event-time`, `event-data`, `event-metadata`, `duplicate-id`, `no-events`, `too-many-events`, `too-many-bytes`, `expected-revision`. */
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(detail);
    this.rule = rule;
  }
}

/** The store is away or can't say. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** True when an append may or may not have been taken: repeat it with the same ids. */
  readonly outcomeUnknown: boolean;

  constructor(detail: string, outcomeUnknown = false, cause?: unknown) {
    super(detail, { cause });
    this.outcomeUnknown = outcomeUnknown;
  }
}

/** What the log holds of an event is damaged, and something had to be decided by it. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  readonly stream: StreamId;
  readonly revision: Revision;
  readonly position: Position;

  constructor(
    { stream, revision, position }: Pick<RecordedEvent, 'stream' | 'revision' | 'position'>,
    why: string,
  ) {
    super(`position ${position} of the log (${stream}, revision ${revision}) can't be read: ${why}`);
    this.stream = stream;
    this.revision = revision;
    this.position = position;
  }
}

/** The log can't be opened, and no repeat will help until somebody sees to it. */
export class UnusableLog extends Error {
  override readonly name = 'UnusableLog';
  readonly file: string;
  /** `newer`: written by a newer Leadfold; `not-a-log`: something else; `away`: no such folder, no permission, locked. */
  readonly reason: 'newer' | 'not-a-log' | 'away';

  constructor(file: string, reason: UnusableLog['reason'], detail: string, cause?: unknown) {
    super(detail, { cause });
    this.file = file;
    this.reason = reason;
  }
}
