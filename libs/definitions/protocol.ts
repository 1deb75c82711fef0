import type { CellDelta, EntityId, QualityFinding } from '../read-store/port.ts';
import type { Json, RecordedEvent } from '../domain/event.ts';
import type { Folded } from '../projecting/fold.ts';
import type { Workspace } from '../projecting/workspace.ts';
import type { Manifest } from './manifest.ts';

/** What the process of a definition is asked to do; one line of JSON each. */
export type Request =
  | { readonly op: 'load'; readonly zone: string; readonly workspace: Workspace }
  | { readonly op: 'assign'; readonly events: readonly AssignRequestEvent[] }
  | FoldRequest
  | { readonly op: 'standings'; readonly states: readonly Json[] };

interface AssignRequestEvent {
  readonly event: RecordedEvent;
  readonly error: string | null;
}

export interface FoldRequest {
  readonly op: 'fold';
  readonly events: readonly (AssignRequestEvent & { readonly entity: EntityId })[];
  readonly known: readonly (readonly [EntityId, Json])[];
  readonly parked: readonly EntityId[];
}

export interface Answers {
  readonly load: { readonly manifest: Manifest; readonly files: readonly string[] };
  /** The events that belong to an entity. */
  readonly assign: readonly PlaceInLog[];
  readonly fold: {
    readonly changed: readonly (readonly [EntityId, PlainStanding])[];
    readonly cells: Folded['cells'];
    readonly park: readonly PlaceInLog[];
  };
  readonly standings: readonly PlainStanding[];
}

/** An event by its position, whose it is, and what is wrong with it. */
export interface PlaceInLog {
  readonly position: number;
  readonly entity: EntityId;
  readonly error: string | null;
}

/** A standing as JSON carries it. */
export interface PlainStanding {
  readonly state: Json;
  readonly cells: readonly CellDelta[];
  readonly due: number | null;
  readonly quality: readonly QualityFinding[];
}

/** What comes back, one line: the answer; why it was refused; or at which event it was when its time was over. */
export type Reply<Op extends Request['op'] = Request['op']> =
  { readonly ok: Answers[Op] } | { readonly error: string } | { readonly hung: number | null };

/** Begins a line that tells the position of the event under way, so that one knows where a process ended. */
export const tracePrefix = '@';

/** What came of a request. */
export type Outcome = Reply | Ended;

/** How the process of a definition ended before it answered. */
export interface Ended {
  readonly ended: 'time' | 'memory';
  /** Position of the event under way, where it is known. */
  readonly at: number | null;
}

/** Descriptors of the process: requests come in on one, replies go out on the other. */
export const [requestsFd, repliesFd] = [3, 4] as const;

/** Within which a definition must be loaded, and a request be answered, ms. */
export const bounds = { load: 5_000, request: 5_000, perEvent: 1 } as const;

/** A process ends its own work in time; so much later, ms, it is ended from outside where it can't even do that. */
export const grace = 5_000;

/** Ms that a request over so many events or states may take. */
export const timeFor = (size: number): number => bounds.request + size * bounds.perEvent;

/** The heap of a definition's process, megabytes. */
export const heapMb = 384;
