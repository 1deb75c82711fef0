import type { Json } from '../domain/event.ts';
import type { Context } from '../projecting/context.ts';
import { contributionReader, schemaOf } from '../projecting/contribution.ts';
import { leadOf, type Projection } from '../projecting/define.ts';
import type { Assigned, Delivery } from '../projecting/delivery.ts';
import {
  createFolder,
  parkedEvent,
  pseudoEntity,
  type Folded,
  type Folder,
  type Standing,
} from '../projecting/fold.ts';
import type { Bridge } from './bridge.ts';
import { DefinitionRefused } from './errors.ts';
import { grace, timeFor, type Answers, type Outcome, type PlainStanding, type Request } from './protocol.ts';
import { runLater, runNow, type Steps } from './steps.ts';
import { createStops, type Fault } from './stops.ts';

/** A definition's process, and how to reach it. */
export interface Place {
  readonly bridge: Bridge;
  /** Names the process. */
  readonly key: string;
  /** Path of the definition as it is run. */
  readonly entry: string;
  /** How people know it. */
  readonly file: string;
  /** Throw where a definition has to be stopped or fails as a whole, instead of parking. */
  readonly strict: boolean;
}

type FoldGiven = Parameters<Folder['fold']>;

/** The request that a definition's process begins with. */
export const helloOf = ({ calendar, workspace }: Context): string =>
  JSON.stringify({ op: 'load', zone: calendar.zone, workspace } satisfies Request);

/** Folds by a definition in its own process. What it throws, or where it has to be stopped, parks the event's entity. */
export const createRemoteFolder = (projection: Projection, context: Context, place: Place): Folder => {
  const { bridge, key, entry } = place;
  const hello = helloOf(context);
  const local = createFolder(projection, context);
  const byLead = Object.values(projection.entity).every(find => (find as unknown) === leadOf);
  const stops = createStops(place.file, place.strict);
  const foreseen = new WeakMap<object, Standing>();
  const read = contributionReader(schemaOf(projection));
  /** With keys that this process gave, which are the same whatever process worked it out. */
  const keyed = (one: PlainStanding): Standing => ({ ...one, cells: read(one.cells) });

  function* ask<Op extends 'assign' | 'fold' | 'standings'>(
    request: Extract<Request, { op: Op }>,
    size: number,
  ): Steps<Exclude<Outcome, { ok: unknown }> | { readonly ok: Answers[Op] }> {
    const outcome = yield { key, entry, hello, line: JSON.stringify(request), within: timeFor(size) + grace };
    // A request of a kind is answered in kind.
    return outcome as Exclude<Outcome, { ok: unknown }> | { readonly ok: Answers[Op] };
  }

  /** Those of the events that are at fault get the error; all, where nobody knows which. */
  const marked = <One extends Pick<Delivery, 'event' | 'error'>>(
    events: readonly One[],
    { at, error }: Fault,
  ): readonly One[] => {
    const hit = events.some(one => one.event.position === at && one.error === null) ? at : null;
    return events.map(one =>
      one.error === null && (hit === null || one.event.position === hit) ? { ...one, error } : one,
    );
  };

  const rested = <One extends Pick<Delivery, 'event' | 'error'>>(events: readonly One[]): readonly One[] => {
    const error = stops.tired();
    return error === null ? events : marked(events, { at: null, error });
  };

  function* assign(
    deliveries: readonly Delivery[],
    skipped: ReadonlySet<string>,
  ): Steps<readonly Assigned[]> {
    if (byLead) return local.assign(deliveries, skipped);
    let wanted: readonly Delivery[] = deliveries.filter(
      ({ event }) => Object.hasOwn(projection.entity, event.type) && !skipped.has(event.id),
    );
    for (;;) {
      wanted = rested(wanted);
      const sound = wanted.filter(({ error }) => error === null);
      const answer =
        sound.length === 0
          ? { ok: [] }
          : yield* ask<'assign'>({ op: 'assign', events: sound.map(sent) }, sound.length);
      if (!('ok' in answer)) {
        wanted = marked(wanted, stops.note(answer));
        continue;
      }
      const places = new Map(answer.ok.map(one => [one.position, one]));
      return wanted.flatMap(({ event, raw, error }): readonly Assigned[] => {
        const found = places.get(event.position);
        if (found !== undefined) return [{ event, raw, entity: found.entity, error: found.error }];
        return error === null ? [] : [{ event, raw, entity: pseudoEntity(event.id), error }];
      });
    }
  }

  function* fold(...[given, known, parked]: FoldGiven): Steps<Folded> {
    let events = given;
    for (;;) {
      events = rested(events);
      if (!events.some(({ entity, error }) => error === null && !parked.has(entity)))
        return local.fold(events, known, parked);
      const entities = new Set(events.map(({ entity }) => entity));
      const states = Array.from(entities, id => [id, known(id)?.state] as const);
      const request: Extract<Request, { op: 'fold' }> = {
        op: 'fold',
        events: events.map(one => ({ ...sent(one), entity: one.entity })),
        known: states.filter((one): one is readonly [string, Json] => one[1] !== undefined),
        parked: [...parked].filter(id => entities.has(id)),
      };
      const answer = yield* ask<'fold'>(request, events.length);
      if ('ok' in answer) return foldedOf(answer.ok, events, keyed);
      events = marked(events, stops.note(answer));
    }
  }

  function* standings(states: readonly Json[]): Steps<readonly Standing[]> {
    const answer = yield* ask<'standings'>({ op: 'standings', states }, states.length);
    if ('ok' in answer) return answer.ok.map(keyed);
    throw new DefinitionRefused(stops.note(answer).error);
  }

  const standing = (state: Json): Standing => {
    const known = typeof state === 'object' && state !== null ? foreseen.get(state) : undefined;
    return known ?? whenAsked(state, () => runNow(bridge, standings([state]))[0]);
  };

  return {
    projection,
    standing,
    assign: (...asked) => runNow(bridge, assign(...asked)),
    fold: (...asked) => runNow(bridge, fold(...asked)),
    elsewhere: {
      assign: (...asked) => runLater(bridge, assign(...asked)),
      fold: (...asked) => runLater(bridge, fold(...asked)),
    },
    foresee: states => {
      const found = runNow(bridge, standings(states));
      states.forEach((state, index) => {
        const one = found[index];
        if (one !== undefined && typeof state === 'object' && state !== null) foreseen.set(state, one);
      });
    },
  };
};

const sent = ({ event, error }: Pick<Delivery, 'event' | 'error'>): Pick<Delivery, 'event' | 'error'> => ({
  event,
  error,
});

const foldedOf = (
  answer: Answers['fold'],
  events: readonly Assigned[],
  keyed: (one: PlainStanding) => Standing,
): Folded => {
  const raws = new Map(events.map(({ event, raw }) => [event.position, raw]));
  return {
    changed: new Map(answer.changed.map(([id, one]) => [id, keyed(one)])),
    cells: answer.cells,
    park: answer.park.flatMap(({ position, entity, error }) => {
      const raw = raws.get(position);
      return raw === undefined ? [] : [parkedEvent(entity, raw, error)];
    }),
  };
};

/** A standing that is computed when somebody looks at more than the state. */
const whenAsked = (state: Json, compute: () => Standing | undefined): Standing => {
  let found: Standing | undefined;
  const look = (): Standing => (found ??= compute() ?? { state, cells: [], due: null, quality: [] });
  return {
    state,
    get cells() {
      return look().cells;
    },
    get due() {
      return look().due;
    },
    get quality() {
      return look().quality;
    },
  };
};
