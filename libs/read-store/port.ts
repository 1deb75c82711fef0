import type { Json } from '../domain/event.ts';

export type EntityId = string;

/** One generation of a projection's read model: `lead-funnel`, 3. */
export interface ProjectionId {
  readonly name: string;
  readonly generation: number;
}

export type DimensionValue = string | number | null;

/**
 * The shape of a read model. A `day` dimension holds `YYYY-MM-DD` and is rolled up by the store to month, year and all;
 * a contribution holds at most one.
 */
export interface CellSchema {
  readonly dimensions: Readonly<Record<string, 'text' | 'integer' | 'day'>>;
  /** Integer totals. */
  readonly measures: readonly string[];
  /** Top-level members of the entity state that entity queries filter or sort by; the store indexes them. */
  readonly indexes: readonly string[];
  /**
   * Sets of text and integer dimensions by which totals are kept besides those by all of them, of months and longer: single
   * days have few totals to add up. A query that names no others is answered from the smallest such set: sooner, and the same.
   */
  readonly summaries?: readonly (readonly string[])[];
}

/** `building` catches up beside the live one; `held` has caught up and waits for approval. */
export type GenerationStatus = 'building' | 'held' | 'live';

/** The catalogue's entry for a generation. */
export interface Generation extends ProjectionId {
  /** The definition's version. */
  readonly version: number;
  /** Hash of what else decides the numbers: time zone, stages, bounds. */
  readonly fingerprint: string;
  readonly schema: CellSchema;
  readonly status: GenerationStatus;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** How far a generation is: all events up to `position` are folded, in `batch` commits. */
export interface Checkpoint {
  readonly position: number;
  readonly batch: number;
}

/** A finding about the quality of an entity's data, with the dimensions by which queries narrow it down. */
export interface QualityFinding {
  readonly reason: string;
  /** Whether the entity counts in the totals. */
  readonly kept: boolean;
  readonly cell: Readonly<Record<string, DimensionValue>>;
}

/** An entity as a projection left it. */
export interface Entity {
  readonly id: EntityId;
  readonly state: Json;
  /** When something falls due for it though nothing happens, epoch ms. */
  readonly due: number | null;
  readonly quality: readonly QualityFinding[];
}

/** What is added to the totals; a dimension that is left out does not apply, one that is null is missing in the data. */
export interface CellDelta {
  readonly cell: Readonly<Record<string, DimensionValue>>;
  readonly add: Readonly<Record<string, number>>;
}

/** An event that could not be folded, or that queues behind one that could not. */
export interface ParkedEvent {
  readonly entity: EntityId;
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  /** The event as it was read. */
  readonly raw: Json;
  /** Message of the error; null for an event that only waits behind another. */
  readonly error: string | null;
}

/** All or nothing, in one commit. */
export interface Batch {
  /** The checkpoint's batch that this one follows; another one means that somebody else wrote: CheckpointConflict. */
  readonly follows: number;
  /** The checkpoint's position afterwards. */
  readonly position: number;
  readonly entities: readonly Entity[];
  /** Day dimensions as days; the store rolls up. */
  readonly cells: readonly CellDelta[];
  readonly park: readonly ParkedEvent[];
  /** Entities whose parked events are released (before `park` is applied). */
  readonly release: readonly EntityId[];
}

export type Grain = 'day' | 'month' | 'year';

/** Group by a dimension; a day dimension at a grain (default day). */
export interface GroupBy {
  readonly dimension: string;
  readonly grain?: Grain;
}

/**
 * Which totals to add up. With a day dimension in `by`, `where` or `range` only contributions that hold it count; a query
 * has at most one.
 */
export interface CellQuery {
  readonly measures: readonly string[];
  readonly by: readonly GroupBy[];
  /** One dimension's values are ORed, dimensions are ANDed; null also takes contributions that left the dimension out. A day dimension takes days, months or years (`2018`, `2018-02`, `2018-02-03`). */
  readonly where: Readonly<Record<string, readonly DimensionValue[]>>;
  /** Days `from` ≤ day < `to` of that dimension, `YYYY-MM-DD`; either may be left out. A null day is in no range. */
  readonly range?: { readonly dimension: string; readonly from?: string; readonly to?: string };
}

/** Rows in which every asked measure is zero are left out; rows are sorted by their group, null first. */
export interface CellRow {
  readonly by: Readonly<Record<string, DimensionValue>>;
  readonly sums: Readonly<Record<string, number>>;
}

export interface EntityQuery {
  /** Equality on the schema's indexes. */
  readonly where?: Readonly<Record<string, DimensionValue>>;
  /**
   * One of the schema's indexes, `-` in front for descending; by id where left out. Null (also for a member that is left
   * out, a list or an object) comes before numbers, numbers before text; true and false are 1 and 0. Ties go by id.
   * Descending is exactly the other way round, ties included.
   */
  readonly sort?: string;
  readonly limit: number;
  /** Opaque, from the page before. */
  readonly cursor?: string;
}

export interface EntityPage {
  readonly entities: readonly Entity[];
  readonly nextCursor: string | null;
}

/** An answer, and the position that it was computed at. */
export interface At<T> {
  readonly position: number;
  readonly value: T;
}

/** Read models: entity states, cells and checkpoints, by generation. Every adapter passes `readStoreContract`. */
export interface ReadStore {
  /** All generations, of one projection or of all. */
  generations(name?: string): Promise<readonly Generation[]>;
  /** A new, empty generation, `building`; its number is one more than any before of that name. */
  create(generation: Omit<Generation, 'generation' | 'status'>): Promise<Generation>;
  /** The generation becomes live in one step; the one before is dropped (readers under way finish). */
  promote(id: ProjectionId): Promise<void>;
  /** `building` becomes `held`. @throws InvalidRequest when it is live */
  hold(id: ProjectionId): Promise<void>;
  /** Also the live one; again is no error. */
  drop(id: ProjectionId): Promise<void>;

  checkpoint(id: ProjectionId): Promise<Checkpoint>;
  /** The states of the ids that exist. */
  load(id: ProjectionId, entities: readonly EntityId[]): Promise<ReadonlyMap<EntityId, Entity>>;
  /**
   * @throws CheckpointConflict; UnknownProjection when the generation is gone; UnknownDimension; InvalidRequest for a value
   * that the schema does not allow or a position before the checkpoint's
   */
  commit(id: ProjectionId, batch: Batch): Promise<void>;

  /**
   * @throws UnknownDimension for a dimension or measure that the schema lacks; InvalidRequest for a day that is none, and for
   * a sum beyond the safe integers
   */
  cells(id: ProjectionId, query: CellQuery): Promise<At<readonly CellRow[]>>;
  /** @throws UnknownDimension for what is no index; InvalidCursor */
  entities(id: ProjectionId, query: EntityQuery): Promise<At<EntityPage>>;
  /** The entities with quality findings, by id. */
  findings(id: ProjectionId): Promise<At<readonly Entity[]>>;
  /** Entities that are due at or before the instant, earliest first. */
  due(id: ProjectionId, before: number, limit: number): Promise<readonly Entity[]>;
  /** Parked events in log order, of one entity or of all. */
  parked(id: ProjectionId, entity?: EntityId): Promise<readonly ParkedEvent[]>;
  close(): Promise<void>;
}
