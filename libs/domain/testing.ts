import { canonicalJson } from './canonical.ts';
import type { Decider } from './decider.ts';
import { RuleViolation } from './errors.ts';

const differ = (what: string, expected: unknown, actual: unknown): Error =>
  new Error(`${what}\nexpected ${canonicalJson(expected)}\nactual   ${canonicalJson(actual)}`);

interface Outcome<Event> {
  readonly events?: readonly Event[];
  readonly error?: unknown;
}

const attempt = <Event>(decide: () => readonly Event[]): Outcome<Event> => {
  try {
    return { events: decide() };
  } catch (error) {
    return { error };
  }
};

/** Where a specification ends: exactly one of these says what must have come of the command. */
export interface Then<Event> {
  readonly then: (events: readonly Event[]) => void;
  readonly thenRefused: (rule: string, fields?: RuleViolation['fields']) => void;
  readonly thenThrows: (name: string) => void;
}

/**
 * Reads a decider's rules as given / when / then; what doesn't hold is thrown as an Error with both sides.
 *
 * @example
 * specify(opportunity).given([opened]).when({ kind: 'win', opportunityId: 'o1' }).then([won]);
 * specify(opportunity).given([opened, won]).when({ kind: 'win', opportunityId: 'o1' }).thenRefused('opportunity-closed');
 */
export const specify = <State, Command, Event>(decider: Decider<State, Command, Event>) => ({
  given: (past: readonly Event[]) => ({
    when: (command: Command): Then<Event> => {
      const outcome = attempt(() =>
        decider.decide(command, past.reduce(decider.evolve, decider.initialState)),
      );
      return {
        then: events => {
          if (outcome.events === undefined) throw outcome.error;
          if (canonicalJson(outcome.events) !== canonicalJson(events))
            throw differ('other events', events, outcome.events);
        },
        thenRefused: (rule, fields) => {
          const { error } = outcome;
          if (outcome.events !== undefined) throw differ('not refused', rule, outcome.events);
          if (!(error instanceof RuleViolation)) throw error;
          if (error.rule !== rule) throw differ('refused by another rule', rule, error.rule);
          if (fields !== undefined && canonicalJson(error.fields) !== canonicalJson(fields))
            throw differ('other fields', fields, error.fields);
        },
        thenThrows: name => {
          const { error } = outcome;
          if (!(error instanceof Error) || error.name !== name)
            throw differ('not thrown', name, outcome.events ?? (error instanceof Error ? error.name : error));
        },
      };
    },
  }),
});
