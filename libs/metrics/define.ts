import type { Projection } from '../projecting/define.ts';
import type { Context } from '../projecting/context.ts';
import type { CellRow, DimensionValue, GroupBy } from '../read-store/port.ts';

/** What a query may break down by: a dimension of the cells, a day dimension at a grain. */
export type MetricDimension = string | GroupBy;

/** The totals that a metric is computed from: one query, so that all its numbers are of one position. */
export interface MetricCells {
  readonly measures: readonly string[];
  /** Dimensions that the metric needs beyond those asked for: `days` for a median. */
  readonly by?: readonly string[];
  /** The day dimension that `from` and `to` select on. */
  readonly on: string;
  /** What `by` and `where` may name, and which dimension that is. */
  readonly dimensions: Readonly<Record<string, MetricDimension>>;
}

/** A whole number that a query may set. Cells don't hold it: such a query is answered from the entities' states. */
export interface MetricParameter {
  readonly description: string;
  readonly minimum: number;
  readonly maximum: number;
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
  readonly cells: MetricCells;
  /** Parameters beyond from, to, by and where: `within` in days. */
  readonly params?: Readonly<Record<string, MetricParameter>>;
  /** What numerators and denominators are, in words. */
  readonly definitions: Readonly<Record<string, string>>;
  /** The rows of one group's cells (a funnel has one per stage); of no cells where nothing matches. */
  readonly rows: (cells: readonly CellRow[], context: Context) => readonly MetricRow[];
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
