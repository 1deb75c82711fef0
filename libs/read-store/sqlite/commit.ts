import type { Database } from 'better-sqlite3';

import { CheckpointConflict, InvalidRequest } from '../errors.ts';
import type { Addition, Coordinate } from '../deltas.ts';
import type { Checkpoint, ProjectionId } from '../port.ts';
import { rollUp, type RolledAddition } from '../rollup.ts';
import type { Summary } from '../summaries.ts';
import { toStored } from '../text.ts';
import { grains } from './cells.ts';
import type { Values } from './packed.ts';
import { additionsOf, type PreparedBatch } from './prepared.ts';
import { cellTable, columns } from './tables.ts';
import { replace, upsert } from './upserts.ts';
import { toBucket, toColumn, type Stored } from './values.ts';
import type { Words } from './words.ts';

/** Prepares what commits batches to one generation. */
export const committer = (
  db: Database,
  id: ProjectionId,
  totals: readonly [Summary, ...Summary[]],
  checkpoint: () => Checkpoint,
  words: Words,
): ((batch: PreparedBatch) => void) => {
  const [{ shape }] = totals;
  const advance = db.prepare('UPDATE checkpoint SET position = ?, batch = ?');
  const release = db.prepare('DELETE FROM parked WHERE entity = ?');
  const park = db.prepare<[readonly Stored[]]>('INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?)');
  const indexes = columns('i', shape.indexes);
  const measures = columns('m', shape.measures);
  const width = 4 + indexes.length;
  const putEntities = replace(db, 'entities', width);
  const addToCells = totals.map(({ places }, at) => {
    const add = upsert(db, cellTable(at), 3 + places.length + measures.length, measures.map(added));
    return (additions: readonly Addition[]): void => {
      const rolled = rollUp(additions, at === 0 ? 'day' : 'month', places);
      add(rolled.map(cellRow).sort(byBucket));
    };
  });

  const columnOf = (value: Coordinate, place: number): string | number =>
    toColumn(shape.plain[place]?.type ?? 'text', value, words.add);

  const write = db.transaction((batch: PreparedBatch) => {
    const now = checkpoint();
    if (now.batch !== batch.follows) throw new CheckpointConflict(id, batch.follows, now.batch);
    if (batch.position < now.position)
      throw new InvalidRequest(
        'position',
        `${id.name} is at position ${now.position} and can't go back to ${batch.position}`,
      );
    putEntities(byId(batch.entities, width));
    const additions = additionsOf(shape, batch.additions, columnOf);
    // One after the other: rows that are written are forgotten.
    for (const add of addToCells) add(additions);
    for (const entity of batch.release) release.run(toStored(entity));
    for (const row of batch.park) park.run(row);
    advance.run(batch.position, now.batch + 1);
  });

  return batch => {
    try {
      write.immediate(batch);
    } catch (error) {
      words.forget();
      throw error;
    }
  };
};

const added = (column: string): string => `${column} = ${column} + excluded.${column}`;

/** Rows by their first column: neighbours in the index one after the other, so that pages are found in the cache. */
const byId = function* (values: Values, width: number): Generator<readonly Stored[]> {
  const ids: string[] = [];
  for (let at = 0; at < values.length; at += width) ids.push(String(values.at(at)));
  const order = Uint32Array.from(ids.keys()).sort((a, b) => compare(ids[a] ?? '', ids[b] ?? ''));
  for (const row of order) {
    const columns: Stored[] = [];
    for (let at = row * width; columns.length < width; at++) columns.push(values.at(at) ?? null);
    yield columns;
  }
};

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

const byBucket = ([on1, grain1, bucket1]: Stored[], [on2, grain2, bucket2]: Stored[]): number =>
  Number(on1) - Number(on2) || Number(grain1) - Number(grain2) || Number(bucket1) - Number(bucket2);

const cellRow = ({ on, grain, bucket, plain, adds }: RolledAddition): Stored[] => {
  const row: Stored[] = [on, grains[grain], toBucket(bucket)];
  for (let at = 0; at < plain.length; at++) row.push(plain[at] ?? null);
  for (let at = 0; at < adds.length; at++) row.push(adds[at] ?? 0);
  return row;
};
