import type { EventStore } from '../event-store/port.ts';
import { InvalidQuery, type MetricAnswer } from '../metrics/index.ts';
import type { Calendar } from '../projecting/context.ts';
import { bestAttempt, type Attempt } from './attempts.ts';
import type { EventFunnelQuery } from './define.ts';
import { visitJourneys, type Moment } from './journeys.ts';
import { createMoments, mostMoments, TooManyMoments, type Moments } from './moments.ts';
import { readEventFunnel, type Dimension, type EventFunnelQuestion } from './question.ts';
import { createTally, type Tally } from './tally.ts';

/** How a lead came in: what its first touch says of it. */
export interface EntryOf {
  readonly origin: string | null;
  readonly campaign: string | null;
  readonly country: string | null;
}

/** What event funnels are answered from. */
export interface EventFunnels {
  readonly events: Pick<EventStore, 'find' | 'head'>;
  readonly calendar: Calendar;
  /** The entries of the leads, as the read models have them; asked for only where a query names what they say. */
  readonly entries: (signal?: AbortSignal) => Promise<(leadId: string) => EntryOf | null>;
}

/** Answers how many leads go through some events. @throws InvalidQuery; what aborts the signal */
export type AnswerEventFunnel = (query: EventFunnelQuery, signal?: AbortSignal) => Promise<MetricAnswer>;

/**
 * Answers event funnels from the log: the first question about a type of event reads all of them, later ones only what came since.
 * Other work goes on meanwhile.
 *
 * @example
 * const answer = createEventFunnels({ events, calendar, entries });
 * await answer({ events: ['EmailSent', 'EmailOpened', 'LinkClicked'], within: '7d', by: ['origin'], where: [] });
 */
export const createEventFunnels = ({ events, calendar, entries }: EventFunnels): AnswerEventFunnel => {
  const read = createMoments(events);
  return async (query, signal) => {
    const question = readEventFunnel(query, calendar);
    const moments = await read(question.types, signal).catch(refuse);
    const entryOf = namesEntry(question) ? await entries(signal) : noEntry;
    const groups = new Map<string, { readonly by: readonly (string | null)[]; readonly tally: Tally }>();
    const steps = query.events.map(type => (question.wanted.order === 'any' ? null : type));
    const groupOf = (by: readonly (string | null)[]): Tally => {
      const key = JSON.stringify(by);
      const known = groups.get(key);
      if (known) return known.tally;
      const tally = createTally(steps);
      groups.set(key, { by, tally });
      return tally;
    };
    if (question.by.length === 0) groupOf([]);
    await visitJourneys(
      moments,
      (lead, journey, momentAt) => {
        const attempt = bestAttempt(journey, question.wanted);
        if (attempt === null) return;
        const valueOf = valuesOf(moments, attempt, momentAt, () => entryOf(moments.leadOf(lead)));
        for (const [dimension, values] of question.where) if (!values.has(valueOf(dimension))) return;
        groupOf(question.by.map(valueOf)).add(attempt.map(place => journey.at[place] ?? 0));
      },
      signal,
    );
    return {
      metric: 'event-funnel',
      version: 1,
      position: moments.position,
      range: { from: query.from ?? null, to: query.to ?? null },
      definitions,
      rows: [...groups.values()].sort(byValue).flatMap(({ by, tally }) => {
        const group = Object.fromEntries(question.by.map((name, at) => [name, by[at] ?? null]));
        return tally.rows().map(row => Object.assign({ by: group }, row));
      }),
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

const entryNames: ReadonlySet<Dimension> = new Set(['origin', 'campaign', 'country']);

const namesEntry = ({ by, where }: EventFunnelQuestion): boolean =>
  [...by, ...where.keys()].some(name => entryNames.has(name));

const noEntry = (): null => null;

const valuesOf =
  (
    { columns, wordOf }: Moments,
    attempt: Attempt,
    momentAt: (place: number) => Moment,
    entry: () => EntryOf | null,
  ) =>
  (dimension: Dimension): string | null => {
    const word = (place: number | undefined, what: 'channel' | 'campaign'): string | null => {
      const moment = momentAt(place ?? 0);
      return wordOf(columns[moment.type]?.[what][moment.place] ?? 0);
    };
    switch (dimension) {
      case 'firstChannel':
        return word(attempt[0], 'channel');
      case 'firstCampaign':
        return word(attempt[0], 'campaign');
      case 'lastChannel':
        return word(attempt.at(-1), 'channel');
      case 'lastCampaign':
        return word(attempt.at(-1), 'campaign');
      default:
        return entry()?.[dimension] ?? null;
    }
  };

const byValue = (
  { by: one }: { readonly by: readonly (string | null)[] },
  { by: other }: { readonly by: readonly (string | null)[] },
): number => {
  for (const [at, value] of one.entries()) {
    const against = other[at] ?? null;
    if (value === against) continue;
    if (value === null || against === null) return value === null ? -1 : 1;
    return value < against ? -1 : 1;
  }
  return 0;
};

const refuse = (error: unknown): never => {
  if (!(error instanceof TooManyMoments)) throw error;
  throw new InvalidQuery(
    'events',
    `there are more than ${mostMoments} events of ${error.message}: too many for one question`,
  );
};
