import type { DataOf, EventType } from '../domain/catalog.ts';

/** What an import's parsers may look at besides the row. */
export interface ImportContext {
  /**
   * Epoch ms of a local date or date-time (`2018-02-26`, `2018-02-26 19:58:54`) in the workspace's time zone, or of one
   * with an offset (`2018-02-26T19:58:54Z`). A date is its first instant. @throws RowError
   */
  readonly instant: (text: string, column: string) => number;
}

/** A fact that a row states. Ids come from the source, the row and its ordinal; never from here. */
export interface Fact<T extends EventType = EventType> {
  readonly type: T;
  readonly stream: string;
  /** Epoch ms. */
  readonly occurredAt: number;
  readonly data: DataOf<T>;
  /**
   * The stream has this fact first or is somebody else's: where it begins with another event, the row or group is refused. At
   * most one fact of a row or group begins a stream.
   */
  readonly begins?: true;
}

export type AnyFact = { [T in EventType]: Fact<T> }[EventType];

/** A row by its columns; an optional column that the file lacks is not there. */
export type Row = Readonly<Record<string, string>>;

interface Columns {
  readonly name: string;
  /** Columns that must be there; others are refused unless listed as optional. */
  readonly columns: readonly string[];
  readonly optional?: readonly string[];
}

/** A kind of file whose rows are taken one by one. */
export interface RowsFile extends Columns {
  /**
   * The facts of a row; empty to ignore it. Pure: the order of a row's facts is part of their ids, so new ones go to the end.
   * @throws RowError to refuse the row
   */
  readonly facts: (row: Row, context: ImportContext) => readonly AnyFact[];
  readonly group?: undefined;
}

/** A kind of file of which several rows, wherever they stand, state facts together: the lines of an order. */
export interface GroupedFile extends Columns {
  readonly group: RowGroup;
  readonly facts?: undefined;
}

/** One kind of file of a source, told by its columns. */
export type ImportFile = RowsFile | GroupedFile;

/** Which rows belong together, and what they state. Pure, both. */
export interface RowGroup {
  /** What the rows of a group have in common, and no other row; null to ignore the row. @throws RowError */
  readonly key: (row: Row) => string | null;
  /**
   * The facts of all rows of a key, in the file's order; empty to ignore them. As with rows, new facts go to the end.
   * @throws RowError to refuse the group; `mapRows` says which row is at fault
   */
  readonly facts: (rows: readonly Row[], context: ImportContext) => readonly AnyFact[];
}

/** Which rows of a source's files become which events. */
export interface ImportDefinition {
  /** Lower case, digits and hyphens; part of every event's id. */
  readonly source: string;
  readonly description: string;
  readonly format: 'csv' | 'ndjson';
  /** As csv-parse names them; utf8 by default. A byte order mark in the file wins. */
  readonly encoding?: BufferEncoding;
  /** One character, a comma by default. */
  readonly delimiter?: string;
  readonly files: readonly ImportFile[];
}

/** A row or group that can't be taken; the import goes on without it. */
export class RowError extends Error {
  override readonly name = 'RowError';
  readonly column: string | null;
  /** Of a group: the row at fault, as it was handed over. */
  readonly row: Row | undefined;

  constructor(column: string | null, detail: string, row?: Row) {
    super(detail);
    this.column = column;
    this.row = row;
  }
}

/**
 * Reads the rows of a group one by one, so that a refusal names the row at fault.
 *
 * @example
 * const amounts = mapRows(rows, row => money(row.Price ?? '', 'EUR', 'Price').amount);
 * @throws RowError
 */
export const mapRows = <T>(rows: readonly Row[], read: (row: Row) => T): readonly T[] =>
  rows.map(row => {
    try {
      return read(row);
    } catch (error) {
      throw error instanceof RowError ? new RowError(error.column, error.message, row) : error;
    }
  });

const encodings: readonly string[] = [
  'utf8',
  'utf-8',
  'utf16le',
  'utf-16le',
  'ucs2',
  'ucs-2',
  'latin1',
  'binary',
  'ascii',
];

/**
 * Describes a source of data.
 *
 * @example
 * export default defineImport({
 *   source: 'newsletter',
 *   description: 'Subscribers',
 *   format: 'csv',
 *   files: [{ name: 'subscribers', columns: ['id', 'since'], facts: (row, { instant }) => [ … ] }],
 * });
 * @throws Error when a name, the delimiter or the encoding is malformed, or one header would fit two kinds of file
 */
export const defineImport = (definition: ImportDefinition): ImportDefinition => {
  const { source, files, delimiter = ',', encoding = 'utf8' } = definition;
  const wrong = (detail: string): Error => new Error(`import ${source}: ${detail}`);
  if (!isName(source)) throw new Error(`"${source}" is no source name: lower case, digits and hyphens`);
  if (files.length === 0) throw wrong('it has no files');
  if (delimiter.length !== 1 || /["\r\n\0]/.test(delimiter)) throw wrong('the delimiter is one character');
  if (!encodings.includes(encoding.toLowerCase())) throw wrong(`"${encoding}" is no encoding of text`);
  files.forEach((file, at) => {
    const all = columnsOf(file);
    if (!isName(file.name)) throw wrong(`"${file.name}" is no name of a kind of file`);
    if ((file.facts === undefined) === (file.group === undefined))
      throw wrong(`${file.name} has either facts or a group`);
    if (file.columns.length === 0) throw wrong(`${file.name} needs a column`);
    if (all.some(column => column === '' || column.includes('\0')))
      throw wrong(`${file.name} has a column without a name`);
    if (new Set(all).size < all.length) throw wrong(`${file.name} names a column twice`);
    const twin = files.slice(0, at).find(other => other.name === file.name || confusable(other, file));
    if (twin !== undefined)
      throw wrong(`the columns or names don't tell ${twin.name} and ${file.name} apart`);
  });
  return definition;
};

/** All columns that a kind of file may have, the needed ones first. */
export const columnsOf = ({ columns, optional = [] }: ImportFile): readonly string[] => [
  ...columns,
  ...optional,
];

const isName = (text: string): boolean => /^[a-z][a-z0-9-]{0,59}$/.test(text);

/** The least header that has what both need is one that both allow. */
const confusable = (one: ImportFile, other: ImportFile): boolean => {
  const [inOne, inOther] = [new Set(columnsOf(one)), new Set(columnsOf(other))];
  return [...one.columns, ...other.columns].every(column => inOne.has(column) && inOther.has(column));
};
