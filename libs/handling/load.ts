import type { Happening } from '../domain/catalog.ts';
import type { Decider } from '../domain/decider.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { upcast } from '../domain/upcast.ts';
import type { EventStore } from '../event-store/port.ts';
import { assertReadable } from '../event-store/unreadable.ts';
import type { Cause } from './cause.ts';

/** Where a command's last event stands, and the type of its first. */
export interface Handled {
  readonly revision: number;
  readonly position: number;
  /** Null when the command changed nothing. */
  readonly first: string | null;
}

export interface Loaded<State> {
  readonly state: State;
  /** Null when there is no stream. */
  readonly last: { readonly revision: number; readonly position: number } | null;
  /** What the command was answered before, when the stream holds its events. */
  readonly before: Handled | null;
}

/**
 * The event as the deciders read it. Its type may be one that they don't know; then they leave it be.
 *
 * @throws UnreadableEvent
 */
export const happeningOf = (event: RecordedEvent): Happening =>
  upcast(assertReadable(event)) as unknown as Happening;

const settledHere = (cause: Cause, { stream, revision }: RecordedEvent): boolean =>
  cause.settled?.stream === stream && cause.settled.revision === revision;

/** Folds a stream, and finds what a repeated command did to it the first time. */
export const load = async <State, Command>(
  events: EventStore,
  { initialState, evolve }: Decider<State, Command, Happening>,
  stream: string,
  cause: Cause,
): Promise<Loaded<State>> => {
  let state = initialState;
  let last: Loaded<State>['last'] = null;
  let before = null as Handled | null;
  let ordinal = 0;
  let own = cause.commandId === null ? null : cause.eventId(0);
  for await (const event of events.readStream(stream)) {
    const { revision, position } = event;
    if (event.id === own) {
      before = { revision, position, first: before?.first ?? event.type };
      own = cause.eventId(++ordinal);
    } else if (settledHere(cause, event)) before = { revision, position, first: null };
    state = evolve(state, happeningOf(event));
    last = { revision, position };
  }
  return { state, last, before };
};
