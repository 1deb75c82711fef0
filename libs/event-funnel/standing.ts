import type { MetricAnswer } from '../metrics/index.ts';
import { bestAttempt } from './attempts.ts';
import { numbering } from './columns.ts';
import { createJourneys } from './journeys.ts';
import type { Moments } from './moments.ts';
import { createOutcomes } from './outcomes.ts';
import type { EventFunnelQuestion } from './question.ts';
import { createTally, type Tally } from './tally.ts';
import { inTurns, oneByOne } from './turns.ts';
import { valuesOf, type LookUpEntry } from './values.ts';

type Rows = MetricAnswer['rows'];
type Group = readonly (string | null)[];

/** How a question stands: what is known of each lead, and which events that took into account. */
export interface Standing {
  /** Does something with it while nothing else does. */
  readonly alone: <T>(act: () => Promise<T>) => Promise<T>;
  /**
   * The rows by some events, which hold those that it was asked with before: only leads that something happened to since are
   * looked at, or all where there is another look-up of entries.
   */
  readonly rows: (moments: Moments, entryOf: LookUpEntry, signal?: AbortSignal) => Promise<Rows>;
  /** How many numbers it holds, about. */
  readonly size: () => number;
}

export const createStanding = ({ types, wanted, by, where }: EventFunnelQuestion): Standing => {
  const outcomes = createOutcomes(wanted.steps.length);
  const groups = numbering();
  const steps = wanted.steps.map(step => (wanted.order === 'any' ? null : (types[step] ?? null)));
  let entries: LookUpEntry | null = null;
  /** How much of each column the outcomes stand for. Columns only grow: one that was forgotten is read as it was. */
  let seen: readonly number[] = [];
  let known: Rows | null = null;

  const update = async (moments: Moments, entryOf: LookUpEntry, signal?: AbortSignal): Promise<void> => {
    const changed = changedSince(seen, moments);
    const journeyOf = createJourneys(moments);
    const evaluate = (lead: number): void => {
      const journey = journeyOf(lead);
      const attempt = bestAttempt(journey, wanted);
      outcomes.drop(lead);
      if (attempt === null) return;
      const valueOf = valuesOf(moments, journey, attempt, () => entryOf(moments.leadOf(lead)));
      for (const [dimension, values] of where) if (!values.has(valueOf(dimension))) return;
      outcomes.put(lead, groups.numberOf(JSON.stringify(by.map(valueOf))), journey, attempt);
    };
    await inTurns(moments.leads, lead => changed[lead] === 1 && evaluate(lead), signal);
  };

  const tally = async (leads: number, signal?: AbortSignal): Promise<Rows> => {
    const tallies = new Map<number, Tally>();
    const tallyOf = (group: number): Tally => {
      const one = tallies.get(group) ?? createTally(steps);
      tallies.set(group, one);
      return one;
    };
    if (by.length === 0) tallyOf(groups.numberOf(JSON.stringify([])));
    await inTurns(leads, lead => outcomes.addTo(tallyOf, lead), signal);
    return [...tallies]
      .map(([group, { rows }]) => ({ values: JSON.parse(groups.nameOf(group)) as Group, rows: rows() }))
      .sort((one, other) => byValue(one.values, other.values))
      .flatMap(({ values, rows }) => {
        const group = Object.fromEntries(by.map((name, at) => [name, values[at] ?? null]));
        return rows.map(row => Object.assign({ by: group }, row));
      });
  };

  return {
    alone: oneByOne(),
    rows: async (moments, entryOf, signal) => {
      if (entries !== entryOf) seen = [];
      entries = entryOf;
      if (known !== null && moments.columns.every(({ length }, type) => length === seen[type])) return known;
      known = null;
      await update(moments, entryOf, signal);
      seen = moments.columns.map(({ length }) => length);
      known = await tally(moments.leads, signal);
      return known;
    },
    size: outcomes.room,
  };
};

/** By lead, 1 where something was put into a column since. */
const changedSince = (seen: readonly number[], { columns, leads }: Moments): Uint8Array => {
  const changed = new Uint8Array(leads);
  for (const [type, { column, length }] of columns.entries())
    for (let place = seen[type] ?? 0; place < length; place++) changed[column.lead[place] ?? 0] = 1;
  return changed;
};

const byValue = (one: Group, other: Group): number => {
  for (const [at, value] of one.entries()) {
    const against = other[at] ?? null;
    if (value === against) continue;
    if (value === null || against === null) return value === null ? -1 : 1;
    return value < against ? -1 : 1;
  }
  return 0;
};
