import { larger, sizeAfter } from './columns.ts';
import type { Attempt } from './attempts.ts';
import type { Journey } from './define.ts';
import type { Tally } from './tally.ts';

/** How far each lead came, in numbers: of which group it is, and when (epoch ms) it reached the steps. */
export interface Outcomes {
  /** The lead's outcome from now on. */
  readonly put: (lead: number, group: number, journey: Journey, attempt: Attempt) => void;
  /** The lead has none any more. */
  readonly drop: (lead: number) => void;
  /** Adds the lead's to its group's tally. */
  readonly addTo: (tallyOf: (group: number) => Tally, lead: number) => void;
  /** How many instants there is room for. */
  readonly room: () => number;
}

/** @param steps how many steps there are at most */
export const createOutcomes = (steps: number): Outcomes => {
  let groups = new Uint32Array(0);
  let reached = new Uint8Array(0);
  let instants = new Float64Array(0);
  return {
    put: (lead, group, { at }, attempt) => {
      if (lead >= reached.length) {
        const size = sizeAfter(lead);
        groups = larger(groups, new Uint32Array(size));
        reached = larger(reached, new Uint8Array(size));
        instants = larger(instants, new Float64Array(size * steps));
      }
      groups[lead] = group;
      reached[lead] = attempt.length;
      attempt.forEach((place, step) => {
        instants[lead * steps + step] = at[place] ?? 0;
      });
    },
    drop: lead => {
      if (lead < reached.length) reached[lead] = 0;
    },
    addTo: (tallyOf, lead) => {
      const count = reached[lead] ?? 0;
      if (count > 0) tallyOf(groups[lead] ?? 0).add(instants, lead * steps, lead * steps + count);
    },
    room: () => instants.length,
  };
};
