import type { Projection } from '../projecting/define.ts';
import type { Context } from '../projecting/context.ts';
import type { PeriodGrain } from '../projecting/periods.ts';
import type { CellQuery, CellRow, DimensionValue, GroupBy } from '../read-store/port.ts';

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

/** A number per group, a list of amounts (one per currency) or of numbers (one per period), or null where it is not defined. */
export type MetricValue =
  | number
  | null
  | string
  | readonly { readonly amount: number; readonly currency: string }[]
  | readonly number[];
export type MetricRow = Readonly<Record<string, MetricValue>>;

/** Which of the totals tell of periods of one grain. */
export interface PeriodCells {
  /** The day dimension that is cut into periods, instead of the metric's `on`. */
  readonly on: string;
  /** Asked for beside the metric's measures: one that counts everybody once in a period, on the first day that he is there. */
  readonly measure: string;
  /** Counts everybody on the last day instead: tells who was there in a period that `from` cuts. */
  readonly since?: string;
}

/** How a metric cuts time into periods: `grain` in a query. */
export interface MetricPeriods {
  readonly grains: Readonly<Partial<Record<PeriodGrain, PeriodCells>>>;
  /** Whether the totals of all that came before the first period are asked for too: cells with the period null. */
  readonly before: boolean;
  /** Where the last day with data shows, at which periods end unless the query says otherwise; null: they end with the last period that has any. */
  readonly last: PeriodCells | null;
  /** Whether totals of days still answer when `from` or `to` begins a day in the middle of a period. */
  readonly answers: (
    grain: PeriodGrain,
    /** `both`: they lie in the middle of the same period. */
    cut: { readonly from: boolean; readonly to: boolean; readonly both: boolean },
  ) => boolean;
}

/** A period, cut where the query's range begins or ends in it. */
export interface MetricPeriod {
  /** `2018-02-03`, `2018-W05`, `2018-02`, `2018-Q1`, `2018`. */
  readonly name: string;
  /** The first day. */
  readonly from: string;
  /** The last day. */
  readonly at: string;
}

/** The periods that an answer is about; none where a metric has no periods. */
export interface MetricFrame {
  readonly grain: PeriodGrain;
  /** Of the grain, see `PeriodCells`. */
  readonly measure: string;
  /** One after another, without gaps. */
  readonly periods: readonly MetricPeriod[];
  /** The last day with data, where the metric asks for it. */
  readonly last: string | null;
  /** Whether the query breaks down by a dimension. */
  readonly broken: boolean;
}

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
  readonly periods?: MetricPeriods;
  /** The cells that parameters select, and whether the read model keeps them: by default none but those of no parameter. */
  readonly selects?: (
    params: MetricQuery['params'],
    context: Context,
  ) => { readonly where: CellQuery['where']; readonly kept: boolean };
  /** What numerators and denominators are, in words. */
  readonly definitions: Readonly<Record<string, string>>;
  /**
   * The rows of one group's cells (a funnel has one per stage); of no cells where nothing matches. With periods, cells
   * are grouped `by` their `period`, by name.
   */
  readonly rows: (cells: readonly CellRow[], context: Context, frame: MetricFrame) => readonly MetricRow[];
}

/** A question. `from` (inclusive) and `to` (exclusive) are dates in the workspace's zone or instants with offset. */
export interface MetricQuery {
  readonly from?: string;
  readonly to?: string;
  /** Of a metric with periods; a month unless said. */
  readonly grain?: string;
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
