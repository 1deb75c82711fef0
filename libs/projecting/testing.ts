import type { DataOf, EventType } from '../domain/catalog.ts';
import type { EventMetadata, Json, RecordedEvent } from '../domain/event.ts';
import type { CellQuery, CellRow, EntityId, ParkedEvent, QualityFinding } from '../read-store/port.ts';
import { createCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { schemaOf } from './contribution.ts';
import type { Projection } from './define.ts';
import { createFolder, type Folder, type Standing } from './fold.ts';
import { sumCells } from './sum-cells.ts';
import { defaultWorkspace } from './workspace.ts';

/** An event in short; what is left out is made up. `occurredAt` is epoch ms or a date, with or without a time (UTC). */
export type ShortEvent = {
  readonly [T in EventType]: {
    readonly type: T;
    readonly data: DataOf<T>;
    readonly occurredAt: number | string;
    readonly id?: string;
    readonly metadata?: EventMetadata;
  };
}[EventType];

/** What a projection makes of the given events. */
export interface Outcome {
  readonly states: ReadonlyMap<EntityId, Json>;
  readonly findings: ReadonlyMap<EntityId, readonly QualityFinding[]>;
  readonly due: ReadonlyMap<EntityId, number>;
  readonly parked: readonly ParkedEvent[];
  /** Totals as a query would answer them; by default every measure in one row. */
  readonly cells: (query?: Partial<CellQuery>) => readonly CellRow[];
}

export interface Specification {
  /** More events, in the order of the log. */
  readonly given: (...events: readonly ShortEvent[]) => Specification;
  readonly then: (check: (outcome: Outcome) => void) => void;
}

/** A context in UTC, with the default workspace and no parameters, unless said otherwise. */
export const testContext = (
  change: { readonly zone?: string } & Partial<Omit<Context, 'calendar'>> = {},
): Context => ({
  calendar: createCalendar(change.zone ?? 'UTC'),
  workspace: change.workspace ?? defaultWorkspace,
  params: change.params ?? {},
});

/** The short event as the log would hold it at a position, in the lead's stream. */
export const recorded = (short: ShortEvent, position: number): RecordedEvent => {
  const data = short.data as { readonly leadId?: unknown };
  const leadId = typeof data.leadId === 'string' ? data.leadId : undefined;
  const occurredAt = typeof short.occurredAt === 'number' ? short.occurredAt : Date.parse(short.occurredAt);
  if (!Number.isFinite(occurredAt)) throw new Error(`"${short.occurredAt}" is no time`);
  return {
    id: short.id ?? `00000000-0000-7000-8000-${String(position).padStart(12, '0')}`,
    type: short.type,
    version: 1,
    occurredAt,
    data: short.data,
    metadata: { ...(leadId === undefined ? {} : { leadId }), ...short.metadata },
    stream: leadId === undefined ? 'other-1' : `lead-${leadId}`,
    revision: position - 1,
    position,
    recordedAt: occurredAt,
  };
};

/**
 * Checks a definition by example, without any store. Events are folded in one batch and one by one, from frozen states
 * that went through JSON: a definition that isn't pure, or whose state isn't plain JSON, fails.
 *
 * @example
 * specify(clicks)
 *   .given({ type: 'LinkClicked', data: { leadId: 'a', touchpointId: '1' }, occurredAt: '2018-01-31' })
 *   .then(({ states, cells }) => {
 *     expect(states.get('a')).toEqual({ clicks: 1 });
 *     expect(cells({ by: [{ dimension: 'clicks' }] })).toEqual([{ by: { clicks: 1 }, sums: { leads: 1 } }]);
 *   });
 */
export const specify = (
  projection: Projection,
  context: Context = testContext(),
  events: readonly ShortEvent[] = [],
): Specification => ({
  given: (...more) => specify(projection, context, [...events, ...more]),
  then: check => {
    const log = events.map((event, index) => frozen(recorded(event, index + 1)));
    const folder = createFolder(projection, context);
    const outcome = foldBy(folder, log, log.length);
    const oneByOne = foldBy(folder, log, 1);
    if (textOf(outcome) !== textOf(oneByOne))
      throw new Error(`${projection.name} depends on how events are batched: is its state plain JSON?`);
    check(outcome);
  },
});

const foldBy = (folder: Folder, log: readonly RecordedEvent[], size: number): Outcome => {
  const known = new Map<EntityId, Standing>();
  const parked: ParkedEvent[] = [];
  for (let from = 0; from < log.length; from += size) {
    const batch = log.slice(from, from + size).map(event => ({ event, raw: event, error: null }));
    const stuck = new Set(parked.map(({ entity }) => entity));
    const folded = folder.fold(folder.assign(batch, new Set()), id => known.get(id), stuck);
    parked.push(...folded.park);
    for (const [id, { state }] of folded.changed)
      known.set(id, folder.standing(frozen(JSON.parse(JSON.stringify(state)) as Json)));
  }
  const standings = [...known];
  return {
    states: new Map(standings.map(([id, { state }]) => [id, state])),
    findings: new Map(
      standings.flatMap(([id, { quality }]) => (quality.length === 0 ? [] : [[id, quality] as const])),
    ),
    due: new Map(standings.flatMap(([id, { due }]) => (due === null ? [] : [[id, due] as const]))),
    parked,
    cells: query => {
      const { projection } = folder;
      const sums = sumCells(schemaOf(projection), {
        measures: projection.measures,
        by: [],
        where: {},
        ...query,
      });
      for (const [, { cells }] of standings) sums.add(cells);
      return sums.rows();
    },
  };
};

const textOf = ({ states, findings, due, parked, cells }: Outcome): string =>
  JSON.stringify([[...states].sort(), [...findings].sort(), [...due].sort(), parked, cells()]);

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
};
