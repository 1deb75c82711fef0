import { pipeline } from 'node:stream';
import { parse, type CsvError } from 'csv-parse';
import { FileProblem } from './errors.ts';

/** The longest record that is read, in characters; it bounds the memory that an open quote can take. */
export const maxRecordSize = 500_000;

/** A record as it stands in the file. */
export interface RawRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly columns: readonly string[];
  readonly cells: readonly string[];
  /** Why it can't be read, or null. */
  readonly problem: string | null;
}

/** Characters of a row's cells. */
export const sizeOf = (cells: readonly string[]): number => {
  let characters = 0;
  for (const { length } of cells) characters += length;
  return characters;
};

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * The records of a CSV text in UTF-8; the first one names the columns. A record that breaks the rules of quoting comes with
 * its problem and without cells.
 *
 * @throws FileProblem for a quote left open or a record that is too long; errors of the stream
 */
export async function* readCsv(
  text: AsyncIterable<Buffer>,
  delimiter = ',',
): AsyncGenerator<RawRow, void, undefined> {
  const skipped: Skipped[] = [];
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    // All of them, because files are put together from pieces of other systems.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: maxRecordSize,
    on_skip: error => {
      if (error === undefined) return;
      const problem = recordProblem(error);
      if (problem === null) throw fileProblem(error);
      const endsAt = Number(error.lines);
      if (skipped.at(-1)?.endsAt !== endsAt) skipped.push({ endsAt, problem });
    },
  });
  const lines = createLineCounter();
  let columns: readonly string[] = [];
  const skippedBefore = function* (end: number): Generator<RawRow, void, undefined> {
    const count = skipped.findIndex(({ endsAt }) => endsAt >= end);
    for (const { endsAt, problem } of skipped.splice(0, count === -1 ? skipped.length : count))
      yield { line: lines([], endsAt), columns, cells: [], problem };
  };
  for await (const { record, info } of pipeline(text, parser, () => undefined) as AsyncIterable<Parsed>) {
    // The parser is ahead of its reader, so what it skipped may stand behind this record.
    if (skipped.length > 0) yield* skippedBefore(info.lines);
    const line = lines(record, info.lines);
    if (columns.length === 0) columns = record;
    yield { line, columns, cells: record, problem: null };
  }
  yield* skippedBefore(Infinity);
}

interface Skipped {
  readonly endsAt: number;
  readonly problem: string;
}

const recordProblem = (error: CsvError): string | null => {
  if (error.code === 'CSV_INVALID_CLOSING_QUOTE')
    return 'something stands between a closing quote and the delimiter; what follows, up to the next quote that closes, was skipped with it';
  if ((error.code as string) === 'INVALID_OPENING_QUOTE')
    return 'a quote stands within a value that has none around it';
  return null;
};

const fileProblem = (error: CsvError): FileProblem => {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return new FileProblem(`a quote is never closed (the file ends at line ${Number(error.lines)})`, error);
  return new FileProblem(
    `the record that goes on at line ${Number(error.lines)} is longer than ${maxRecordSize} characters; perhaps a quote was left open`,
    error,
  );
};

/** The parser says where a record ends, and counts a line end of two characters twice when it stands within quotes. */
const createLineCounter = (): ((cells: readonly string[], endsAt: number) => number) => {
  let [before, twice] = [0, 0];
  return (cells, endsAt) => {
    const spans = endsAt - before > 1;
    before = endsAt;
    if (!spans) return endsAt - twice;
    const all = cells.join('');
    twice += all.split('\r\n').length - 1;
    return endsAt - twice - (all.split(/\r\n|\r|\n/).length - 1);
  };
};
