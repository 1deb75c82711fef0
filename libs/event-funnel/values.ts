import type { Attempt } from './attempts.ts';
import type { Placed } from './journeys.ts';
import type { Moments } from './moments.ts';
import type { Dimension, EventFunnelQuestion } from './question.ts';

/** How a lead came in: what its first touch says of it. */
export interface EntryOf {
  readonly origin: string | null;
  readonly campaign: string | null;
  readonly country: string | null;
}

export type LookUpEntry = (leadId: string) => EntryOf | null;

const entryNames: ReadonlySet<Dimension> = new Set(['origin', 'campaign', 'country']);

/** Whether a question asks how leads came in. */
export const namesEntry = ({ by, where }: EventFunnelQuestion): boolean =>
  [...by, ...where.keys()].some(name => entryNames.has(name));

/** What an attempt is broken down and narrowed down by. */
export const valuesOf =
  ({ columns, wordOf }: Moments, { types, places }: Placed, attempt: Attempt, entry: () => EntryOf | null) =>
  (dimension: Dimension): string | null => {
    const word = (moment = 0, what: 'channel' | 'campaign'): string | null =>
      wordOf(columns[types[moment] ?? 0]?.column[what][places[moment] ?? 0] ?? 0);
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
