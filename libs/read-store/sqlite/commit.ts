import type { Database, Statement } from 'better-sqlite3';

import { deltaReader } from '../deltas.ts';
import { CheckpointConflict, InvalidRequest } from '../errors.ts';
import { indexed } from '../indexes.ts';
import type { Batch, Checkpoint, Entity, ParkedEvent, ProjectionId } from '../port.ts';
import { rollUp, type RolledAddition } from '../rollup.ts';
import type { Shape } from '../shape.ts';
import { toStored } from '../text.ts';
import { grains } from './cells.ts';
import { columns } from './tables.ts';
import { toBucket, toColumn, toIndex, type Stored } from './values.ts';

/** Prepares what commits batches to one generation. */
export const committer = (
  db: Database,
  id: ProjectionId,
  shape: Shape,
  checkpoint: () => Checkpoint,
): ((batch: Batch) => void) => {
  const read = deltaReader(shape);
  const advance = db.prepare('UPDATE checkpoint SET position = ?, batch = ?');
  const release = db.prepare('DELETE FROM parked WHERE entity = ?');
  const park = db.prepare('INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?)');
  const putEntity = db.prepare<[readonly Stored[]]>(entityUpsert(shape));
  const addToCell = shape.measures.length > 0 ? db.prepare<[readonly Stored[]]>(cellUpsert(shape)) : null;

  const write = db.transaction(
    (
      batch: Batch,
      entities: readonly Stored[][],
      cells: readonly Stored[][],
      parked: readonly Stored[][],
    ) => {
      const now = checkpoint();
      if (now.batch !== batch.follows) throw new CheckpointConflict(id, batch.follows, now.batch);
      if (batch.position < now.position)
        throw new InvalidRequest(
          'position',
          `${id.name} is at position ${now.position} and can't go back to ${batch.position}`,
        );
      runAll(putEntity, entities);
      if (addToCell) runAll(addToCell, cells);
      for (const entity of batch.release) release.run(toStored(entity));
      runAll(park, parked);
      advance.run(batch.position, now.batch + 1);
    },
  );

  return batch => {
    if (!Number.isSafeInteger(batch.position))
      throw new InvalidRequest('position', `position must be a safe integer, not ${batch.position}`);
    write.immediate(
      batch,
      batch.entities.map(entity => entityRow(shape, entity)),
      rollUp(batch.cells.map(read)).map(cell => cellRow(shape, cell)),
      batch.park.map(parkedRow),
    );
  };
};

const runAll = (statement: Statement<[readonly Stored[]]>, rows: readonly Stored[][]): void => {
  for (const row of rows) statement.run(row);
};

const marks = (count: number): string => new Array<string>(count).fill('?').join(', ');

const entityUpsert = (shape: Shape): string => {
  const set = ['state', 'due', 'quality', ...columns('i', shape.indexes)].map(
    column => `${column} = excluded.${column}`,
  );
  return `INSERT INTO entities VALUES (${marks(4 + shape.indexes.length)}) ON CONFLICT DO UPDATE SET ${set.join(', ')}`;
};

const cellUpsert = (shape: Shape): string => {
  const set = columns('m', shape.measures).map(column => `${column} = ${column} + excluded.${column}`);
  const count = 3 + shape.plain.length + shape.measures.length;
  return `INSERT INTO cells VALUES (${marks(count)}) ON CONFLICT DO UPDATE SET ${set.join(', ')}`;
};

const entityRow = (shape: Shape, { id, state, due, quality }: Entity): Stored[] => {
  const text = JSON.stringify(state) as string | undefined;
  if (text === undefined) throw new InvalidRequest('entity', `the state of ${id} is no JSON value`);
  if (due !== null && !Number.isSafeInteger(due))
    throw new InvalidRequest('entity', `${id} is due at ${due}: epoch ms or null is wanted`);
  const row: Stored[] = [toStored(id), text, due, quality.length > 0 ? JSON.stringify(quality) : null];
  for (const member of shape.indexes) row.push(toIndex(indexed(state, member)));
  return row;
};

const cellRow = (shape: Shape, { on, grain, bucket, plain, adds }: RolledAddition): Stored[] => {
  const row: Stored[] = [on, grains[grain], toBucket(bucket)];
  for (const [at, { type }] of shape.plain.entries()) row.push(toColumn(type, plain[at]));
  return row.concat(adds);
};

const parkedRow = ({ position, entity, eventId, type, raw, error }: ParkedEvent): Stored[] => [
  position,
  toStored(entity),
  toStored(eventId),
  toStored(type),
  JSON.stringify(raw),
  error === null ? null : toStored(error),
];
