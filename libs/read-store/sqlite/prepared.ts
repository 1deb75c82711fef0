import { deltaReader, type Addition, type Coordinate } from '../deltas.ts';
import { InvalidRequest } from '../errors.ts';
import { indexed } from '../indexes.ts';
import type { Batch, Entity, EntityId, ParkedEvent } from '../port.ts';
import type { Shape } from '../shape.ts';
import { toStored } from '../text.ts';
import { packing, unpacked, type Packed, type Sink, type Values } from './packed.ts';
import { toIndex, type Stored } from './values.ts';

/** A checked batch, flat. */
interface Flat<V> {
  readonly follows: number;
  readonly position: number;
  /** Rows of entities, one after the other. */
  readonly entities: V;
  /** Additions, one after the other: place of the day, day, plain dimensions, measures. */
  readonly additions: V;
  readonly park: readonly (readonly Stored[])[];
  readonly release: readonly EntityId[];
}

export type PreparedBatch = Flat<Values>;

/** A prepared batch on its way to a thread. */
export type PackedBatch = Flat<Packed>;

export const unpackBatch = ({ entities, additions, ...rest }: PackedBatch): PreparedBatch => ({
  ...rest,
  entities: unpacked(entities),
  additions: unpacked(additions),
});

/** Prepares the batches of one shape. The returned function throws InvalidRequest and UnknownDimension as `commit` does. */
export const preparer = (shape: Shape): ((batch: Batch) => PreparedBatch) => flattener(shape, listing);

/** As `preparer`, packed. */
export const packer = (shape: Shape): ((batch: Batch) => PackedBatch) => flattener(shape, packing);

const listing = (): Sink<Coordinate[]> => {
  const values: Coordinate[] = [];
  const put = (value: Coordinate): void => void values.push(value);
  return { put, putOnce: put, done: () => values };
};

const flattener = <V>(shape: Shape, begin: (length: number) => Sink<V>): ((batch: Batch) => Flat<V>) => {
  const read = deltaReader(shape);
  return ({ follows, position, entities, cells, park, release }) => {
    if (!Number.isSafeInteger(position))
      throw new InvalidRequest('position', `position must be a safe integer, not ${position}`);
    const additions = begin(cells.length * (2 + shape.plain.length + shape.measures.length));
    for (const delta of cells) {
      const { on, day, plain, adds } = read(delta);
      additions.put(on);
      additions.put(day);
      plain.forEach(additions.put);
      adds.forEach(additions.put);
    }
    const rows = begin(entities.length * (4 + shape.indexes.length));
    for (const entity of entities) putEntity(rows, shape, entity);
    return {
      ...{ follows, position, release },
      ...{ entities: rows.done(), additions: additions.done(), park: park.map(parkedRow) },
    };
  };
};

/**
 * The additions as they were before they were laid flat.
 *
 * @param coordinate what stands for a value of the plain dimension at a place; by default itself
 */
export const additionsOf = (
  shape: Shape,
  flat: PreparedBatch['additions'],
  coordinate: (value: Coordinate, place: number) => Coordinate = value => value,
): readonly Addition[] => {
  const additions: Addition[] = [];
  for (let at = 0; at < flat.length;) {
    const [on, day] = [Number(flat.at(at)), flat.at(at + 1)];
    at += 2;
    const plain: Coordinate[] = [];
    for (let place = 0; place < shape.plain.length; place++) plain.push(coordinate(flat.at(at++), place));
    const adds: number[] = [];
    for (let place = 0; place < shape.measures.length; place++) adds.push(Number(flat.at(at++)));
    additions.push({ on, day: typeof day === 'string' ? day : null, plain, adds });
  }
  return additions;
};

const putEntity = (rows: Sink<unknown>, shape: Shape, { id, state, due, quality }: Entity): void => {
  const text = JSON.stringify(state) as string | undefined;
  if (text === undefined) throw new InvalidRequest('entity', `the state of ${id} is no JSON value`);
  if (due !== null && !Number.isSafeInteger(due))
    throw new InvalidRequest('entity', `${id} is due at ${due}: epoch ms or null is wanted`);
  rows.putOnce(toStored(id));
  rows.putOnce(text);
  rows.put(due);
  rows.put(quality.length > 0 ? JSON.stringify(quality) : null);
  for (const member of shape.indexes) rows.put(toIndex(indexed(state, member)));
};

const parkedRow = ({ position, entity, eventId, type, raw, error }: ParkedEvent): readonly Stored[] => [
  position,
  toStored(entity),
  toStored(eventId),
  toStored(type),
  JSON.stringify(raw),
  error === null ? null : toStored(error),
];
