import type { Json } from '../../domain/event.ts';
import type {
  At,
  Batch,
  CellQuery,
  CellRow,
  Checkpoint,
  EntityId,
  Generation,
  ParkedEvent,
} from '../port.ts';
import { totalsOf } from '../summaries.ts';
import { fromStored, toStored } from '../text.ts';
import { cellReader } from './cells.ts';
import { committer } from './commit.ts';
import { connect } from './connection.ts';
import { entityReader, type EntityReader } from './entities.ts';
import { packer, preparer, type PackedBatch, type PreparedBatch } from './prepared.ts';
import { makeIndexes, makeTables } from './tables.ts';
import { openWords } from './words.ts';

/** An open generation: a database file of its own. */
export interface OpenGeneration {
  readonly entities: EntityReader;
  checkpoint(): Checkpoint;
  /** Checks a batch and lays it flat. */
  prepare(batch: Batch): PreparedBatch;
  /** The same, for a thread. */
  pack(batch: Batch): PackedBatch;
  write(batch: PreparedBatch): void;
  /**
   * Makes the indexes that lists of entities are read by. One that is being built, or was live when it was empty, has none until it
   * is asked for a list, goes live or is opened anew, since each entity is written many times until then.
   */
  index(): void;
  cells(query: CellQuery): readonly CellRow[];
  parked(entity?: EntityId): readonly ParkedEvent[];
  /** Runs reads in one transaction, so that they agree with the position. */
  at<T>(read: () => T): At<T>;
  close(): void;
}

interface ParkedRow {
  readonly entity: string;
  readonly position: number;
  readonly event_id: string;
  readonly type: string;
  readonly raw: string;
  readonly error: string | null;
}

/**
 * Opens the file of a generation, and makes it if it is not there.
 *
 * @param busyMs how long a writer waits for another, ms
 */
export const openGeneration = (file: string, generation: Generation, busyMs?: number): OpenGeneration => {
  const totals = totalsOf(generation.schema);
  const [{ shape }] = totals;
  const db = connect(file, 'NORMAL', busyMs);
  db.pragma('cache_size = -2048');
  db.pragma('wal_autocheckpoint = 4000');
  // Upserts of many rows keep each page that they change until they end; in a file, that would be most of what is written.
  db.pragma('temp_store = MEMORY');
  makeTables(db, totals);
  const readCheckpoint = db.prepare<[], Checkpoint>('SELECT position, batch FROM checkpoint');
  const checkpoint = (): Checkpoint => readCheckpoint.get() ?? { position: 0, batch: 0 };
  let isIndexed = false;
  const index = (): void => {
    if (isIndexed) return;
    // All of the entities are sorted, which memory may not hold.
    db.pragma('temp_store = FILE');
    makeIndexes(db, shape);
    db.pragma('temp_store = MEMORY');
    isIndexed = true;
  };
  if (generation.status !== 'building' && checkpoint().batch > 0) index();
  const parked = db.prepare<[], ParkedRow>('SELECT * FROM parked ORDER BY position, entity');
  const parkedOf = db.prepare<[string], ParkedRow>('SELECT * FROM parked WHERE entity = ? ORDER BY position');
  const words = openWords(db);
  const snapshot = db.transaction((read: () => unknown) => ({
    position: checkpoint().position,
    value: read(),
  }));
  return {
    entities: entityReader(db, shape),
    checkpoint,
    prepare: preparer(shape),
    pack: packer(shape),
    write: committer(db, generation, totals, checkpoint, words),
    index,
    cells: cellReader(db, totals, words),
    parked: entity => (entity === undefined ? parked.all() : parkedOf.all(toStored(entity))).map(toParked),
    at: <T>(read: () => T) => snapshot(read) as At<T>,
    close: () => void db.close(),
  };
};

const toParked = ({ entity, position, event_id, type, raw, error }: ParkedRow): ParkedEvent => ({
  entity: fromStored(entity),
  position,
  eventId: fromStored(event_id),
  type: fromStored(type),
  raw: JSON.parse(raw) as Json,
  error: error === null ? null : fromStored(error),
});
