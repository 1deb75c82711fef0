import type { Happening } from '../domain/catalog.ts';
import type { Decider } from '../domain/decider.ts';
import { WrongExpectedRevision } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/port.ts';
import { eventsOf, type Cause } from './cause.ts';
import { load, type Handled } from './load.ts';
import { retryingConflicts } from './retry.ts';

export interface Work<State, Command> {
  readonly decider: Decider<State, Command, Happening>;
  readonly stream: string;
  readonly command: Command;
  readonly cause: Cause;
  /** Where the caller thinks the stream stands. */
  readonly expectedRevision?: number;
  /** True when the stream's name is newly made: the first try doesn't load it. */
  readonly fresh?: boolean;
}

const append = async <State, Command>(
  events: EventStore,
  { stream, cause }: Work<State, Command>,
  decided: readonly Happening[],
  at: number | null,
): Promise<Handled> => {
  const appended = await events.append(stream, eventsOf(cause, decided), at ?? 'NO_STREAM');
  return { revision: appended.revision, position: appended.position, first: decided[0]?.type ?? null };
};

/**
 * Loads a stream, decides, and appends at the revision that was loaded; loads and decides again when another writer
 * was faster. A command that the stream already holds is answered as the first time.
 *
 * @throws RuleViolation, NotFound; WrongExpectedRevision when the stream isn't where the caller thinks
 */
export const handle = async <State, Command>(
  events: EventStore,
  work: Work<State, Command>,
): Promise<Handled> => {
  const { decider, stream, command, cause, expectedRevision } = work;
  const outcome = await retryingConflicts(async attempt => {
    if (work.fresh === true && attempt === 1)
      return append(events, work, decider.decide(command, decider.initialState), null);
    const { state, last, before } = await load(events, decider, stream, cause);
    if (before !== null) return before;
    const decided = decider.decide(command, state);
    if (expectedRevision !== undefined && last?.revision !== expectedRevision)
      return new WrongExpectedRevision(stream, expectedRevision, last?.revision ?? null);
    if (decided.length > 0) return append(events, work, decided, last?.revision ?? null);
    if (last === null) throw new Error(`${stream} has no events, and its decider causes none`);
    await cause.settle(stream, last.revision);
    return { ...last, first: null };
  });
  if (outcome instanceof WrongExpectedRevision) throw outcome;
  return outcome;
};
