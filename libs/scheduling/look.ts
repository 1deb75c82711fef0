import { setTimeout } from 'node:timers/promises';
import { isMadeBy } from '../projecting/fingerprint.ts';
import type { Reminder } from '../projecting/reminder.ts';
import type { Generation } from '../read-store/port.ts';
import { factOf, type DueFact } from './facts.ts';
import type { Scheduling } from './port.ts';

/** Entities that are taken at once. */
const most = 1_000;
const pauseMs = 20;

/** The live generation, once it has seen the log up to a position; null when it hasn't in time, or another definition made it. */
export const abreast = async (
  { reads, context, patienceMs = 5_000 }: Scheduling,
  { projection }: Reminder,
  position: number,
  signal?: AbortSignal,
): Promise<Generation | null> => {
  const until = performance.now() + patienceMs;
  for (;;) {
    const live = (await reads.generations(projection.name)).find(({ status }) => status === 'live');
    if (live === undefined || !isMadeBy(projection, context, live)) return null;
    if ((await reads.checkpoint(live)).position >= position) return live;
    if (performance.now() >= until || signal?.aborted === true) return null;
    await setTimeout(pauseMs);
  }
};

/** What is due now. Entities with parked events are left out: their states are not what the log says. */
export const dueFacts = async (
  { reads, context, clock }: Scheduling,
  reminder: Reminder,
  live: Generation,
): Promise<readonly DueFact[]> => {
  const due = await reads.due(live, clock(), most);
  if (due.length === 0) return [];
  const parked = new Set((await reads.parked(live)).map(({ entity }) => entity));
  return due.flatMap(entity => (parked.has(entity.id) ? [] : (factOf(reminder, entity, context) ?? [])));
};

/** Appends facts, each to its lead's stream; the log refuses those that it has. Answers how many it took, and up to where. */
export const appendFacts = async (
  { events }: Pick<Scheduling, 'events'>,
  facts: readonly DueFact[],
): Promise<{ readonly taken: number; readonly position: number }> => {
  const results = await Promise.all(facts.map(({ stream, event }) => events.append(stream, [event], 'ANY')));
  return {
    taken: results.filter(({ duplicates }) => duplicates.length === 0).length,
    position: Math.max(0, ...results.map(({ position }) => position)),
  };
};
