import type { DataOf, EventType } from '../domain/catalog.ts';

/** What an import's parsers may look at besides the row. */
export interface ImportContext {
  /** Epoch ms of a local date or date-time (`2018-02-26`, `2018-02-26 19:58:54`) in the workspace's time zone. @throws RowError */
  instant(text: string, column: string): number;
}

/** A fact that a row states. Ids come from the source, the row and its ordinal; never from here. */
export interface Fact<T extends EventType = EventType> {
  readonly type: T;
  readonly stream: string;
  /** Epoch ms. */
  readonly occurredAt: number;
  readonly data: DataOf<T>;
}

/** One kind of file of a source, told by its columns. */
export interface ImportFile {
  readonly name: string;
  /** Columns that must be there; others are refused unless listed as optional. */
  readonly columns: readonly string[];
  readonly optional?: readonly string[];
  /** The facts of a row; empty to ignore it. @throws RowError to refuse the row */
  readonly facts: (row: Readonly<Record<string, string>>, context: ImportContext) => readonly AnyFact[];
}

export type AnyFact = { [T in EventType]: Fact<T> }[EventType];

/** Which rows of a source's files become which events. */
export interface ImportDefinition {
  /** Lower case, digits and hyphens; part of every event's id. */
  readonly source: string;
  readonly description: string;
  readonly format: 'csv' | 'ndjson';
  /** As csv-parse names them; utf8 by default. */
  readonly encoding?: BufferEncoding;
  readonly delimiter?: string;
  readonly files: readonly ImportFile[];
}

/** A row that can't be taken; the import goes on without it. */
export class RowError extends Error {
  override readonly name = 'RowError';
  readonly column: string | null;

  constructor(column: string | null, detail: string) {
    super(detail);
    this.column = column;
  }
}

/**
 * Describes a source of data.
 *
 * @throws Error when the source's name is malformed or two files have the same columns
 */
export const defineImport = (definition: ImportDefinition): ImportDefinition => {
  if (!/^[a-z][a-z0-9-]{0,59}$/.test(definition.source))
    throw new Error(`"${definition.source}" is no source name`);
  return definition;
};
