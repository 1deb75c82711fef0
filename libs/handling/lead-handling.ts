import type { Begin } from './idempotency.ts';
import type { LeadDecider } from './standing.ts';

/** What commands on leads work with. */
export interface LeadHandling extends Begin {
  readonly decider: LeadDecider;
}
