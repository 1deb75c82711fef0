import Database from 'better-sqlite3';
import { sizeOf, type RawRow } from './csv.ts';
import { RowError } from './define.ts';
import { FileProblem } from './errors.ts';

/** Rows and characters that a group may have: its facts are made in memory. */
export const groupLimits = { rows: 10_000, characters: 8_000_000 } as const;

export interface AsideRow {
  readonly raw: RawRow;
  readonly characters: number;
  /** Why the row can't be taken, and its group with it. */
  readonly fault: RowError | null;
}

/** Rows of one key, in the order that they were put aside. One beyond the limits comes in pieces, each marked. */
export interface Group {
  readonly key: string;
  readonly rows: readonly AsideRow[];
  readonly tooLarge: boolean;
}

/** Rows put aside until all of their groups are known. */
export interface Aside {
  /** Rows put so far. */
  readonly rows: () => number;
  /** @throws FileProblem when the disk is full */
  put(key: string, row: AsideRow): void;
  /** By key, once and last. @throws FileProblem when the disk is full */
  groups(): Generator<Group, void, undefined>;
  close(): void;
}

type Line = readonly [
  key: string,
  line: number,
  columns: string | null,
  cells: string,
  problem: string | null,
  fault: string | null,
];

const inOrder =
  'SELECT key, line, columns, cells, problem, fault FROM aside INDEXED BY by_key ORDER BY key, ordinal';

/**
 * Puts rows on the disk, in a file in SQLite's temporary folder (TMPDIR, else /var/tmp) that has no name any more once it is
 * open: the system deletes it however the process ends. About 5 MB of memory, whatever the number of rows.
 */
export const openAside = (): Aside => {
  const db = new Database('');
  db.pragma('temp_store = FILE');
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -4000');
  db.exec('CREATE TABLE aside (key TEXT, ordinal INTEGER PRIMARY KEY, line, columns, cells, problem, fault)');
  db.exec('BEGIN');
  const insert = db.prepare('INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?, ?)');
  let rows = 0;
  // Of a CSV file all rows have the same; kept once, they cost nothing.
  let common: readonly string[] | null = null;

  return {
    rows: () => rows,
    put: (key, { raw, fault }) => {
      const { line, columns, cells, problem } = raw;
      common ??= columns;
      const own = columns === common ? null : JSON.stringify(columns);
      const reason = fault === null ? null : JSON.stringify([fault.column, fault.message]);
      onDisk(() => insert.run(key, ++rows, line, own, JSON.stringify(cells), problem, reason));
    },
    groups: function* () {
      // An index of keys alone is sorted in little memory; a sort of whole rows would be mapped into it.
      onDisk(() => db.exec('CREATE INDEX by_key ON aside (key, ordinal)'));
      const lines = onDisk(() => db.prepare<[], Line>(inOrder).raw().iterate());
      yield* grouped(rowsOf(lines, common ?? []));
    },
    close: () => db.close(),
  };
};

const onDisk = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw error instanceof Database.SqliteError
      ? new FileProblem(
          `its rows are put aside in a temporary file (TMPDIR says where), and that failed: ${error.message}`,
          error,
        )
      : error;
  }
};

function* rowsOf(
  lines: IterableIterator<Line>,
  common: readonly string[],
): Generator<readonly [string, AsideRow], void, undefined> {
  try {
    for (;;) {
      const next = onDisk(() => lines.next());
      if (next.done === true) return;
      const [key, line, own, text, problem, reason] = next.value;
      const columns = own === null ? common : (JSON.parse(own) as readonly string[]);
      const cells = JSON.parse(text) as readonly string[];
      const fault = reason === null ? null : new RowError(...(JSON.parse(reason) as [string | null, string]));
      yield [key, { raw: { line, columns, cells, problem }, characters: sizeOf(cells), fault }];
    }
  } finally {
    lines.return?.();
  }
}

function* grouped(rows: Iterable<readonly [key: string, row: AsideRow]>): Generator<Group, void, undefined> {
  let [current, characters, tooLarge]: [string | null, number, boolean] = [null, 0, false];
  let held: AsideRow[] = [];
  for (const [key, row] of rows) {
    if (current !== null && key !== current) {
      yield { key: current, rows: held, tooLarge };
      [held, characters, tooLarge] = [[], 0, false];
    } else if (
      current !== null &&
      (held.length >= groupLimits.rows || characters + row.characters > groupLimits.characters)
    ) {
      tooLarge = true;
      yield { key: current, rows: held, tooLarge };
      [held, characters] = [[], 0];
    }
    current = key;
    held.push(row);
    characters += row.characters;
  }
  if (current !== null) yield { key: current, rows: held, tooLarge };
}
