import { toCsv } from '../../../libs/csv/to-csv.ts';
import { UsageError } from '../exit.ts';
import { print, say, widthOf, type Terminal } from '../terminal.ts';
import { renderJson } from './json.ts';

/** How a command's rows are asked for. */
export interface Format {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Rows in the three forms in which they can be asked for. */
export interface Result {
  /** As JSON, with all that belongs to the rows. */
  readonly document: unknown;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** For the eye. @param width columns of the terminal, or null */
  readonly table: (width: number | null) => string;
  /** What there is to say in place of an empty table. */
  readonly empty: string;
}

/** @throws UsageError when two forms are asked for at once */
export const checkFormat = ({ json, csv }: Format): void => {
  if (json === true && csv === true)
    throw new UsageError('--json and --csv can\u2019t both be had; leave one out');
};

/** Prints a result as it is asked for. Without rows, CSV is empty. */
export const printResult = async (
  terminal: Terminal,
  { json, csv }: Format,
  { document, rows, table, empty }: Result,
): Promise<void> => {
  if (json === true) {
    await print(terminal, renderJson(document));
    return;
  }
  if (rows.length === 0) {
    say(terminal, empty);
    return;
  }
  await print(terminal, csv === true ? toCsv(rows).slice(0, -1) : table(widthOf(terminal)));
};
