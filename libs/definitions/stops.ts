import { DefinitionRefused, DefinitionStopped } from './errors.ts';
import { heapMb, timeFor, type Outcome } from './protocol.ts';

/** Why a definition did not answer: at one event, or nobody knows where. */
export interface Fault {
  /** Position of the event; null: it may be any. */
  readonly at: number | null;
  readonly error: string;
}

/** How often a definition may be stopped before its events are parked unseen, until the program starts again. */
export const patience = 3;

/** Counts how often a definition had to be stopped. */
export interface Stops {
  /** Which events are at fault. @throws DefinitionStopped, DefinitionRefused where it is strict */
  readonly note: (outcome: Exclude<Outcome, { ok: unknown }>) => Fault;
  /** Why it is not run any more; null while it is. */
  readonly tired: () => string | null;
}

export const createStops = (file: string, strict: boolean): Stops => {
  let stops = 0;
  return {
    tired: () => (stops < patience ? null : `${file} was stopped ${stops} times, and is not run any more`),
    note: outcome => {
      if ('error' in outcome) {
        if (strict) throw new DefinitionRefused(outcome.error);
        return { at: null, error: outcome.error };
      }
      const at = 'ended' in outcome ? outcome.at : outcome.hung;
      const error = `${file} ${'ended' in outcome && outcome.ended === 'memory' ? ended : late}`;
      if (strict)
        throw new DefinitionStopped(at === null ? error : `${error}, at the event of position ${at}`);
      stops++;
      return { at, error };
    },
  };
};

const late = `did not come back within ${timeFor(0) / 1_000} s, and was stopped`;
const ended = `ended its process, most likely by taking more than ${heapMb} MB of memory`;
