import type { RawRow } from './csv.ts';

/** What stands before a refused row's own columns in a file of refused rows. */
const marks = ['line', 'reason', 'file'] as const;

/** The header of a file of refused rows. @param several whether they come from several files */
export const refusedHeader = (several: boolean, columns: readonly string[]): readonly string[] => [
  ...marks.slice(0, several ? 3 : 2),
  ...columns,
];

/**
 * How many columns of a header were put there by a file of refused rows; 0 where it is none. Such a file can be mended and
 * imported like the one that it came from.
 */
export const marksIn = (header: readonly string[]): number => {
  if (header[0] !== marks[0] || header[1] !== marks[1]) return 0;
  return header[2] === marks[2] ? 3 : 2;
};

/** Takes the first columns off rows, all of which have the same header. */
export const withoutMarks = (
  count: number,
  header: readonly string[],
): { readonly columns: readonly string[]; readonly strip: (row: RawRow) => RawRow } => {
  const columns = header.slice(count);
  return { columns, strip: row => ({ ...row, columns, cells: row.cells.slice(count) }) };
};
