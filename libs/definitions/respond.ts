import type { Json, RecordedEvent } from '../domain/event.ts';
import type { Context } from '../projecting/context.ts';
import type { Projection } from '../projecting/define.ts';
import type { Assigned } from '../projecting/delivery.ts';
import { createFolder, type Standing } from '../projecting/fold.ts';
import { largestState, settle } from './plain.ts';
import type { Answers, FoldRequest, Request } from './protocol.ts';

/** What a definition's process does for its requests. */
export interface Responder {
  readonly assign: (events: Extract<Request, { op: 'assign' }>['events']) => Answers['assign'];
  readonly fold: (request: FoldRequest) => Answers['fold'];
  readonly standings: (states: readonly Json[]) => Answers['standings'];
  /** Position of the event under way. */
  readonly at: () => number | null;
}

/**
 * Folds by a definition, as the runner in the main process would.
 *
 * @param tell turns an error of the definition's code into one line that names the place
 * @param file the definition's name, for what has no other place
 * @param trace is called with the position of each event before the definition sees it
 */
export const createResponder = (
  projection: Projection,
  context: Context,
  tell: (error: unknown) => string,
  file: string,
  trace: (position: number) => void,
): Responder => {
  let at: number | null = null;
  let measured = false;

  const located = <Given extends readonly unknown[], Result>(
    work: (...given: Given) => Result,
  ): ((...given: Given) => Result) => {
    return (...given) => {
      try {
        return work(...given);
      } catch (error) {
        throw new Told(tell(error));
      }
    };
  };

  const reach = ({ position }: RecordedEvent): void => {
    at = position;
    trace(position);
  };

  const guarded: Projection = {
    ...projection,
    entity: Object.fromEntries(
      Object.entries(projection.entity).map(([type, find]) => [
        type,
        located((event: RecordedEvent) => {
          reach(event);
          return find(event);
        }),
      ]),
    ),
    initialState: located(() => settle(projection.initialState())),
    evolve: located((state, event, given) => {
      reach(event);
      const next = settle(projection.evolve(state, event, given));
      if (measured && JSON.stringify(next).length > largestState)
        throw new RangeError(`the state has grown beyond ${largestState} characters of JSON`);
      return next;
    }),
    contributes: located(projection.contributes),
    quality: located(projection.quality),
    due: located(projection.due),
  };
  const folder = createFolder(guarded, context);

  const fold = (request: FoldRequest): Answers['fold'] => {
    const states = new Map(request.known);
    const standings = new Map<string, Standing>();
    const known = (entity: string): Standing | undefined => {
      const before = standings.get(entity);
      if (before !== undefined) return before;
      const state = states.get(entity);
      if (state === undefined) return undefined;
      const standing = folder.standing(settle(state));
      standings.set(entity, standing);
      return standing;
    };
    const events = request.events.map(({ event, entity, error }): Assigned => {
      settle(event);
      return { event, raw: event, entity, error };
    });
    const { changed, cells, park } = folder.fold(events, known, new Set(request.parked));
    return {
      changed: [...changed],
      cells,
      park: park.map(({ position, entity, error }) => ({ position, entity, error: plainly(error, file) })),
    };
  };

  const begin = (sizes = false): void => {
    at = null;
    measured = sizes;
  };

  return {
    at: () => at,
    assign: events => {
      begin();
      const deliveries = events.map(({ event, error }) => ({ event, raw: event, error }));
      return folder.assign(deliveries, new Set()).map(({ event, entity, error }) => ({
        position: event.position,
        entity,
        error: plainly(error, file),
      }));
    },
    fold: request => {
      begin();
      const folded = fold(request);
      if (!folded.changed.some(([, { state }]) => JSON.stringify(state).length > largestState)) return folded;
      begin(true);
      return fold(request);
    },
    standings: states => {
      begin();
      return states.map(state => folder.standing(settle(state)));
    },
  };
};

/** An error whose message says everything. */
class Told extends Error {
  override readonly name = 'Told';
}

const told = 'Told: ';

/** What Leadfold itself finds wrong with an answer of the definition lacks the file's name. */
const plainly = (error: string | null, file: string): string | null => {
  if (error === null) return null;
  return error.startsWith(told) ? error.slice(told.length) : `${error} (${file})`;
};
