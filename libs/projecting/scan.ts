import { setImmediate } from 'node:timers/promises';
import type { At, CellQuery, CellRow, Entity, ProjectionId, ReadStore } from '../read-store/port.ts';
import type { Context } from './context.ts';
import { schemaOf } from './contribution.ts';
import type { Projection } from './define.ts';
import type { Folder } from './fold.ts';
import { sumCells } from './sum-cells.ts';

const pageSize = 1_000;
const tries = 4;

/** Visits all entities by id; answers where the read model was, or null as soon as it is seen to have moved. */
export const visitEntities = async (
  reads: ReadStore,
  id: ProjectionId,
  visit: (entity: Entity) => void,
  {
    signal,
    tolerant = false,
    foresee,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly tolerant?: boolean;
    /** Told the states of a page before they are visited. */
    readonly foresee?: Folder['foresee'];
  } = {},
): Promise<number | null> => {
  let cursor: string | null = null;
  let position: number | null = null;
  do {
    const page: Awaited<ReturnType<ReadStore['entities']>> = await reads.entities(id, {
      limit: pageSize,
      ...(cursor === null ? {} : { cursor }),
    });
    position ??= page.position;
    if (page.position !== position && !tolerant) return null;
    foresee?.(page.value.entities.map(({ state }) => state));
    page.value.entities.forEach(visit);
    cursor = page.value.nextCursor;
    await setImmediate();
    signal?.throwIfAborted();
  } while (cursor !== null);
  return position;
};

/**
 * Gathers something from all entities as they are at one position. A read model that keeps moving is in the end taken as
 * its pages are found, at the first page's position.
 */
export const gather = async <T>(
  reads: ReadStore,
  id: ProjectionId,
  begin: () => { readonly visit: (entity: Entity) => void; readonly end: () => T },
  foresee?: Folder['foresee'],
): Promise<At<T>> => {
  for (let attempt = 1; ; attempt++) {
    const { visit, end } = begin();
    const position = await visitEntities(reads, id, visit, { tolerant: attempt >= tries, foresee });
    if (position !== null) return { position, value: end() };
  }
};

/**
 * Answers a cell query from the entities' states, with another context than the cells were made with: a query's parameters,
 * or a calendar of its own. As `ReadStore.cells` otherwise, but its time grows with the number of entities.
 *
 * @throws UnknownDimension, InvalidRequest as `ReadStore.cells`; what `contributes` throws
 */
export const scanCells = (
  reads: ReadStore,
  id: ProjectionId,
  projection: Projection,
  query: CellQuery,
  context: Context,
): Promise<At<readonly CellRow[]>> =>
  gather(reads, id, () => {
    const sums = sumCells(schemaOf(projection), query);
    return {
      visit: ({ state }) => sums.add(projection.contributes(state, context)),
      end: sums.rows,
    };
  });
