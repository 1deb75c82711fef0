import type { Database } from 'better-sqlite3';

import { deltaReader } from '../deltas.ts';
import { CheckpointConflict, InvalidRequest } from '../errors.ts';
import { indexed } from '../indexes.ts';
import type { Batch, Checkpoint, Entity, ParkedEvent, ProjectionId } from '../port.ts';
import { rollUp, type RolledAddition } from '../rollup.ts';
import type { Shape } from '../shape.ts';
import { narrowed, type Summary } from '../summaries.ts';
import { toStored } from '../text.ts';
import { grains } from './cells.ts';
import { cellTable, columns } from './tables.ts';
import { upsert } from './upserts.ts';
import { toBucket, toColumn, toIndex, type Stored } from './values.ts';

/** Prepares what commits batches to one generation. */
export const committer = (
  db: Database,
  id: ProjectionId,
  totals: readonly [Summary, ...Summary[]],
  checkpoint: () => Checkpoint,
): ((batch: Batch) => void) => {
  const [{ shape }] = totals;
  const read = deltaReader(shape);
  const advance = db.prepare('UPDATE checkpoint SET position = ?, batch = ?');
  const release = db.prepare('DELETE FROM parked WHERE entity = ?');
  const park = db.prepare<[readonly Stored[]]>('INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?)');
  const indexes = columns('i', shape.indexes);
  const measures = columns('m', shape.measures);
  const putEntities = upsert(
    db,
    'entities',
    4 + indexes.length,
    ['state', 'due', 'quality', ...indexes].map(replaced),
  );
  const addToCells = totals.map(({ places }, at) =>
    upsert(db, cellTable(at), 3 + places.length + measures.length, measures.map(added)),
  );

  const write = db.transaction(
    (
      batch: Batch,
      entities: readonly Stored[][],
      cells: readonly (readonly Stored[][])[],
      parked: readonly Stored[][],
    ) => {
      const now = checkpoint();
      if (now.batch !== batch.follows) throw new CheckpointConflict(id, batch.follows, now.batch);
      if (batch.position < now.position)
        throw new InvalidRequest(
          'position',
          `${id.name} is at position ${now.position} and can't go back to ${batch.position}`,
        );
      putEntities(entities);
      addToCells.forEach((add, at) => add(cells[at] ?? []));
      for (const entity of batch.release) release.run(toStored(entity));
      for (const row of parked) park.run(row);
      advance.run(batch.position, now.batch + 1);
    },
  );

  return batch => {
    if (!Number.isSafeInteger(batch.position))
      throw new InvalidRequest('position', `position must be a safe integer, not ${batch.position}`);
    const additions = batch.cells.map(read);
    write.immediate(
      batch,
      inOrder(batch.entities.map(entity => entityRow(shape, entity))),
      totals.map((summary, at) =>
        rollUp(
          additions.map(addition => narrowed(addition, summary)),
          at === 0 ? 'day' : 'month',
        )
          .map(cell => cellRow(summary.shape, cell))
          .sort(byBucket),
      ),
      batch.park.map(parkedRow),
    );
  };
};

const replaced = (column: string): string => `${column} = excluded.${column}`;
const added = (column: string): string => `${column} = ${column} + excluded.${column}`;

/** Neighbours in the index one after the other: pages are found in the cache. */
const byBucket = ([on1, grain1, bucket1]: Stored[], [on2, grain2, bucket2]: Stored[]): number =>
  Number(on1) - Number(on2) || Number(grain1) - Number(grain2) || Number(bucket1) - Number(bucket2);

const inOrder = (rows: readonly Stored[][]): readonly Stored[][] =>
  rows.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));

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
