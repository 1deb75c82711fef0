import type { Clock } from '../../domain/event.ts';
import { StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { Appended } from '../port.ts';
import type { PreparedAppend } from '../prepare.ts';
import type { Call, FailedGroup, GroupResult, WrittenGroup } from './write-group.ts';

/** One commit takes at most about this much, so that the event loop and other processes get their turn. */
const flushEvents = 2_000;
const flushBytes = 4_000_000;

/** Pause between two attempts at a busy file, ms. */
const busyPause = 2;

/** After so long of writing without a pause another process that waits for the file gets a chance, ms. */
const unbroken = 50;
const breath = 1;

interface Waiting {
  readonly call: Call;
  resolve(appended: readonly Appended[]): void;
  reject(error: Error): void;
}

/** Appends that are committed together: one fsync serves all that wait. */
export interface GroupCommit {
  append(append: PreparedAppend): Promise<Appended>;
  /** Takes them in order up to the first that is refused. */
  appendEach(appends: readonly PreparedAppend[]): Promise<readonly Appended[]>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

/** Takes from the queue's front what one commit should hold. */
const takeGroup = (queue: Waiting[]): Waiting[] => {
  let events = 0;
  let bytes = 0;
  let size = 0;
  for (const { call } of queue) {
    for (const append of call) {
      events += append.events.length;
      bytes += append.bytes;
    }
    if (size > 0 && (events > flushEvents || bytes > flushBytes)) break;
    size++;
  }
  return queue.splice(0, size);
};

export interface GroupCommitOptions {
  readonly clock: Clock;
  /** How long appends wait for another process to let go of the file, ms. */
  readonly busyWaitMs: number;
  /** Called after a commit that wrote events. */
  readonly onCommit: () => void;
}

/** @param write writes a group, in this thread or another; asked for one at a time */
export const groupCommit = (
  write: (calls: readonly Call[], now: number) => GroupResult | Promise<GroupResult>,
  { clock, busyWaitMs, onCommit }: GroupCommitOptions,
): GroupCommit => {
  const queue: Waiting[] = [];
  /** A turn is planned, or a group is under way. */
  let busy = false;
  let writingSince = 0;
  let lastEnd = 0;
  let busySince: number | null = null;
  let onDrained: (() => void)[] = [];

  const schedule = (pause = 0): void => {
    if (busy) return;
    busy = true;
    if (pause === 0) setImmediate(() => void flush());
    else setTimeout(() => void flush(), pause);
  };

  const refuse = (group: readonly Waiting[], { error, outcomeUnknown }: FailedGroup): void => {
    for (const waiting of group)
      waiting.reject(
        new StoreUnavailable(`the log could not be written: ${String(error)}`, outcomeUnknown, error),
      );
  };

  const settle = (group: readonly Waiting[], { outcomes, written }: WrittenGroup): void => {
    for (const [index, waiting] of group.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      if ('actual' in outcome)
        waiting.reject(new WrongExpectedRevision(outcome.stream, outcome.expected, outcome.actual));
      else waiting.resolve(outcome);
    }
    if (written > 0) onCommit();
  };

  /** Another process has the file: tries again soon, and gives up on all that wait when it lasts. */
  const waitOn = (group: readonly Waiting[], failure: FailedGroup): void => {
    queue.unshift(...group);
    const now = performance.now();
    busySince ??= now;
    if (now - busySince < busyWaitMs) {
      schedule(busyPause);
      return;
    }
    busySince = null;
    refuse(queue.splice(0), failure);
    next();
  };

  const next = (): void => {
    if (queue.length > 0) {
      schedule(lastEnd - writingSince < unbroken ? 0 : breath);
      return;
    }
    for (const drained of onDrained) drained();
    onDrained = [];
  };

  const flush = async (): Promise<void> => {
    const group = takeGroup(queue);
    const start = performance.now();
    const writing = group.length === 0 ? nothing : write(callsOf(group), clock());
    const result = 'then' in writing ? await writing : writing;
    busy = false;
    if ('error' in result && result.busy) {
      waitOn(group, result);
      return;
    }
    busySince = null;
    if (start - lastEnd >= breath || start - writingSince >= unbroken) writingSince = start;
    lastEnd = performance.now();
    if ('error' in result) refuse(group, result);
    else settle(group, result);
    next();
  };

  return {
    append: append =>
      new Promise((resolve, reject) => {
        queue.push({ call: [append], resolve: ([appended]) => resolve(appended as Appended), reject });
        schedule();
      }),
    appendEach: call =>
      new Promise((resolve, reject) => {
        queue.push({ call, resolve, reject });
        schedule();
      }),
    drained: () =>
      new Promise(resolve => {
        onDrained.push(resolve);
        schedule();
      }),
  };
};

const nothing: WrittenGroup = { outcomes: [], written: 0 };

const callsOf = (group: readonly Waiting[]): readonly Call[] => group.map(({ call }) => call);
