import type { Database } from 'better-sqlite3';

import { CheckpointConflict, InvalidRequest } from '../errors.ts';
import type { Checkpoint, ProjectionId } from '../port.ts';
import { rollUp, type RolledAddition } from '../rollup.ts';
import type { Shape } from '../shape.ts';
import { narrowed, type Summary } from '../summaries.ts';
import { toStored } from '../text.ts';
import { grains } from './cells.ts';
import { additionsOf, type PreparedBatch } from './prepared.ts';
import { cellTable, columns } from './tables.ts';
import { upsert } from './upserts.ts';
import { toBucket, toColumn, type Stored } from './values.ts';

/** Prepares what commits batches to one generation. */
export const committer = (
  db: Database,
  id: ProjectionId,
  totals: readonly [Summary, ...Summary[]],
  checkpoint: () => Checkpoint,
): ((batch: PreparedBatch) => void) => {
  const [{ shape }] = totals;
  const advance = db.prepare('UPDATE checkpoint SET position = ?, batch = ?');
  const release = db.prepare('DELETE FROM parked WHERE entity = ?');
  const park = db.prepare<[readonly Stored[]]>('INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?)');
  const indexes = columns('i', shape.indexes);
  const measures = columns('m', shape.measures);
  const width = 4 + indexes.length;
  const putEntities = upsert(db, 'entities', width, ['state', 'due', 'quality', ...indexes].map(replaced));
  const addToCells = totals.map(({ places }, at) =>
    upsert(db, cellTable(at), 3 + places.length + measures.length, measures.map(added)),
  );

  const write = db.transaction(
    (batch: PreparedBatch, entities: readonly Stored[], cells: readonly (readonly Stored[])[]) => {
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
      for (const row of batch.park) park.run(row);
      advance.run(batch.position, now.batch + 1);
    },
  );

  return batch => {
    const additions = additionsOf(shape, batch.additions);
    const cells = totals.map((summary, at) =>
      rollUp(
        additions.map(addition => narrowed(addition, summary)),
        at === 0 ? 'day' : 'month',
      )
        .map(cell => cellRow(summary.shape, cell))
        .sort(byBucket)
        .flat(),
    );
    write.immediate(batch, byId(batch.entities, width), cells);
  };
};

const replaced = (column: string): string => `${column} = excluded.${column}`;
const added = (column: string): string => `${column} = ${column} + excluded.${column}`;

/** Rows by their first column: neighbours in the index one after the other, so that pages are found in the cache. */
const byId = (rows: readonly Stored[], width: number): readonly Stored[] => {
  const places = Array.from({ length: rows.length / width }, (_, n) => n * width);
  places.sort((a, b) => (String(rows[a]) < String(rows[b]) ? -1 : 1));
  return places.flatMap(place => rows.slice(place, place + width));
};

const byBucket = ([on1, grain1, bucket1]: Stored[], [on2, grain2, bucket2]: Stored[]): number =>
  Number(on1) - Number(on2) || Number(grain1) - Number(grain2) || Number(bucket1) - Number(bucket2);

const cellRow = (shape: Shape, { on, grain, bucket, plain, adds }: RolledAddition): Stored[] => {
  const row: Stored[] = [on, grains[grain], toBucket(bucket)];
  for (const [at, { type }] of shape.plain.entries()) row.push(toColumn(type, plain[at]));
  return row.concat(adds);
};
