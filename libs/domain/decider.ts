/**
 * The rules of one kind of stream as pure functions: state is a fold over the stream's events, and a command
 * becomes the events that it causes, or is refused.
 */
export interface Decider<State, Command, Event> {
  readonly initialState: State;
  /** Folds the next event of the stream; events of other types leave the state as it is. */
  readonly evolve: (state: State, event: Event) => State;
  /** What the command causes; empty when it changes nothing. @throws RuleViolation, NotFound */
  readonly decide: (command: Command, state: State) => readonly Event[];
}
