import type { EventOf } from '../../libs/domain/catalog.ts';

type DealEventType =
  | 'OpportunityOpened'
  | 'OpportunityStageChanged'
  | 'OpportunityWon'
  | 'OpportunityLost'
  | 'OpportunityReopened';

/** What happens to a deal. */
export type DealEvent = { [T in DealEventType]: EventOf<T> }[DealEventType];

/** How a deal stands. */
export interface Standing {
  readonly status: 'open' | 'won' | 'lost';
  /** When it was won, lost or reopened last, epoch ms; left out while it was only opened. */
  readonly at?: number;
}

/**
 * How a deal stands after a fact about it: as the latest of its wins, losses and reopenings says (of the same instant,
 * the one that the log took last), and open if there is none. An opening settles nothing, whenever it arrives.
 */
export const standing = (
  known: Standing | undefined,
  fact: 'opened' | 'won' | 'lost' | 'reopened',
  at: number,
): Standing => {
  if (fact === 'opened') return known ?? { status: 'open' };
  if (known?.at !== undefined && at < known.at) return known;
  return { status: fact === 'reopened' ? 'open' : fact, at };
};

/** The record's own member of that name: ids come from outside and may be `constructor`. */
export const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
