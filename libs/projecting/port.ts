import type { Clock, Json, RecordedEvent } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { DimensionValue, GenerationStatus, ParkedEvent, ReadStore } from '../read-store/port.ts';
import type { Context } from './context.ts';
import type { Projection } from './define.ts';
import type { Folder } from './fold.ts';

/** What projecting works on. */
export interface Projecting {
  /** Events as the log holds them, not upcast yet. */
  readonly events: EventStore;
  readonly reads: ReadStore;
  readonly projections: readonly Projection[];
  readonly context: Context;
  readonly clock: Clock;
  /**
   * Brings an event to the newest version of its type; called once per event. One that it throws on is parked, and the log
   * goes on.
   */
  readonly upcast?: (event: RecordedEvent) => RecordedEvent;
  /** How a projection is folded; in this thread by default. */
  readonly folderOf?: (projection: Projection, context: Context) => Folder;
  /**
   * Events of a page; where it is given, each page is committed by itself. By default pages have 1,000 events, and up to 5 are
   * committed together between `start` and `stop`, up to 40 otherwise.
   */
  readonly batchSize?: number;
  /** Entities that are remembered per generation between batches; by default 40,000 in all, shared by the projections. */
  readonly remembered?: number;
  /** Entities of all generations together from which on everything is forgotten once, so that it takes no more memory; by default 400,000. */
  readonly numbered?: number;
  /** Structured log; nothing personal. */
  readonly log?: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

/** Of one generation of a projection. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly status: GenerationStatus;
  readonly position: number;
  /** Position of the log's end. */
  readonly head: number;
  /** head − position. */
  readonly lag: number;
  /** Events per second lately; null when idle. */
  readonly rate: number | null;
  /** Seconds until it has caught up; null when unknown. */
  readonly etaSeconds: number | null;
  readonly parked: number;
}

export interface Progress {
  readonly name: string;
  readonly position: number;
  readonly head: number;
  /** Events per second. */
  readonly rate: number;
}

export interface Run {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Keeps all read models up to date: the log is read once for all of them. */
export interface Projector {
  /** Follows the log until `stop`; makes missing generations and rebuilds changed ones beside the old. */
  start(): void;
  /** Finishes the batch under way. */
  stop(): Promise<void>;
  /** Brings every live (or first) generation to the log's head as it is now. Safe beside another projector. */
  catchUp(run?: Run): Promise<void>;
  /** Waits until the live generation has reached the position. @throws ProjectionBehind after `timeoutMs` (default 5,000) */
  waitFor(name: string, position: number, timeoutMs?: number): Promise<void>;
  status(): Promise<readonly ProjectionStatus[]>;
  /** Keeps these from now on, also while it runs; read models of others stay as they are. */
  setProjections(projections: readonly Projection[]): Promise<void>;

  /** A new generation beside the live one; checked; then live, or held. @throws RebuildFailed when the check finds a difference */
  rebuild(name: string, run?: Run & { readonly hold?: boolean }): Promise<void>;
  /** Cells that differ between the live and the held generation. */
  diff(name: string): Promise<readonly CellDifference[]>;
  approve(name: string): Promise<void>;
  discard(name: string): Promise<void>;
  parked(name?: string): Promise<readonly (ParkedEvent & { readonly projection: string })[]>;
  /** Folds the parked events again; answers how many are still parked. */
  retry(name: string): Promise<{ readonly released: number; readonly parked: number }>;
  /** Leaves an event out for good: appends ProjectionEventSkipped, then retries its entity. */
  skip(eventId: string, why: string, actor: string): Promise<void>;

  /** The entities behind the cells that match, by id. */
  explain(
    name: string,
    where: Where,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<Explanation>;
  /** An entity's state, contributions and events. */
  explainEntity(name: string, entity: string): Promise<EntityExplanation>;
  /** Folds the whole log anew and compares states, cells and findings. */
  verify(run?: Run): Promise<readonly Difference[]>;
}

/** A dimension's values are ORed, dimensions ANDed. */
export type Where = Readonly<Record<string, readonly DimensionValue[]>>;

export interface CellDifference {
  readonly cell: Readonly<Record<string, DimensionValue>>;
  readonly live: Readonly<Record<string, number>>;
  readonly held: Readonly<Record<string, number>>;
}

export interface Explanation {
  readonly position: number;
  /** Sum over the entities of all pages. */
  readonly total: Readonly<Record<string, number>>;
  readonly entities: readonly { readonly id: string; readonly adds: Readonly<Record<string, number>> }[];
  readonly nextCursor: string | null;
}

export interface EntityExplanation {
  readonly position: number;
  readonly id: string;
  readonly state: Json;
  readonly contributions: readonly {
    readonly cell: Readonly<Record<string, DimensionValue>>;
    readonly add: Readonly<Record<string, number>>;
  }[];
  readonly quality: readonly string[];
  readonly events: readonly RecordedEvent[];
}

/** Where a read model is not what the log says. */
export interface Difference {
  readonly projection: string;
  readonly what: 'state' | 'cell' | 'finding';
  readonly key: string;
  readonly stored: Json;
  readonly folded: Json;
}

/** The read model has not reached the position in time. */
export class ProjectionBehind extends Error {
  override readonly name = 'ProjectionBehind';
  readonly position: number;

  constructor(name: string, wanted: number, position: number) {
    super(`${name} is at position ${position}, not yet at ${wanted}`);
    this.position = position;
  }
}

/** There is no projection of that name. */
export class NoSuchProjection extends Error {
  override readonly name = 'NoSuchProjection';
  readonly known: readonly string[];

  constructor(name: string, known: readonly string[]) {
    super(`there is no projection "${name}"; there are: ${known.join(', ')}`);
    this.known = known;
  }
}

/** A rebuilt generation contradicts itself; it was dropped and the live one stays. */
export class RebuildFailed extends Error {
  override readonly name = 'RebuildFailed';
}
