import type { Metric } from '../../libs/metrics/define.ts';
import { ratio } from '../../libs/metrics/numbers.ts';
import { salesCycle } from './sales-cycle.projection.ts';

/** What became of the leads that entered. */
export const closeRate: Metric = {
  name: 'close-rate',
  version: 1,
  description: 'Leads that entered in the period, and how many of them are won or lost',
  projection: salesCycle,
  cells: {
    measures: ['leads', 'leadsWon', 'leadsLost'],
    on: 'entered',
    dimensions: {
      origin: 'origin',
      campaign: 'campaign',
      country: 'country',
      cohortDay: { dimension: 'entered', grain: 'day' },
      cohortMonth: { dimension: 'entered', grain: 'month' },
      cohortYear: { dimension: 'entered', grain: 'year' },
    },
  },
  definitions: {
    leads: 'leads whose first touch (capture or touchpoint) lies in the period',
    won: 'of these, leads with a deal that is won now',
    lost: 'of these, leads with a lost deal and none that is won or open',
    closeRate: 'won / leads',
    winRate: 'won / (won + lost)',
  },
  rows: cells => {
    const total = (measure: string): number => cells.reduce((sum, row) => sum + (row.sums[measure] ?? 0), 0);
    const [leads, won, lost] = [total('leads'), total('leadsWon'), total('leadsLost')];
    return [{ leads, won, lost, closeRate: ratio(won, leads), winRate: ratio(won, won + lost) }];
  },
};
