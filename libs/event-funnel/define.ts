import type { MetricQuery } from '../metrics/define.ts';

/** Whether other events may come between the steps (`ordered`) or not (`strict`), or steps may come in `any` order. */
export const orders = ['ordered', 'strict', 'any'] as const;
export type Order = (typeof orders)[number];

/** A question about how many leads go through some events. */
export interface EventFunnelQuery extends Pick<MetricQuery, 'from' | 'to' | 'by' | 'where'> {
  /** 2 to 10 types of events, the same type also twice. */
  readonly events: readonly string[];
  /** `ordered` where left out. */
  readonly order?: string;
  /** `30m`, `12h`, `7d`, or days as a number; no limit where left out. */
  readonly within?: string;
}

/** The steps that are looked for in a lead's events. */
export interface Wanted {
  /** Types as numbers, as in the journey. */
  readonly steps: readonly number[];
  readonly order: Order;
  /** The last step comes at most so many ms after the first. */
  readonly within: number;
  /** An attempt begins at `from` ≤ instant < `to`, epoch ms. */
  readonly from: number;
  readonly to: number;
}

/** A lead's events in order of time, those of one instant in the order of the log. The lists may hold more after the length. */
export interface Journey {
  readonly length: number;
  readonly types: ArrayLike<number>;
  /** Epoch ms. */
  readonly at: ArrayLike<number>;
}
