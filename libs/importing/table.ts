import { openSource, problemOf } from './bytes.ts';
import { readCsv, type RawRow } from './csv.ts';
import { columnsOf, RowError, type ImportDefinition, type ImportFile, type Row } from './define.ts';
import { FileProblem, ImportRefused } from './errors.ts';
import { kindOf } from './kind.ts';
import { readNdjson } from './ndjson.ts';
import { markedCsv, markedNdjson, type Marked } from './refused-file.ts';

/** An open file whose kind is known. */
export interface Table {
  readonly file: string;
  readonly kind: ImportFile;
  /** As the file orders them. */
  readonly columns: readonly string[];
  readonly bytesTotal: number;
  readonly bytesRead: () => number;
  /** Read once. @throws FileProblem */
  rows(): AsyncIterable<RawRow>;
  close(): Promise<void>;
}

/** Opens a file of a source and tells its kind by its columns. @throws ImportRefused */
export const openTable = async (definition: ImportDefinition, file: string): Promise<Table> => {
  try {
    const source = await openSource(file, definition.encoding);
    const reader =
      definition.format === 'csv' ? readCsv(source.chunks, definition.delimiter) : readNdjson(source.chunks);
    const close = async (): Promise<void> => {
      await reader.return();
      source.close();
    };
    try {
      const first = await reader.next();
      if (first.done === true) throw new FileProblem('has no rows, not even a header');
      if (first.value.problem !== null)
        throw new FileProblem(`line ${first.value.line}: ${first.value.problem}`);
      const header = first.value.columns;
      const marked = marksOf(definition, header);
      const columns = marked?.columns ?? header;
      const kind = kindOf(definition, columns);
      const start = definition.format === 'csv' ? [] : [first.value];
      const rows = (): AsyncIterable<RawRow> => rowsOf(start, reader, marked?.strip);
      const { bytesTotal, bytesRead } = source;
      return { file, kind, columns, bytesTotal, bytesRead, rows, close };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    throw new ImportRefused(file, detailOf(error), error);
  }
};

/** What a file of refused rows says besides its rows; null where the file is none. */
const marksOf = ({ format, files }: ImportDefinition, header: readonly string[]): Marked | null =>
  (format === 'csv' ? markedCsv : markedNdjson)(header, files.flatMap(columnsOf));

/** Looks at every file before any is read. Answers all their columns. @throws ImportRefused */
export const checkTables = async (
  definition: ImportDefinition,
  files: readonly string[],
): Promise<readonly string[]> => {
  if (files.length === 0) throw new ImportRefused(null, 'name at least one file to import');
  const columns = new Set<string>();
  for (const file of files) {
    const table = await openTable(definition, file);
    await table.close();
    for (const column of table.columns) columns.add(column);
  }
  return [...columns];
};

/** Node's errors carry a code; ours are sentences already. */
const detailOf = (error: unknown): string =>
  error instanceof Error && !('code' in error) ? error.message : problemOf(error).message;

async function* rowsOf(
  start: readonly RawRow[],
  rest: AsyncIterable<RawRow>,
  strip: ((row: RawRow) => RawRow) | undefined,
): AsyncGenerator<RawRow, void, undefined> {
  yield* strip === undefined ? start : start.map(strip);
  try {
    if (strip === undefined) yield* rest;
    else for await (const row of rest) yield strip(row);
  } catch (error) {
    throw problemOf(error);
  }
}

/** Names the cells of a kind's rows. @throws RowError when a cell is missing, too much or no text */
export const createShape = (kind: ImportFile): ((raw: RawRow) => Row) => {
  const known = new Set(columnsOf(kind));
  const checkColumns = (columns: readonly string[]): void => {
    const missing = kind.columns.find(column => !columns.includes(column));
    if (missing !== undefined) throw new RowError(missing, 'is missing');
    const unknown = columns.find(column => !known.has(column));
    if (unknown !== undefined) throw new RowError(unknown.slice(0, 100), 'is no column of this source');
  };
  let checked: readonly string[] | undefined;
  return ({ columns, cells, problem }) => {
    if (problem !== null) throw new RowError(null, problem);
    if (cells.length !== columns.length)
      throw new RowError(null, `has ${cells.length} fields where the header has ${columns.length}`);
    if (columns !== checked) checkColumns(columns);
    checked = columns;
    const row: Record<string, string> = {};
    for (let at = 0; at < columns.length; at++) {
      const [column = '', cell = ''] = [columns[at], cells[at]];
      if (!isClean(cell)) throw new RowError(column, dirt(cell));
      row[column] = cell;
    }
    return row;
  };
};

const isClean = (cell: string): boolean =>
  !cell.includes('\0') && !cell.includes('\ufffd') && cell.isWellFormed();

const dirt = (cell: string): string => {
  if (cell.includes('\0')) return 'holds a NUL character';
  return cell.includes('\ufffd')
    ? 'holds bytes that are no text in this encoding (or U+FFFD, the mark of text that was damaged before)'
    : 'holds half of a surrogate pair';
};
