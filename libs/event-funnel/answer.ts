import type { EventStore } from '../event-store/port.ts';
import { InvalidQuery, type MetricAnswer } from '../metrics/index.ts';
import type { Calendar } from '../projecting/context.ts';
import type { EventFunnelQuery } from './define.ts';
import { createMemory } from './memory.ts';
import { createMoments, mostMoments, TooManyMoments } from './moments.ts';
import { readEventFunnel } from './question.ts';
import { namesEntry, type LookUpEntry } from './values.ts';

/** What event funnels are answered from. */
export interface EventFunnels {
  readonly events: Pick<EventStore, 'find' | 'head'>;
  readonly calendar: Calendar;
  /**
   * The entries of the leads, as the read models have them: the same look-up as long as they are the same. Asked for only
   * where a query names what they say.
   */
  readonly entries: (signal?: AbortSignal) => Promise<LookUpEntry>;
}

/** Answers how many leads go through some events. @throws InvalidQuery; what aborts the signal */
export type AnswerEventFunnel = (query: EventFunnelQuery, signal?: AbortSignal) => Promise<MetricAnswer>;

/**
 * Answers event funnels from the log: the first question about a type of event reads all of them, later ones only what came since,
 * and a question that was asked before looks only at leads that something happened to. Other work goes on meanwhile.
 *
 * @example
 * const answer = createEventFunnels({ events, calendar, entries });
 * await answer({ events: ['EmailSent', 'EmailOpened', 'LinkClicked'], within: '7d', by: ['origin'], where: [] });
 */
export const createEventFunnels = ({ events, calendar, entries }: EventFunnels): AnswerEventFunnel => {
  const read = createMoments(events);
  const standingOf = createMemory();
  return async (query, signal) => {
    const question = readEventFunnel(query, calendar);
    const standing = standingOf(question);
    const { position, rows } = await standing.alone(async () => {
      const moments = await read(question.types, signal).catch(refuse);
      const entryOf = namesEntry(question) ? await entries(signal) : noEntry;
      return { position: moments.position, rows: await standing.rows(moments, entryOf, signal) };
    });
    return {
      metric: 'event-funnel',
      version: 1,
      position,
      range: { from: query.from ?? null, to: query.to ?? null },
      definitions,
      rows,
      quality: [],
    };
  };
};

const definitions = {
  count:
    'leads whose best attempt reached the step: an attempt begins with an event of the first step in the period (in any order: of any step), and the one that comes furthest counts',
  stepConversion: 'count of the step / count of the step before',
  overallConversion: 'count of the step / count of the first step',
  dropOff: '1 − stepConversion',
  medianHoursFromPrevious:
    'median of the hours from the step before to the step, over the leads that reached it',
} as const;

const noEntry: LookUpEntry = () => null;

const refuse = (error: unknown): never => {
  if (!(error instanceof TooManyMoments)) throw error;
  throw new InvalidQuery(
    'events',
    `there are more than ${mostMoments} events of ${error.message}: too many for one question`,
  );
};
