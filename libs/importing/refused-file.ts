import type { RawRow } from './csv.ts';

/** What stands before a refused row's own columns in a CSV file of refused rows. */
const marks = ['line', 'reason', 'file'] as const;

/** The member of a refused row of NDJSON that says where it stood and why it was refused. */
export const refusedMember = '_refused';

/** The header of a file of refused rows. @param several whether they come from several files */
export const refusedHeader = (several: boolean, columns: readonly string[]): readonly string[] => [
  ...marks.slice(0, several ? 3 : 2),
  ...columns,
];

/** How the marks of a file of refused rows are told from its own columns and taken off. */
export interface Marked {
  /** The file's own columns. */
  readonly columns: readonly string[];
  readonly strip: (row: RawRow) => RawRow;
}

/**
 * A CSV file of refused rows by its header; null where it is none. Such a file can be mended and imported like the one that it
 * came from.
 *
 * @param own columns that the source has itself
 */
export const markedCsv = (header: readonly string[], own: readonly string[]): Marked | null => {
  if (own.includes(marks[0]) || header[0] !== marks[0] || header[1] !== marks[1]) return null;
  const count = header[2] === marks[2] ? 3 : 2;
  const columns = header.slice(count);
  return { columns, strip: row => ({ ...row, columns, cells: row.cells.slice(count) }) };
};

/** The same of NDJSON, by the members of its first object. A line that somebody added has no mark, and is taken as it is. */
export const markedNdjson = (header: readonly string[], own: readonly string[]): Marked | null => {
  if (own.includes(refusedMember) || !header.includes(refusedMember)) return null;
  return { columns: header.filter(column => column !== refusedMember), strip: withoutMember };
};

const withoutMember = (row: RawRow): RawRow => {
  const at = row.columns.indexOf(refusedMember);
  return at === -1
    ? row
    : { ...row, columns: row.columns.toSpliced(at, 1), cells: row.cells.toSpliced(at, 1) };
};
