import type { EventOf } from '../domain/catalog.ts';
import type { Json, RecordedEvent } from '../domain/event.ts';
import type { CellDelta, CellSchema, EntityId, QualityFinding } from '../read-store/port.ts';
import type { Context } from './context.ts';
import { workspaceParts, type WorkspacePart } from './workspace.ts';

/** Which entity an event belongs to; null when it belongs to none. */
export type EntityOf<K extends string> = { readonly [T in K]: (event: EventOf<T>) => EntityId | null };

/**
 * The entity of an event is its lead. Use this very function for every type where that holds: the runner knows it by
 * reference, and finds an entity's events through the store's index of leads instead of reading the log.
 *
 * @example entity: { LeadCaptured: leadOf, OpportunityWon: leadOf }
 */
export const leadOf = (event: { readonly data: { readonly leadId: string } }): EntityId => event.data.leadId;

/** What an analyst writes; all functions are pure: no clock, no I/O, no randomness. */
export interface ProjectionDefinition<K extends string, State> {
  /** Lower case, digits and hyphens. */
  readonly name: string;
  /** Raise it when the meaning changes: the read model is rebuilt beside the old one. */
  readonly version: number;
  readonly description?: string;
  /** The events that matter, and whose they are. Other types are not even read. */
  readonly entity: EntityOf<K>;
  /** A plain JSON value. */
  readonly initialState: () => State;
  /** The state after the event. The same object back means that nothing changed. */
  readonly evolve: (state: State, event: { [T in K]: EventOf<T> }[K], context: Context) => State;
  readonly dimensions?: CellSchema['dimensions'];
  readonly measures?: CellSchema['measures'];
  /** Members of the state that lists filter or sort by. */
  readonly indexes?: CellSchema['indexes'];
  /**
   * Sets of text and integer dimensions for which the store keeps totals of their own, so that frequent questions are
   * answered sooner; day dimensions go with each of them. The numbers are the same, and each set costs writing.
   */
  readonly summaries?: NonNullable<CellSchema['summaries']>;
  /** What the state adds to the totals: a function of the state alone. Adds are safe integers. */
  readonly contributes?: (state: State, context: Context) => readonly CellDelta[];
  /**
   * The parts of the context's workspace that these functions look at; all of them where it isn't said. The read model is
   * made anew when one of them changes, and an attempt to look at another throws.
   */
  readonly workspace?: readonly WorkspacePart[];
  /** What is doubtful about the state. */
  readonly quality?: (state: State, context: Context) => readonly QualityFinding[];
  /** The instant (epoch ms) at which something falls due though nothing happens. */
  readonly due?: (state: State, context: Context) => number | null;
  /**
   * Promises that `contributes`, `quality` and `due` answer, and soundly, for every state that `evolve` returns. They are then
   * asked once for each commit and entity instead of after each event. Without the promise, an event whose state they refuse
   * parks its entity at that event, however many are folded at once.
   */
  readonly total?: boolean;
}

/** A checked definition with its defaults, as the runner sees it: states are opaque JSON. */
export interface Projection extends Required<Omit<ProjectionDefinition<never, Json>, 'entity' | 'evolve'>> {
  readonly entity: Readonly<Record<string, (event: RecordedEvent) => EntityId | null>>;
  readonly evolve: (state: Json, event: RecordedEvent, context: Context) => Json;
  /** Of the files that define it, where they are a user's: a read model is made anew when it changes. */
  readonly hash?: string;
}

/**
 * Describes a read model: whose the events are, how a state evolves, and what it contributes to the totals.
 *
 * @example
 * export const clicks = defineProjection({
 *   name: 'clicks',
 *   version: 1,
 *   entity: { LinkClicked: event => event.data.leadId },
 *   initialState: () => ({ clicks: 0 }),
 *   evolve: state => ({ clicks: state.clicks + 1 }),
 *   dimensions: { clicks: 'integer' },
 *   measures: ['leads'],
 *   contributes: state => [{ cell: { clicks: state.clicks }, add: { leads: 1 } }],
 * });
 * @throws Error when the name, version, a dimension or measure is malformed
 */
export const defineProjection = <const K extends string, State>(
  definition: ProjectionDefinition<K, State>,
): Projection => {
  // The runner hands each function only what this definition's own functions returned, and the events that it names.
  const erased = definition as unknown as Pick<Projection, 'entity' | 'evolve' | 'initialState'> &
    Partial<Projection>;
  const projection: Projection = {
    name: definition.name,
    version: definition.version,
    entity: erased.entity,
    initialState: erased.initialState,
    evolve: erased.evolve,
    description: definition.description ?? '',
    dimensions: definition.dimensions ?? {},
    measures: definition.measures ?? [],
    indexes: definition.indexes ?? [],
    summaries: definition.summaries ?? [],
    workspace: definition.workspace ?? workspaceParts,
    contributes: erased.contributes ?? nothing,
    quality: erased.quality ?? nothing,
    due: erased.due ?? never,
    total: definition.total ?? false,
  };
  check(projection);
  return projection;
};

const nothing = (): readonly never[] => [];
const never = (): null => null;

const check = ({ name, version, dimensions, measures, summaries, workspace }: Projection): void => {
  if (!/^[a-z][a-z0-9-]{0,59}$/.test(name))
    throw new Error(`"${name}" is no projection name: lower case, digits and hyphens`);
  if (!Number.isInteger(version) || version < 1) throw new Error(`${name}: version must be 1 or more`);
  const words = [...Object.keys(dimensions), ...measures];
  const odd = words.find(word => !/^[a-z][A-Za-z0-9]{0,59}$/.test(word));
  if (odd !== undefined)
    throw new Error(`${name}: "${odd}" is no name for a dimension or measure: camelCase`);
  if (new Set(words).size < words.length) throw new Error(`${name}: a dimension or measure is named twice`);
  const part = [...workspace].find(each => !workspaceParts.includes(each));
  if (part !== undefined)
    throw new Error(`${name}: the workspace has no "${part}"; it has ${workspaceParts.join(', ')}`);
  const plain = summaries.flat().find(each => dimensions[each] === undefined || dimensions[each] === 'day');
  if (plain !== undefined)
    throw new Error(`${name}: a summary names "${plain}", which is no text or integer dimension`);
};
