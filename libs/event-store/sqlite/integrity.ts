import type { Database } from 'better-sqlite3';
import { plainCodec, type PersonalCodec } from '../codec.ts';
import { turn } from './patience.ts';
import { rowDecoder, columns, type EventRow } from './rows.ts';
import { openLog } from './schema.ts';

export interface IntegrityOptions {
  readonly codec?: PersonalCodec;
  /** Called after each page with the rows looked at and how many there will be. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Findings after which to stop looking; 100 by default. */
  readonly most?: number;
}

const page = 5_000;

type Say = (finding: string) => void;

/** Rows of one pass, page by page; each page begins after the last row of the one before. */
interface Pass<Row> {
  readonly rows: (last: Row | undefined) => readonly Row[];
  readonly look: (row: Row, before: Row | undefined) => void;
}

/** Positions without a hole, events that can be read, a clock that never ran backwards. */
const logPass = (db: Database, head: number, codec: PersonalCodec, say: Say): Pass<EventRow> => {
  const decode = rowDecoder(codec);
  const select = db
    .prepare<[number, number], EventRow>(
      `SELECT ${columns} FROM events NOT INDEXED WHERE position > ? AND position <= ? ORDER BY position LIMIT ${page}`,
    )
    .raw();
  return {
    rows: last => select.all(last?.[0] ?? 0, head),
    look: (row, before) => {
      const expected = (before?.[0] ?? 0) + 1;
      if (row[0] !== expected) say(`position ${expected} is missing: the next one is ${row[0]}`);
      if (before !== undefined && row[7] < before[7])
        say(`position ${row[0]} was recorded before position ${before[0]}`);
      const { unreadable } = decode(row);
      if (unreadable !== undefined)
        say(`position ${row[0]} (${row[4]} ${row[3]}) can't be read: ${unreadable}`);
    },
  };
};

type RevisionRow = readonly [stream: string, revision: number, position: number];

/** Revisions without a hole in each stream, in log order. */
const revisionPass = (db: Database, head: number, say: Say): Pass<RevisionRow> => {
  const select = db
    .prepare<[string, number, number], RevisionRow>(
      `SELECT stream, revision, position FROM events INDEXED BY events_stream_revision
       WHERE (stream, revision) > (?, ?) AND position <= ? ORDER BY stream, revision LIMIT ${page}`,
    )
    .raw();
  return {
    rows: last => select.all(last?.[0] ?? '', last?.[1] ?? -1, head),
    look: (row, before) => {
      const [stream, revision, position] = row;
      const same = before?.[0] === stream ? before : undefined;
      const expected = same === undefined ? 0 : same[1] + 1;
      if (revision !== expected)
        say(`stream ${stream} has no revision ${expected}: the next one is ${revision}`);
      if (same !== undefined && position < same[2])
        say(`stream ${stream} has revision ${revision} at position ${position}, before an earlier revision`);
    },
  };
};

type IdRow = readonly [stream: string, id: string, position: number];

/** No id twice in a stream. */
const idPass = (db: Database, head: number, say: Say): Pass<IdRow> => {
  const select = db
    .prepare<[string, string, number], IdRow>(
      `SELECT stream, id, position FROM events INDEXED BY events_stream_id
       WHERE (stream, id) > (?, ?) AND position <= ? ORDER BY stream, id LIMIT ${page}`,
    )
    .raw();
  return {
    rows: last => select.all(last?.[0] ?? '', last?.[1] ?? '', head),
    look: ([stream, id], before) => {
      if (before?.[0] === stream && before[1] === id) say(`stream ${stream} holds the id ${id} twice`);
    },
  };
};

/**
 * Checks the log: positions and revisions without holes, ids unique in their streams, every event readable, the indexes
 * complete and SQLite's own check clean. Appends may go on meanwhile; what came after the start is not looked at.
 *
 * @returns findings as sentences; none when the log is sound
 * @throws UnusableLog when the file can't be opened; the signal's reason when it's aborted
 */
export const checkIntegrity = async (
  file: string,
  { codec = plainCodec, onProgress, signal, most = 100 }: IntegrityOptions = {},
): Promise<readonly string[]> => {
  const db = openLog(file, { readonly: true });
  const findings: string[] = [];
  const say: Say = finding => {
    if (findings.length < most) findings.push(finding);
  };
  try {
    const head = db.prepare<[], number>('SELECT coalesce(max(position), 0) FROM events').pluck().get() ?? 0;
    let done = 0;

    const run = async <Row>({ rows, look }: Pass<Row>): Promise<number> => {
      let last: Row | undefined;
      let count = 0;
      for (;;) {
        signal?.throwIfAborted();
        const found = rows(last);
        for (const row of found) {
          look(row, last);
          last = row;
        }
        count += found.length;
        done += found.length;
        onProgress?.(done, head * 3);
        if (found.length < page) return count;
        await turn();
      }
    };

    const inLog = await run(logPass(db, head, codec, say));
    const byRevision = await run(revisionPass(db, head, say));
    const byId = await run(idPass(db, head, say));
    if (byRevision !== inLog) say(`the index of revisions holds ${byRevision} of ${inLog} events`);
    if (byId !== inLog) say(`the index of ids holds ${byId} of ${inLog} events`);
    signal?.throwIfAborted();
    for (const finding of db.prepare<[], string>('PRAGMA quick_check').pluck().all())
      if (finding !== 'ok') say(finding);
    return findings;
  } finally {
    db.close();
  }
};
