import { deltaReader, type Addition, type Coordinate } from '../deltas.ts';
import { InvalidRequest } from '../errors.ts';
import { indexed } from '../indexes.ts';
import type { Batch, Entity, EntityId, ParkedEvent } from '../port.ts';
import type { Shape } from '../shape.ts';
import { toStored } from '../text.ts';
import { pack, unpack, type Packed } from './packed.ts';
import { toIndex, type Stored } from './values.ts';

/** A checked batch, flat. */
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

/** A prepared batch on its way to a thread. */
export type PackedBatch = Omit<PreparedBatch, 'entities' | 'additions'> &
  Readonly<Record<'entities' | 'additions', Packed>>;

export const packBatch = ({ entities, additions, ...rest }: PreparedBatch): PackedBatch => ({
  ...rest,
  entities: pack(entities),
  additions: pack(additions),
});

export const unpackBatch = ({ entities, additions, ...rest }: PackedBatch): PreparedBatch => ({
  ...rest,
  // None of them was undefined.
  entities: unpack(entities) as Stored[],
  additions: unpack(additions),
});

/** Prepares the batches of one shape. The returned function throws InvalidRequest and UnknownDimension as `commit` does. */
export const preparer = (shape: Shape): ((batch: Batch) => PreparedBatch) => {
  const read = deltaReader(shape);
  return ({ follows, position, entities, cells, park, release }) => {
    if (!Number.isSafeInteger(position))
      throw new InvalidRequest('position', `position must be a safe integer, not ${position}`);
    const additions = new Array<Coordinate>(cells.length * (2 + shape.plain.length + shape.measures.length));
    let place = 0;
    for (const delta of cells) {
      const { on, day, plain, adds } = read(delta);
      additions[place++] = on;
      additions[place++] = day;
      for (let n = 0; n < plain.length; n++) additions[place++] = plain[n];
      for (let n = 0; n < adds.length; n++) additions[place++] = adds[n];
    }
    const rows = new Array<Stored>(entities.length * (4 + shape.indexes.length));
    let at = 0;
    for (const entity of entities) at = putEntity(rows, at, shape, entity);
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

/** Answers where the next one goes. */
const putEntity = (rows: Stored[], at: number, shape: Shape, { id, state, due, quality }: Entity): number => {
  const text = JSON.stringify(state) as string | undefined;
  if (text === undefined) throw new InvalidRequest('entity', `the state of ${id} is no JSON value`);
  if (due !== null && !Number.isSafeInteger(due))
    throw new InvalidRequest('entity', `${id} is due at ${due}: epoch ms or null is wanted`);
  rows[at] = toStored(id);
  rows[at + 1] = text;
  rows[at + 2] = due;
  rows[at + 3] = quality.length > 0 ? JSON.stringify(quality) : null;
  let next = at + 4;
  for (const member of shape.indexes) rows[next++] = toIndex(indexed(state, member));
  return next;
};

const parkedRow = ({ position, entity, eventId, type, raw, error }: ParkedEvent): readonly Stored[] => [
  position,
  toStored(entity),
  toStored(eventId),
  toStored(type),
  JSON.stringify(raw),
  error === null ? null : toStored(error),
];
