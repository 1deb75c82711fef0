import type { Projection } from '../projecting/define.ts';
import type { Context } from '../projecting/context.ts';
import type { CellRow, DimensionValue, GroupBy } from '../read-store/port.ts';

/** What a query may break down by: a dimension of the cells, a day dimension at a grain. */
export type MetricDimension = string | GroupBy;

/** A set of cells that a metric adds up: `name` is how `rows` finds them. */
export interface CellSet {
  readonly measures: readonly string[];
  /** Dimensions that the metric needs beyond those asked for: `days` for a median. */
  readonly by?: readonly string[];
  /** The day dimension that `from` and `to` select on. */
  readonly on: string;
  /** Asked dimensions by their names in these cells, where they differ. */
  readonly dimensions: Readonly<Record<string, MetricDimension>>;
}

/** One group of a metric's answer: the asked dimensions, and the cells of each set in that group. */
export interface MetricGroup {
  readonly by: Readonly<Record<string, DimensionValue>>;
  readonly cells: Readonly<Record<string, readonly CellRow[]>>;
}

/** A number per group, a list of amounts, or null where it is not defined. */
export type MetricValue =
  number | null | string | readonly { readonly amount: number; readonly currency: string }[];
export type MetricRow = Readonly<Record<string, MetricValue>>;

/** A number that people read, as a pure function of a read model's totals. */
export interface Metric {
  /** As in `GET /v1/{name}`. */
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly projection: Projection;
  readonly sets: Readonly<Record<string, CellSet>>;
  /** Parameters beyond from, to, by and where, all numbers: `within` in days. */
  readonly params?: Readonly<
    Record<string, { readonly description: string; readonly minimum: number; readonly maximum: number }>
  >;
  /** What numerators and denominators are, in words. */
  readonly definitions: Readonly<Record<string, string>>;
  /** The rows of one group (a funnel has one per stage). */
  readonly rows: (group: MetricGroup, context: Context) => readonly MetricRow[];
}

/** A question. `from` (inclusive) and `to` (exclusive) are dates in the workspace's zone or instants with offset. */
export interface MetricQuery {
  readonly from?: string;
  readonly to?: string;
  readonly by: readonly string[];
  readonly where: readonly { readonly dimension: string; readonly value: string | null }[];
  readonly params: Readonly<Record<string, number>>;
}

/** The answer; the shape of the endpoints and of `leadfold query --json`. */
export interface MetricAnswer {
  readonly metric: string;
  readonly version: number;
  /** Position of the log that it was computed at. */
  readonly position: number;
  readonly range: { readonly from: string | null; readonly to: string | null };
  readonly definitions: Readonly<Record<string, string>>;
  readonly rows: readonly (MetricRow & { readonly by: Readonly<Record<string, DimensionValue>> })[];
  readonly quality: readonly {
    readonly reason: string;
    readonly count: number;
    readonly kept: boolean;
    /** The first twenty, by id. */
    readonly entities: readonly string[];
  }[];
}
