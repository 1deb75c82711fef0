import { deltaReader, type Addition, type Coordinate } from '../deltas.ts';
import { InvalidRequest } from '../errors.ts';
import { indexed } from '../indexes.ts';
import type { Batch, Entity, EntityId, ParkedEvent } from '../port.ts';
import type { Shape } from '../shape.ts';
import { toStored } from '../text.ts';
import { toIndex, type Stored } from './values.ts';

/** A checked batch, flat, so that it goes to a thread at little cost. */
export interface PreparedBatch {
  readonly follows: number;
  readonly position: number;
  /** Rows of entities, one after the other. */
  readonly entities: readonly Stored[];
  /** Additions, one after the other: place of the day, day, plain dimensions, measures. */
  readonly additions: readonly Coordinate[];
  readonly park: readonly (readonly Stored[])[];
  readonly release: readonly EntityId[];
}

/** Prepares the batches of one shape. The returned function throws InvalidRequest and UnknownDimension as `commit` does. */
export const preparer = (shape: Shape): ((batch: Batch) => PreparedBatch) => {
  const read = deltaReader(shape);
  return ({ follows, position, entities, cells, park, release }) => {
    if (!Number.isSafeInteger(position))
      throw new InvalidRequest('position', `position must be a safe integer, not ${position}`);
    const additions: Coordinate[] = [];
    for (const delta of cells) {
      const { on, day, plain, adds } = read(delta);
      additions.push(on, day);
      for (const value of plain) additions.push(value);
      for (const add of adds) additions.push(add);
    }
    const rows: Stored[] = [];
    for (const entity of entities) pushEntity(rows, shape, entity);
    return { follows, position, entities: rows, additions, park: park.map(parkedRow), release };
  };
};

/** The additions as they were before they were laid flat. */
export const additionsOf = (
  { plain, measures }: Shape,
  flat: PreparedBatch['additions'],
): readonly Addition[] => {
  const additions: Addition[] = [];
  for (let at = 0; at < flat.length;) {
    const [on, day] = [flat[at], flat[at + 1]];
    const measured = at + 2 + plain.length;
    additions.push({
      on: Number(on),
      day: day === null ? null : String(day),
      plain: flat.slice(at + 2, measured),
      adds: flat.slice(measured, measured + measures.length).map(Number),
    });
    at = measured + measures.length;
  }
  return additions;
};

const pushEntity = (rows: Stored[], shape: Shape, { id, state, due, quality }: Entity): void => {
  const text = JSON.stringify(state) as string | undefined;
  if (text === undefined) throw new InvalidRequest('entity', `the state of ${id} is no JSON value`);
  if (due !== null && !Number.isSafeInteger(due))
    throw new InvalidRequest('entity', `${id} is due at ${due}: epoch ms or null is wanted`);
  rows.push(toStored(id), text, due, quality.length > 0 ? JSON.stringify(quality) : null);
  for (const member of shape.indexes) rows.push(toIndex(indexed(state, member)));
};

const parkedRow = ({ position, entity, eventId, type, raw, error }: ParkedEvent): readonly Stored[] => [
  position,
  toStored(entity),
  toStored(eventId),
  toStored(type),
  JSON.stringify(raw),
  error === null ? null : toStored(error),
];
